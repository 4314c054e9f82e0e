"""Studies, samples, arms, therapy, oxytocin given or measured, outcomes, and risk-of-bias facts.

Never holds results: those stand in ``corpus.domain.effects``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.codebook import (
    AllocationUnit,
    Anchor,
    Assay,
    BiasAnswer,
    BiasLevel,
    Blinding,
    Comparator,
    Design,
    Extraction,
    Matrix,
    OutcomeDomain,
    OverlapCertainty,
    Rater,
    Receiver,
    Route,
    Scope,
    StateTrait,
    TherapyFamily,
    TherapyFormat,
    TimingToSession,
    TrialStatus,
    Whose,
)
from corpus.domain.effects import Conflict, Effect, NotCoded
from corpus.domain.provenance import Coding, Source
from corpus.domain.values import Missing, Printed


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleOverlap:
    """That two samples share people, and how sure that is."""

    sample: str
    certainty: OverlapCertainty
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The people; effects of one sample are dependent."""

    key: str
    description: str
    n: int | Missing
    overlaps: tuple[SampleOverlap, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Who took part."""

    diagnosis: str  # "none (healthy)" where there is none
    mesh: str | Missing  # MeSH heading where one exists
    age: str | Missing
    percent_female: Printed | Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many of what; units nest (samples in sessions in dyads)."""

    patients: int | Missing
    therapists: int | Missing
    dyads: int | Missing
    sessions: int | Missing
    samples: int | Missing  # oxytocin samples analysed


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One arm or condition."""

    key: str
    name: str
    n_randomised: int | Missing
    n_analysed: int | Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a registration or protocol plans; never what was reached."""

    design: Design
    status: TrialStatus | Missing  # as read, on the day its source was read
    unit: AllocationUnit | Missing  # of ``n``
    n: int | Missing  # in all arms together
    n_oxytocin: int | Missing
    n_comparator: int | Missing
    completion: str | Missing  # as printed: "2026-12-01"
    note: str = ""
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Therapy:
    """The psychotherapy given to the arms named (all arms where none is named)."""

    family: TherapyFamily
    description: str
    format: TherapyFormat | Missing
    sessions: str | Missing
    arms: tuple[str, ...] = ()
    source: Source | None = None  # where it differs from the study's


@dataclass(frozen=True, slots=True, kw_only=True)
class OtAdministration:
    """Oxytocin given."""

    key: str
    route: Route | Missing
    dose_iu: str | Missing  # as printed: "24", "12 or 24 by weight"
    doses: str | Missing
    timing: TimingToSession | Missing
    timing_detail: str | Missing
    receiver: Receiver
    comparator: Comparator
    arms: tuple[str, ...] = ()
    note: str = ""
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtMeasure:
    """Oxytocin, or its receptor gene, measured."""

    key: str
    whose: Whose
    matrix: Matrix | Missing
    assay: Assay | Missing
    extraction: Extraction | Missing
    kit: str | Missing
    detection_limit: str | Missing
    schedule: str | Missing
    anchor: Anchor | Missing
    time_of_day: str | Missing
    n_samples: int | Missing
    units: str | Missing
    target: str = ""  # CpG site, exon or SNP for DNA
    note: str = ""
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was measured as a result; which direction is good is always coded, with its reason."""

    key: str
    domain: OutcomeDomain
    construct: str
    instrument: str | Missing
    rater: Rater | Missing
    state_trait: StateTrait | Missing
    higher_is_better: bool | Missing
    direction_basis: str  # why higher is better or worse: a scale of symptoms, stated by the source, …
    primary: bool | Missing  # declared primary by the study


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasJudgement:
    """One domain of one instrument: the judgement, or why there is none yet, and the facts and answers it rests on.

    What the instrument's algorithm makes of the answers is not held: it is computed (``corpus.appraising``).
    """

    instrument: str
    domain: str
    level: BiasLevel | Missing
    support: str
    outcome: str = ""  # key, where the judgement is for one outcome
    effect: str = ""  # key, where it is for one result
    answers: Mapping[str, BiasAnswer] = field(default_factory=dict)  # by key of the question: q2_3
    reason: str = ""  # why the level is not what the algorithm says
    source: Source | None = None  # where the facts stand elsewhere than the study's


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One trial or cohort, told in one or more reports."""

    key: str
    label: str
    summary: str  # one plain sentence, ours
    scope: Scope
    reports: tuple[str, ...]
    sample: str
    design: Design
    design_note: str = ""
    blinding: Blinding | Missing
    allocation_unit: AllocationUnit | Missing
    country: str | Missing
    setting: str | Missing
    registration: str | Missing
    funding: str | Missing
    population: Population
    sizes: Sizes
    plan: Plan | None = None  # where a report of the study is a registration or protocol that states one
    arms: tuple[Arm, ...] = ()
    therapies: tuple[Therapy, ...] = ()
    ot_given: tuple[OtAdministration, ...] = ()
    ot_measured: tuple[OtMeasure, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    effects: tuple[Effect, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    not_coded: tuple[NotCoded, ...] = ()
    risk_of_bias: tuple[BiasJudgement, ...] = ()
    moderators_reported: tuple[str, ...] = ()
    adverse_events: str | Missing
    gaps: tuple[str, ...] = ()  # what a reviewer should look for
    source: Source  # of the design facts above, where no other is named
    coding: Coding
