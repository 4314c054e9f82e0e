"""A few studies of the curated corpus, with all they refer to: where a test is about commands and pages, not about every study."""

import shutil
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from corpus.curation import read_corpus, write_corpus
from corpus.domain import Corpus

MOST = 6  # trials beside the one that is asked for


def few(corpus: Corpus, key: str, *, without: bool = False) -> Corpus:
    """A study and a few of its design; or the few as they were before that study, its report and its sample came in."""
    (study,) = [one for one in corpus.studies if one.key == key]
    others = [one for one in corpus.studies if one.design is study.design and one.key != key][:MOST]
    kept = others if without else [study, *others]
    needed = {report for one in (study, *others) for report in one.reports}
    needed |= {effect.source.report for one in (study, *others) for effect in one.effects}
    needed |= {part.source.report for one in (study, *others) for part in one.therapies if part.source}
    needed |= {part.source.report for one in (study, *others) for part in one.ot_given if part.source}
    needed |= {one.key for one in corpus.reports if one.claims}  # questions answer them
    if without:
        needed -= set(study.reports)
    return _of(corpus, {one.key for one in kept}, needed)


def write_few(shipped: Path, folder: Path, key: str, *, without: bool = False) -> Path:
    """The few as a folder of curated files, with the protocol and the bibliography that ship."""
    write_corpus(few(read_corpus(shipped), key, without=without), folder)
    for name in ("protocol.toml", "bibliography.csv"):
        shutil.copy(shipped / name, folder / name)
    return folder


def _of(corpus: Corpus, studies: Collection[str], reports: Collection[str]) -> Corpus:
    kept = tuple(one for one in corpus.studies if one.key in studies)
    people = {one.sample for one in kept}
    return replace(
        corpus,
        records=(),
        studies=kept,
        reports=tuple(
            replace(
                one,
                study=one.study if one.study in studies else "",
                links=tuple(link for link in one.links if link.to in reports),
            )
            for one in corpus.reports
            if one.key in reports
        ),
        samples=tuple(
            replace(one, overlaps=tuple(other for other in one.overlaps if other.sample in people))
            for one in corpus.samples
            if one.key in people
        ),
    )
