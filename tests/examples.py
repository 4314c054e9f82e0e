"""One small corpus written out by hand, for tests that need to know every value.

Never grows with the curated data; see ``curated`` for that.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from corpus.codebook import (
    Comparator,
    Design,
    Direction,
    EffectRole,
    Level,
    MissingReason,
    OutcomeDomain,
    Phase,
    PositiveMeans,
    Receiver,
    ReportKind,
    ReportStatus,
    Route,
    Scope,
    SourceTier,
    Tier,
)
from corpus.curation import read_corpus
from corpus.domain import (
    Arm,
    Coding,
    Computation,
    Corpus,
    Effect,
    Missing,
    OtAdministration,
    Outcome,
    Person,
    Population,
    Printed,
    Report,
    Sample,
    Sizes,
    Source,
    Study,
)
from tests.conftest import absent

UNREAD = Missing(MissingReason.NOT_ACCESSIBLE)
SOURCE = Source(report="guastella2009", locator="Table 2", tier=SourceTier.TABULATED)
MEANS = {"m1": "62.16", "sd1": "37.41", "n1": "12", "m2": "52.30", "sd2": "21.30", "n2": "13"}


def curated(root: Path) -> Corpus:
    """The curated corpus itself."""
    folder = root / "corpus" / "curated"
    if not (folder / "reports.yaml").exists():
        absent("the curated corpus")
    return read_corpus(folder)


def effect(**changes: Any) -> Effect:
    """The raw-means effect of guastella2009, with changes."""
    computation = Computation(
        kind="two-groups",
        inputs={name: Printed(value) for name, value in MEANS.items()},
        positive_means=PositiveMeans.HIGHER_OUTCOME,
        positive_basis="means by arm",
    )
    base = Effect(
        key="lsas_post",
        role=EffectRole.TREATMENT_EFFECT,
        level=Level.BETWEEN_PERSON,
        tier=Tier.A,
        outcome="lsas",
        phase=Phase.END_OF_TREATMENT,
        timepoint="post",
        direction=Direction.FAVOURS_COMPARATOR,
        as_reported="62.16 (37.41) against 52.30 (21.30)",
        n=25,
        arms=("oxytocin", "placebo"),
        ot_given="oxytocin",
        computation=computation,
        source=SOURCE,
    )
    return replace(base, **changes)


def study(**changes: Any) -> Study:
    """A study with one outcome and one effect, with changes."""
    base = Study(
        key="guastella2009",
        label="Guastella 2009",
        summary="Exposure with oxytocin or placebo.",
        scope=Scope.CORE,
        reports=("guastella2009",),
        sample="sad",
        design=Design.PARALLEL_RCT,
        blinding=UNREAD,
        allocation_unit=UNREAD,
        country="Australia",
        setting=UNREAD,
        registration=UNREAD,
        funding=UNREAD,
        population=Population(diagnosis="social anxiety", mesh=UNREAD, age=UNREAD, percent_female=Printed("52.0")),
        sizes=Sizes(patients=25, therapists=UNREAD, dyads=UNREAD, sessions=5, samples=UNREAD),
        arms=(
            Arm(key="oxytocin", name="oxytocin", n_randomised=12, n_analysed=12),
            Arm(key="placebo", name="placebo", n_randomised=13, n_analysed=13),
        ),
        ot_given=(
            OtAdministration(
                key="oxytocin",
                route=Route.INTRANASAL,
                dose_iu="24",
                doses=UNREAD,
                timing=UNREAD,
                timing_detail=UNREAD,
                receiver=Receiver.PATIENT,
                comparator=Comparator.PLACEBO,
                arms=("oxytocin",),
            ),
        ),
        outcomes=(
            Outcome(
                key="lsas",
                domain=OutcomeDomain.SYMPTOMS,
                construct="social anxiety",
                instrument="visual analogue scale",
                rater=UNREAD,
                state_trait=UNREAD,
                higher_is_better=False,
                direction_basis="a scale of symptoms",
                primary=UNREAD,
            ),
        ),
        effects=(effect(),),
        adverse_events=UNREAD,
        source=SOURCE,
        coding=Coding(coded_by="coder", coded_on=date(2026, 11, 23), checked_by=UNREAD, checked_on=UNREAD),
    )
    return replace(base, **changes)


def report(**changes: Any) -> Report:
    """The report of that study, with changes."""
    base = Report(
        key="guastella2009",
        kind=ReportKind.ARTICLE,
        status=ReportStatus.INCLUDED,
        reason="answers question 1",
        authors=("Guastella AJ",),
        year=2009,
        title="A trial of oxytocin",
        study="guastella2009",
    )
    return replace(base, **changes)


def corpus(*studies: Study, **changes: Any) -> Corpus:
    """A corpus of that study, report and sample, with changes."""
    base = Corpus(
        people=(Person(key="coder", name="A Coder", role="coder"),),
        reports=(report(),),
        samples=(Sample(key="sad", description="adults with social anxiety", n=25),),
        studies=studies or (study(),),
    )
    return replace(base, **changes)
