"""Checks what binding cannot see: keys that must be unique and references that must lead somewhere.

Never judges numbers: that is ``corpus.checks``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from corpus.codebook import BiasAnswer, BiasLevel, LinkKind, Tier
from corpus.curation.binding import Bound
from corpus.curation.nodes import Problem
from corpus.domain import BiasJudgement, BibliographicSource, Effect, Missing, Person, Record, Report, Sample, Study
from corpus.errors import InvalidInput
from corpus.estimation import computed
from corpus.instruments import instruments

_KEY = re.compile(r"[a-z0-9][a-z0-9_]{0,63}")  # keys become file names, addresses of pages and VARCHAR(64) columns
_SIDES = (1, 2)


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


def check_keys(bound: Bound[Any], values: Sequence[_Keyed], path: str = "") -> Iterator[Problem]:
    """Keys of one list: well formed and unique."""
    seen: dict[str, int] = {}
    for index, value in enumerate(values):
        where = f"{path}[{index}].key"
        if not _KEY.fullmatch(value.key):
            yield bound.problem(where, f"saw {value.key!r}; allowed: up to 64 of a-z, 0-9 and _, not beginning with _")
        if value.key in seen:
            yield bound.problem(where, f"saw {value.key!r} a second time; first as {path}[{seen[value.key]}]")
        seen.setdefault(value.key, index)


def check_study(bound: Bound[Study], study: Study) -> Iterator[Problem]:
    """What one study file must keep by itself."""
    if study.key != bound.file.stem:
        yield bound.problem("key", f"saw {study.key!r}; allowed: {bound.file.stem!r}, the name of the file")
    if not _KEY.fullmatch(study.key):
        yield bound.problem("key", f"saw {study.key!r}; allowed: up to 64 of a-z, 0-9 and _, not beginning with _")
    lists: dict[str, Sequence[_Keyed]] = {
        "arms": study.arms,
        "ot_given": study.ot_given,
        "ot_measured": study.ot_measured,
        "outcomes": study.outcomes,
        "effects": study.effects,
        "conflicts": study.conflicts,
    }
    keys = {name: {value.key for value in values} for name, values in lists.items()}
    for name, values in lists.items():
        yield from check_keys(bound, values, name)
    yield from _repeated(bound, "reports", study.reports)
    for index, therapy in enumerate(study.therapies):
        yield from _each(bound, f"therapies[{index}].arms", therapy.arms, keys["arms"])
    for index, given in enumerate(study.ot_given):
        yield from _each(bound, f"ot_given[{index}].arms", given.arms, keys["arms"])
    for index, effect in enumerate(study.effects):
        yield from _check_effect(bound, f"effects[{index}]", effect, keys)
    for index, conflict in enumerate(study.conflicts):
        path = f"conflicts[{index}]"
        yield from _each(bound, f"{path}.effects", conflict.effects, keys["effects"])
        yield from _one(bound, f"{path}.chosen", conflict.chosen, set(conflict.effects))
        if len(conflict.effects) < 2:
            yield bound.problem(f"{path}.effects", f"saw {len(conflict.effects)}; a conflict has at least 2 effects")
    judged: set[tuple[str, str, str, str]] = set()
    for index, judgement in enumerate(study.risk_of_bias):
        path = f"risk_of_bias[{index}]"
        yield from _check_judgement(bound, path, judgement)
        yield from _one(bound, f"{path}.outcome", judgement.outcome, keys["outcomes"])
        yield from _one(bound, f"{path}.effect", judgement.effect, keys["effects"])
        if judgement.outcome and judgement.effect:
            yield bound.problem(f"{path}.effect", "a judgement is for one effect, or for an outcome, not for both")
        place = (judgement.instrument, judgement.domain, judgement.outcome, judgement.effect)
        if place in judged:
            yield bound.problem(f"{path}.domain", f"saw {judgement.domain!r} a second time for the same result")
        judged.add(place)


def _check_judgement(bound: Bound[Study], path: str, judgement: BiasJudgement) -> Iterator[Problem]:
    """One judgement against its instrument."""
    known = instruments()
    yield from _one(bound, f"{path}.instrument", judgement.instrument, set(known))
    instrument = known.get(judgement.instrument)
    if instrument is None:
        return
    yield from _one(bound, f"{path}.domain", judgement.domain, set(instrument.domains))
    if isinstance(judgement.level, BiasLevel) and judgement.level not in instrument.levels:
        allowed = ", ".join(level.value for level in instrument.levels)
        yield bound.problem(f"{path}.level", f"saw {judgement.level.value!r}; {instrument.name} knows {allowed}")
    domain = instrument.domains.get(judgement.domain)
    for key, answer in judgement.answers.items() if domain else ():
        assert domain is not None
        question = domain.question(key)
        where = f"{path}.answers.{key}"
        if question is None:
            allowed = ", ".join(one.key for one in domain.questions) or "none"
            yield bound.problem(
                where, f"{key!r} is no question of {instrument.name}, {domain.name}; allowed: {allowed}"
            )
        elif answer not in question.answers and not (question.when and answer is BiasAnswer.NOT_APPLICABLE):
            allowed = ", ".join(one.value for one in question.answers)
            yield bound.problem(where, f"saw {answer.value!r}; allowed: {allowed}")


def check_corpus(
    people: Bound[Person],
    sources: Bound[BibliographicSource],
    records: Bound[Record],
    reports: Bound[Report],
    samples: Bound[Sample],
    studies: Sequence[Bound[Study]],
) -> Iterator[Problem]:
    """What the files must keep between them."""
    bounds: tuple[Bound[Any], ...] = (people, sources, records, reports, samples)
    keys = [{value.key for value in bound.values} for bound in bounds]
    known_people, known_sources, _, known_reports, known_samples = keys
    known_studies = {study.key for bound in studies for study in bound.values}
    for bound in bounds:
        yield from check_keys(bound, bound.values)
    for index, record in enumerate(records.values):
        yield from _one(records, f"[{index}].source", record.source, known_sources, required=True)
        yield from _one(records, f"[{index}].report", record.report, known_reports)
    tells_of = {(report.study, report.key) for report in reports.values}
    for index, report in enumerate(reports.values):
        yield from _one(reports, f"[{index}].study", report.study, known_studies)
        yield from check_keys(reports, report.claims, f"[{index}].claims")
        for at, link in enumerate(report.links):
            where = f"[{index}].links[{at}].to"
            yield from _one(reports, where, link.to, known_reports - {report.key}, required=True)
    yield from _shared_identifiers(reports)
    for index, sample in enumerate(samples.values):
        for at, overlap in enumerate(sample.overlaps):
            where = f"[{index}].overlaps[{at}].sample"
            yield from _one(samples, where, overlap.sample, known_samples - {sample.key}, required=True)
    told_in = {(study.key, key) for bound in studies for study in bound.values for key in study.reports}
    for study_key, report_key in sorted(tells_of - told_in):
        if study_key in known_studies:
            index = next(i for i, report in enumerate(reports.values) if report.key == report_key)
            yield reports.problem(
                f"[{index}].study", f"saw {study_key!r}, whose file does not list {report_key!r} in reports"
            )
    used = {study.sample for bound in studies for study in bound.values}
    linked = {overlap.sample for sample in samples.values for overlap in sample.overlaps}
    for index, sample in enumerate(samples.values):
        if sample.key not in used | linked and not sample.overlaps:
            yield samples.problem(f"[{index}].key", f"saw {sample.key!r}, which no study and no overlap names")
    for bound in studies:
        for study in bound.values:
            yield from _check_between(bound, study, known_people, known_reports, known_samples, tells_of)


def _check_effect(bound: Bound[Study], path: str, effect: Effect, keys: dict[str, set[str]]) -> Iterator[Problem]:
    yield from _one(bound, f"{path}.outcome", effect.outcome, keys["outcomes"], required=True)
    yield from _each(bound, f"{path}.arms", effect.arms, keys["arms"])
    yield from _one(bound, f"{path}.ot_given", effect.ot_given, keys["ot_given"])
    yield from _one(bound, f"{path}.ot_measure", effect.ot_measure, keys["ot_measured"])
    if len(effect.arms) not in (0, 2):
        yield bound.problem(
            f"{path}.arms", f"saw {len(effect.arms)}; allowed: the oxytocin arm and the comparison arm, or none"
        )
    if effect.tier is Tier.A and effect.computation is None:
        yield bound.problem(path, "tier A without a computation; give it, or lower the tier")
    if effect.computation is not None:
        try:
            computed(effect.computation)
        except InvalidInput as error:
            yield bound.problem(f"{path}.computation", f"{error} (or lower the tier, with the computation left out)")
    if effect.tier is Tier.B and effect.p is None:
        yield bound.problem(path, "tier B without a p; give it, or lower the tier")
    if effect.p is not None and effect.p.sided not in _SIDES:
        yield bound.problem(f"{path}.p.sided", f"saw {effect.p.sided}; allowed: 1, 2")
    if effect.p is not None and not 0 <= effect.p.value.value <= 1:
        yield bound.problem(f"{path}.p.value", f"saw {effect.p.value}; allowed: 0 to 1")


def _check_between(
    bound: Bound[Study],
    study: Study,
    people: set[str],
    reports: set[str],
    samples: set[str],
    tells_of: set[tuple[str, str]],
) -> Iterator[Problem]:
    yield from _one(bound, "sample", study.sample, samples, required=True)
    for index, key in enumerate(study.reports):
        where = f"reports[{index}]"
        yield from _one(bound, where, key, reports, required=True)
        if key in reports and (study.key, key) not in tells_of:
            yield bound.problem(where, f"saw {key!r}, whose entry in reports.yaml does not name study {study.key!r}")
    yield from _one(bound, "source.report", study.source.report, reports, required=True)
    if study.plan is not None and study.plan.source is not None:
        yield from _one(bound, "plan.source.report", study.plan.source.report, reports, required=True)
    yield from _one(bound, "coding.coded_by", study.coding.coded_by, people, required=True)
    if not isinstance(study.coding.checked_by, Missing):
        yield from _one(bound, "coding.checked_by", study.coding.checked_by, people, required=True)
    for name in ("therapies", "ot_given", "ot_measured", "effects"):
        for index, part in enumerate(getattr(study, name)):
            if part.source is not None:
                where = f"{name}[{index}].source.report"
                yield from _one(bound, where, part.source.report, reports, required=True)


def _shared_identifiers(reports: Bound[Report]) -> Iterator[Problem]:
    duplicates = {
        frozenset((report.key, link.to))
        for report in reports.values
        for link in report.links
        if link.kind is LinkKind.DUPLICATE
    }
    for name in ("doi", "pmid", "pmcid", "nct"):
        seen: dict[str, str] = {}
        for index, report in enumerate(reports.values):
            identifier = getattr(report, name)
            if identifier is None:
                continue
            first = seen.setdefault(identifier, report.key)
            if first != report.key and frozenset((first, report.key)) not in duplicates:
                yield reports.problem(
                    f"[{index}].{name}",
                    f"saw {identifier}, which {first!r} has too; correct one, or link them as duplicate",
                )


def _one(bound: Bound[Any], path: str, key: str, known: set[str], required: bool = False) -> Iterator[Problem]:
    if (key or required) and key not in known:
        yield bound.problem(path, f"saw {key!r}; allowed: {_listed(known, key)}")


def _each(bound: Bound[Any], path: str, keys: Sequence[str], known: set[str]) -> Iterator[Problem]:
    yield from _repeated(bound, path, keys)
    for index, key in enumerate(keys):
        yield from _one(bound, f"{path}[{index}]", key, known, required=True)


def _repeated(bound: Bound[Any], path: str, keys: Sequence[str]) -> Iterator[Problem]:
    for index, key in enumerate(keys):
        if key in keys[:index]:
            yield bound.problem(f"{path}[{index}]", f"saw {key!r} a second time")


def _listed(known: Iterable[str], key: str) -> str:
    from difflib import get_close_matches  # only when something is wrong

    names = sorted(known)
    if len(names) <= 20:
        return ", ".join(names) or "none, since no such key is defined"
    near = get_close_matches(key, names, n=5)
    return f"one of {len(names)} keys" + (f", nearest {', '.join(near)}" if near else "")
