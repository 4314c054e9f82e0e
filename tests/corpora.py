"""Random small corpora, built from the domain's own type hints, whose references all lead somewhere.

Never asserts: the tests beside it do.
"""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from corpus.codebook import LinkKind, PositiveMeans, Term, Tier
from corpus.domain import (
    AssumedInput,
    BiasJudgement,
    Computation,
    Corpus,
    Doi,
    Estimate,
    Missing,
    NctId,
    Pmcid,
    Pmid,
    Printed,
    Study,
)
from corpus.instruments import instruments

# Texts that YAML or SQL could take for something else.
AWKWARD = (
    *("no", "Yes", "null", "~", "24", "24.0", "1_000", "0x1F", "12:30", "2015-01-01", ".5", "1e3", ".inf", "=", "<<"),
    *("a: b", "b # c", "- d", "{e}", "[f", "&g", "*h", "!i", "|", ">", "%j", "@k", "`l", "'m'", '"n"', "\\", "?", ": "),
    *("p < .05", "é µ — ≤ ±", "日本", "😀", "a\u00a0b", "a  b", "O'Brien; DROP TABLE study", "x" * 300),
)
_LETTERS = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff"
)
TEXTS = st.one_of(st.sampled_from(AWKWARD), st.text(_LETTERS, max_size=12)).map(str.strip)
LEAVES: Mapping[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(-5, 999_999_999),
    bool: st.booleans(),
    float: st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: x + 0.0),  # SQLite keeps no sign of zero
    date: st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    types.NoneType: st.none(),
    Printed: st.from_regex(r"-?(0|[1-9]\d{0,3})?\.\d{1,3}|\d{1,4}|\d\.?\d?[eE]-?\d", fullmatch=True).map(Printed),
    Doi: st.integers(0, 10**9).map(lambda n: Doi(f"10.1000/x{n}")),
    Pmid: st.integers(1, 99_999_999).map(lambda n: Pmid(str(n))),
    Pmcid: st.integers(1, 9_999_999).map(lambda n: Pmcid(f"PMC{n}")),
    NctId: st.integers(0, 99_999_999).map(lambda n: NctId(f"NCT{n:08}")),
}


_VALID = (  # a computation that cannot be computed is refused, so random inputs would test nothing else
    Computation(
        kind="two-groups",
        inputs={
            n: Printed(v)
            for n, v in zip(
                ("m1", "sd1", "n1", "m2", "sd2", "n2"), ["62.10", "3.4e1", "12", ".5", "21", "13"], strict=True
            )
        },
        positive_means=PositiveMeans.HIGHER_OUTCOME,
        positive_basis="x",
    ),
    Computation(
        kind="t",
        inputs={"n2": Printed("22"), "t": Printed("-2.10")},
        options={"direction": "-"},
        assumed=(AssumedInput(name="n1", value=Printed("20.0"), reason="24"),),
        positive_means=PositiveMeans.FAVOURS_COMPARATOR,
        positive_basis="no",
        to="lor",
    ),
    Computation(
        kind="crossover",
        inputs={
            n: Printed(v)
            for n, v in zip(("m1", "sd1", "m2", "sd2", "n"), ["30.60", "15", "38.5", "11.6", "20"], strict=True)
        },
        assumed=(AssumedInput(name="r", value=Printed(".50"), low=Printed("0.3"), high=Printed(".80"), reason="a: b"),),
        positive_means=PositiveMeans.UNCLEAR,
        positive_basis="~",
    ),
)


def values(kind: Any, longest: int = 2) -> st.SearchStrategy[Any]:
    """Any value of a type of the domain."""
    if get_origin(kind) in (Union, types.UnionType):
        return st.one_of([values(member, longest) for member in get_args(kind)])
    if get_origin(kind) is tuple:
        return st.lists(values(get_args(kind)[0], longest), max_size=longest).map(tuple)
    if get_origin(kind) is Mapping:
        return st.dictionaries(st.sampled_from(["m1", "sd_1", "n", "r"]), values(get_args(kind)[1]), max_size=3)
    if kind is Computation:
        return st.sampled_from(_VALID)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{item.name: values(hints[item.name], longest) for item in fields(kind)})  # type: ignore[arg-type]
    if issubclass(kind, Term):
        return st.sampled_from(list(kind))
    return LEAVES[kind]


def _keyed(items: Any, stem: str) -> Any:
    return tuple(replace(item, key=f"{stem}{index}") for index, item in enumerate(items))


@st.composite
def corpora(draw: st.DrawFn) -> Corpus:
    """A corpus of a few of each kind, valid across its files."""
    raw = draw(values(Corpus))
    people = _keyed((*raw.people, draw(values(get_args(get_type_hints(Corpus)["people"])[0]))), "person")
    sources = _keyed(raw.sources, "source")
    samples = _keyed((*raw.samples, draw(values(get_args(get_type_hints(Corpus)["samples"])[0]))), "sample")
    reports = _keyed((*raw.reports, draw(values(get_args(get_type_hints(Corpus)["reports"])[0]))), "report")
    report_keys = st.sampled_from([report.key for report in reports])
    studies = tuple(
        draw(_linked(study, report_keys, [s.key for s in samples], [p.key for p in people]))
        for study in _keyed(raw.studies, "study")
    )
    told = {report: study.key for study in studies for report in study.reports}
    studies = tuple(
        replace(study, reports=tuple(key for key in study.reports if told[key] == study.key)) for study in studies
    )
    fixed = []
    for report in reports:
        others = [other.key for other in reports if other.key != report.key]
        links = tuple(
            replace(link, to=draw(st.sampled_from(others)), kind=LinkKind.CITES) for link in report.links if others
        )
        index = reports.index(report)
        own = {"doi": Doi(f"10.1000/r{index}") if report.doi else None, "pmid": None, "pmcid": None, "nct": None}
        claims = _keyed(report.claims, "claim")
        fixed.append(replace(report, study=told.get(report.key, ""), links=links, claims=claims, **own))
    records = tuple(
        replace(record, source=draw(st.sampled_from(sources)).key, report=draw(st.just("") | report_keys))
        for record in _keyed(raw.records, "record")
        if sources
    )
    computed = [(study.key, effect.key) for study in studies for effect in study.effects if effect.computation]
    estimates = tuple(
        replace(draw(values(Estimate)), study=study, effect=effect) for study, effect in computed if draw(st.booleans())
    )
    return Corpus(
        people=people,
        sources=sources,
        records=records,
        reports=tuple(fixed),
        samples=_overlapping(samples, {study.sample for study in studies}),
        studies=studies,
        estimates=estimates,
    )


def _overlapping(samples: Any, used: set[str]) -> Any:
    # Each sample names its neighbour; one that no study and no overlap names would be refused.
    linked = []
    for index, sample in enumerate(samples):
        overlaps = sample.overlaps[:1] if len(samples) > 1 else ()
        neighbour = samples[(index + 1) % len(samples)].key
        linked.append(replace(sample, overlaps=tuple(replace(overlap, sample=neighbour) for overlap in overlaps)))
    named = used | {overlap.sample for sample in linked for overlap in sample.overlaps}
    return tuple(sample for sample in linked if sample.key in named or sample.overlaps)


@st.composite
def _linked(
    draw: st.DrawFn, study: Study, reports: st.SearchStrategy[str], samples: list[str], people: list[str]
) -> Study:
    def sourced(part: Any) -> Any:
        return replace(part, source=part.source and replace(part.source, report=draw(reports)))

    def some(keys: list[str], most: int = 2) -> tuple[str, ...]:
        return tuple(draw(st.lists(st.sampled_from(keys), max_size=most, unique=True))) if keys else ()

    def one(keys: list[str]) -> str:
        return draw(st.sampled_from(["", *keys]))

    arms = _keyed(study.arms, "arm")
    arm_keys = [arm.key for arm in arms]
    given = tuple(sourced(replace(part, arms=some(arm_keys))) for part in _keyed(study.ot_given, "given"))
    measured = tuple(sourced(part) for part in _keyed(study.ot_measured, "measured"))
    outcomes = _keyed(study.outcomes, "outcome")
    outcome_keys = [outcome.key for outcome in outcomes]
    effects = []
    for effect in _keyed(study.effects, "effect") if outcomes else ():
        pair = tuple(arm_keys[:2]) if len(arm_keys) > 1 and draw(st.booleans()) else ()
        p = effect.p and replace(effect.p, sided=draw(st.sampled_from([1, 2])), value=Printed(".050"))
        tier = Tier.A if effect.computation else Tier.B if p else Tier.C
        effect = replace(effect, arms=pair, p=p, tier=tier, outcome=draw(st.sampled_from(outcome_keys)))
        effect = replace(effect, ot_given=one([g.key for g in given]), ot_measure=one([m.key for m in measured]))
        effects.append(sourced(effect))
    effect_keys = [effect.key for effect in effects]
    conflicts = []
    for conflict in _keyed(study.conflicts, "conflict") if len(effect_keys) > 1 else ():
        conflicts.append(replace(conflict, effects=tuple(effect_keys[:2]), chosen=one(effect_keys[:2])))
    judgements = [
        sourced(_judged(draw, judgement, outcome=one(outcome_keys), effect=one(effect_keys)))
        for judgement in study.risk_of_bias
    ]
    judgements = list({(o.instrument, o.domain, o.outcome, o.effect): o for o in judgements}.values())
    checked = study.coding.checked_by if not isinstance(study.coding.checked_by, str) else people[0]
    return replace(
        study,
        reports=tuple(draw(st.lists(reports, max_size=2, unique=True))),
        sample=draw(st.sampled_from(samples)),
        plan=study.plan and sourced(study.plan),
        arms=arms,
        therapies=tuple(sourced(replace(therapy, arms=some(arm_keys))) for therapy in study.therapies),
        ot_given=given,
        ot_measured=measured,
        outcomes=outcomes,
        effects=tuple(effects),
        conflicts=tuple(conflicts),
        risk_of_bias=tuple(judgements),
        source=replace(study.source, report=draw(reports)),
        coding=replace(study.coding, coded_by=draw(st.sampled_from(people)), checked_by=checked),
    )


def _judged(draw: Any, judgement: BiasJudgement, *, outcome: str, effect: str) -> BiasJudgement:
    """A judgement within what its instrument allows; whether its questions are asked does not matter here."""
    instrument = instruments()[draw(st.sampled_from(sorted(instruments())))]
    domain = instrument.domains[draw(st.sampled_from(sorted(instrument.domains)))]
    level = (
        judgement.level if isinstance(judgement.level, Missing) else draw(st.sampled_from(sorted(instrument.levels)))
    )
    answers = {one.key: draw(st.sampled_from(one.answers)) for one in domain.questions if draw(st.booleans())}
    return replace(
        judgement,
        instrument=instrument.key,
        domain=domain.key,
        level=level,
        outcome=outcome,
        effect="" if outcome else effect,
        answers=answers,
    )
