"""Small studies for tests, made by us: every number here is invented for the test and stands nowhere else.

Never imported by the program; nothing of it can reach the corpus.
"""

from dataclasses import replace
from datetime import date

from corpus.codebook import (
    Design,
    Direction,
    EffectRole,
    Level,
    MissingReason,
    OutcomeDomain,
    Phase,
    PositiveMeans,
    Relation,
    ReportKind,
    ReportStatus,
    Scope,
    SourceTier,
    Tier,
)
from corpus.domain import (
    Coding,
    Computation,
    Corpus,
    Effect,
    Missing,
    Outcome,
    Person,
    Population,
    Printed,
    PValue,
    Report,
    Sample,
    Sizes,
    Source,
    Study,
)

NONE = Missing(MissingReason.NOT_REPORTED)
CODING = Coding(coded_by="tester", coded_on=date(2026, 1, 1), checked_by=NONE, checked_on=NONE)


def outcome(
    key: str = "score", *, domain: OutcomeDomain = OutcomeDomain.SYMPTOMS, higher: bool | Missing = False
) -> Outcome:
    return Outcome(
        key=key,
        domain=domain,
        construct=f"construct of {key}",
        instrument=NONE,
        rater=NONE,
        state_trait=NONE,
        higher_is_better=higher,
        direction_basis="made for a test",
        primary=NONE,
    )


def effect(
    key: str, *, m1: str = "10.0", m2: str = "12.0", of: str = "score", report: str = "", **changes: object
) -> Effect:
    """A tier-A effect of means: group 1 (oxytocin) scores ``m1``, group 2 ``m2``, SD 4, 20 each."""
    base = Effect(
        key=key,
        role=EffectRole.TREATMENT_EFFECT,
        level=Level.BETWEEN_PERSON,
        tier=Tier.A,
        outcome=of,
        phase=Phase.END_OF_TREATMENT,
        timepoint="post",
        direction=Direction.FAVOURS_OXYTOCIN,
        as_reported=f"{m1} (4.0), {m2} (4.0)",
        n=40,
        computation=Computation(
            kind="two-groups",
            inputs={
                "m1": Printed(m1),
                "sd1": Printed("4.0"),
                "n1": Printed("20"),
                "m2": Printed(m2),
                "sd2": Printed("4.0"),
                "n2": Printed("20"),
            },
            positive_means=PositiveMeans.HIGHER_OUTCOME,
            positive_basis="means by arm",
        ),
        source=Source(report=report or "report", locator="Table 1", tier=SourceTier.FULL_TEXT),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def lesser(
    key: str, direction: Direction, *, p: str = "", relation: Relation = Relation.EQUALS, **changes: object
) -> Effect:
    """An effect of tier B (with ``p``) or C."""
    printed = PValue(relation=relation, value=Printed(p)) if p else None
    return effect(key, tier=Tier.B if p else Tier.C, direction=direction, p=printed, computation=None, **changes)  # type: ignore[arg-type]


def study(key: str, *effects: Effect, outcomes: tuple[Outcome, ...] = (), sample: str = "", **changes: object) -> Study:
    base = Study(
        key=key,
        label=key.capitalize(),
        summary="A study made for a test.",
        scope=Scope.CORE,
        reports=(f"{key}_report",),
        sample=sample or f"{key}_people",
        design=Design.PARALLEL_RCT,
        blinding=NONE,
        allocation_unit=NONE,
        country=NONE,
        setting=NONE,
        registration=NONE,
        funding=NONE,
        population=Population(diagnosis="test diagnosis", mesh=NONE, age=NONE, percent_female=NONE),
        sizes=Sizes(patients=40, therapists=NONE, dyads=NONE, sessions=NONE, samples=NONE),
        outcomes=outcomes or (outcome(),),
        effects=tuple(replace(e, source=replace(e.source, report=f"{key}_report")) for e in effects),
        adverse_events=NONE,
        source=Source(report=f"{key}_report", locator="p. 1", tier=SourceTier.FULL_TEXT),
        coding=CODING,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def corpus(*studies: Study, samples: tuple[Sample, ...] = ()) -> Corpus:
    """A corpus of ``studies`` with reports and estimates, as `init` would make it."""
    from corpus.estimation import estimate_corpus

    known = {sample.key for sample in samples}
    others = sorted({s.sample for s in studies} - known)
    return estimate_corpus(
        Corpus(
            people=(Person(key="tester", name="Tester", role="coder"),),
            reports=tuple(
                Report(
                    key=f"{s.key}_report",
                    kind=ReportKind.ARTICLE,
                    status=ReportStatus.INCLUDED,
                    reason="made for a test",
                    authors=("Tester, T.",),
                    year=2020,
                    title=f"Report of {s.key}",
                    study=s.key,
                )
                for s in studies
            ),
            samples=(*samples, *(Sample(key=key, description="people of a test", n=40) for key in others)),
            studies=studies,
        )
    )
