"""Effects as reported, the estimates they become, conflicts between sources, and what was not coded.

Never computes: values go in as printed, estimates come from ``corpus.estimation``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.codebook import (
    Direction,
    EffectRole,
    HoldReason,
    Level,
    OtIndex,
    Phase,
    PositiveMeans,
    Relation,
    Tier,
)
from corpus.domain.provenance import Source
from corpus.domain.values import Missing, Printed


@dataclass(frozen=True, slots=True, kw_only=True)
class PValue:
    """A printed p and how it relates to its number."""

    relation: Relation
    value: Printed
    sided: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumedInput:
    """An input that no source gives: the value used, its band, and why."""

    name: str
    value: Printed
    low: Printed | None = None
    high: Printed | None = None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation:
    """How a tier-A effect becomes an estimate: the kind of ``oxysynth effect``, its inputs as printed, the sense of the sign."""

    kind: str
    inputs: Mapping[str, Printed]
    positive_means: PositiveMeans
    positive_basis: str  # where the sense of the sign was read
    options: Mapping[str, str] = field(default_factory=dict)  # words a kind takes, such as direction or metric
    assumed: tuple[AssumedInput, ...] = ()
    to: str = ""  # target measure, when the kind's own is not the one wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """That an effect is shown but never synthesised, and why."""

    reason: HoldReason
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One coded result."""

    key: str
    role: EffectRole
    level: Level
    tier: Tier
    outcome: str  # key of an outcome of the study
    phase: Phase | Missing
    timepoint: str  # as the source words it, shortened
    direction: Direction
    as_reported: str  # the figures, as printed
    n: int | Missing
    arms: tuple[str, ...] = ()  # (oxytocin arm, comparison arm)
    predictor: str = ""  # where it is not the treatment: what predicts, in words
    ot_given: str = ""  # key of an administration
    ot_measure: str = ""  # key of a measure
    ot_index: OtIndex | None = None
    adjustment: str = ""
    moderator: str = ""
    condition: str = ""
    p: PValue | None = None
    computation: Computation | None = None
    hold: Hold | None = None
    note: str = ""
    evidence: str = ""  # where in the evidence folder: "experimental/guastella2009.json#effects/0"
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Sources that disagree on the same effect: both are kept, one is chosen, the reason is written down."""

    key: str
    about: str
    effects: tuple[str, ...]
    chosen: str  # key of the effect, or "" where none can be chosen
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCoded:
    """A result in the evidence that was not coded, and why."""

    evidence: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a tier-A effect becomes: on the measure's own scale, positive towards oxytocin or better."""

    study: str
    effect: str
    measure: str
    yi: float
    vi: float
    formula: str
    substituted: str
    reference: str
    inputs: Mapping[str, float]
    assumptions: tuple[str, ...]
    alignment: str  # what was done to the sign, and why
    code_version: str
