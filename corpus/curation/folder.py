"""Reads and writes the folder of curated files as one corpus.

Never writes a file in place: each is written beside itself and then moved over, and only where it differs.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from corpus.curation.binding import Bound, CurationError, bind_many, bind_one
from corpus.curation.comments import commented
from corpus.curation.nodes import Problem
from corpus.curation.references import check_corpus, check_keys, check_study
from corpus.curation.writing import dump
from corpus.domain import BibliographicSource, Corpus, Person, Record, Report, Sample, Study

_NOTHING = Corpus()


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=_Keyed)

STUDIES = "studies"
LISTS = ("people.yaml", "sources.yaml", "records.yaml", "reports.yaml", "samples.yaml")


def read_study(path: Path) -> Study:
    """One study file. Raises CurationError naming every fault in it."""
    return _read_studies([path])[0]


def read_studies(paths: Sequence[Path]) -> tuple[Study, ...]:
    """Several study files. Raises CurationError naming every fault in all of them."""
    return tuple(_read_studies(paths))


def read_people(path: Path) -> tuple[Person, ...]:
    """people.yaml. Raises CurationError."""
    return _read_list(path, Person)


def read_sources(path: Path) -> tuple[BibliographicSource, ...]:
    """sources.yaml. Raises CurationError."""
    return _read_list(path, BibliographicSource)


def read_records(path: Path) -> tuple[Record, ...]:
    """records.yaml. Raises CurationError."""
    return _read_list(path, Record)


def read_reports(path: Path) -> tuple[Report, ...]:
    """reports.yaml. Raises CurationError."""
    return _read_list(path, Report)


def read_samples(path: Path) -> tuple[Sample, ...]:
    """samples.yaml. Raises CurationError."""
    return _read_list(path, Sample)


def read_corpus(folder: Path) -> Corpus:
    """Every curated file of a folder, references checked. Raises CurationError naming every fault."""
    people = bind_many(folder / "people.yaml", Person)
    sources = bind_many(folder / "sources.yaml", BibliographicSource)
    records = bind_many(folder / "records.yaml", Record)
    reports = bind_many(folder / "reports.yaml", Report)
    samples = bind_many(folder / "samples.yaml", Sample)
    studies = [bind_one(path, Study) for path in sorted((folder / STUDIES).glob("*.yaml"))]
    bounds: tuple[Bound[Any], ...] = (people, sources, records, reports, samples, *studies)
    problems = [problem for bound in bounds for problem in bound.problems]
    for bound in studies:
        for study in bound.values:
            problems += check_study(bound, study)
    if not problems:  # a value that could not be bound would make every reference to it look broken
        problems += check_corpus(people, sources, records, reports, samples, studies)
    if problems:
        raise CurationError(problems)
    return Corpus(
        people=_sorted(people.values),
        sources=_sorted(sources.values),
        records=_sorted(records.values),
        reports=_sorted(reports.values),
        samples=_sorted(samples.values),
        studies=_sorted(study for bound in studies for study in bound.values),
    )


def curated_texts(corpus: Corpus) -> Mapping[str, str]:
    """The canonical files of a corpus: name within the folder, and text."""
    texts = {
        "people.yaml": dump(_sorted(corpus.people)),
        "sources.yaml": dump(_sorted(corpus.sources)),
        "records.yaml": dump(_sorted(corpus.records)),
        "reports.yaml": dump(_sorted(corpus.reports)),
        "samples.yaml": dump(_sorted(corpus.samples)),
    }
    return texts | {f"{STUDIES}/{study.key}.yaml": dump(study) for study in _sorted(corpus.studies)}


def is_curated(folder: Path) -> bool:
    """Whether a folder holds curated files already."""
    return any((folder / name).exists() for name in LISTS)


def with_comments(folder: Path) -> tuple[str, ...]:
    """The curated files of a folder that hold comments, by their names within it."""
    paths = [*(folder / name for name in LISTS), *sorted((folder / STUDIES).glob("*.yaml"))]
    return tuple(str(path.relative_to(folder)) for path in paths if commented(path))


def write_corpus(corpus: Corpus, folder: Path, known: Corpus = _NOTHING) -> tuple[Path, ...]:
    """Write the canonical files; returns what changed.

    ``known`` is what was read from the folder. Only studies of it have their files removed, where they are gone: what
    else lies there is not ours. A file with comments stays as it is where it says the same.
    """
    texts, before = curated_texts(corpus), curated_texts(known)
    (folder / STUDIES).mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in texts.items():
        path = folder / name
        if path.exists() and (path.read_bytes() == text.encode() or (before.get(name) == text and commented(path))):
            continue
        _replace(path, text.encode())
        changed.append(path)
    for name in before.keys() - texts.keys():
        (folder / name).unlink(missing_ok=True)
        changed.append(folder / name)
    return tuple(sorted(changed))


def _read_studies(paths: Sequence[Path]) -> list[Study]:
    bounds = [bind_one(path, Study) for path in paths]
    problems = [problem for bound in bounds for problem in bound.problems]
    for bound in bounds:
        for study in bound.values:
            problems += check_study(bound, study)
    if problems:
        raise CurationError(problems)
    return [study for bound in bounds for study in bound.values]


def _read_list(path: Path, cls: type[T]) -> tuple[T, ...]:
    bound: Bound[T] = bind_many(path, cls)
    problems: list[Problem] = [*bound.problems, *check_keys(bound, bound.values)]
    if problems:
        raise CurationError(problems)
    return bound.values


def _sorted(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(sorted(values, key=lambda value: value.key))


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
