"""Samples of the corpus that may hold the same people as a study that is being coded.

Never says that they do: it names what speaks for it, and a person looks.
"""

import re
from collections.abc import Sequence

from corpus.coding.values import Values
from corpus.domain import Corpus, Missing, Sample

_STOP = frozenset(
    "with and the for from who had were was adults patients people disorder of in a an by to at or".split()
)
LEAST = 2  # grounds that a sample needs; a shared registration alone is enough


def overlapping(corpus: Corpus, values: Values) -> Sequence[tuple[Sample, str]]:
    """The samples, with the grounds; those with most of them first."""
    samples = {sample.key: sample for sample in corpus.samples}
    authors = {report.key: report.authors for report in corpus.reports}
    ours = {_family(line) for line in values.get("report/authors", "").splitlines() if line.strip()}
    registration = values.get("study/registration", "").strip().upper()
    country = values.get("study/country", "").strip().casefold()
    words = _words(values.get("study/population/diagnosis", ""))
    own = values.get("study/key", "")
    found: dict[str, list[str]] = {}
    for study in corpus.studies:
        if study.key == own:
            continue
        names = {_family(one) for key in study.reports for one in _listed(authors[key])}
        grounds = []
        if registration and not isinstance(study.registration, Missing) and registration in study.registration.upper():
            grounds += [f"registration {registration}"] * LEAST
        if shared := sorted(ours & names):
            grounds.append(f"authors {', '.join(shared[:4])}")
        if country and not isinstance(study.country, Missing) and country in study.country.casefold():
            grounds.append(f"country {study.country}")
        if words & _words(study.population.diagnosis):
            grounds.append(f"diagnosis {study.population.diagnosis}")
        if len(grounds) >= LEAST and len(grounds) > len(found.get(study.sample, ())):
            found[study.sample] = grounds
    ordered = sorted(found, key=lambda key: (-len(found[key]), key))
    return [(samples[key], "; ".join(dict.fromkeys(found[key]))) for key in ordered]


def _listed(authors: tuple[str, ...] | Missing) -> tuple[str, ...]:
    return () if isinstance(authors, Missing) else authors


def _family(name: str) -> str:
    return name.replace(",", " ").split()[0].casefold() if name.strip() else ""


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]{4,}", text.casefold()) if word not in _STOP}
