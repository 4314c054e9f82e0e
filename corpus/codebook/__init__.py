"""The codebook: every vocabulary of the corpus, each term with the definition shown to reviewers and readers.

Never holds data about a study; a new term here needs no database migration.
"""

from corpus.codebook.bias import BiasAnswer, BiasLevel
from corpus.codebook.design import AllocationUnit, Blinding, Design, OverlapCertainty, Scope, TrialStatus
from corpus.codebook.effects import Direction, EffectRole, HoldReason, Level, PositiveMeans, Relation, Tier
from corpus.codebook.outcomes import OutcomeDomain, Phase, Rater, StateTrait
from corpus.codebook.oxytocin import (
    Anchor,
    Assay,
    Comparator,
    Extraction,
    Matrix,
    OtIndex,
    Receiver,
    Route,
    TimingToSession,
    Whose,
)
from corpus.codebook.provenance import MissingReason, SourceTier
from corpus.codebook.reports import LinkKind, ReportKind, ReportStatus
from corpus.codebook.terms import Term
from corpus.codebook.therapy import TherapyFamily, TherapyFormat

# In the order in which the methods page shows them.
VOCABULARIES: tuple[type[Term], ...] = (
    Design,
    Blinding,
    AllocationUnit,
    Scope,
    TrialStatus,
    OverlapCertainty,
    TherapyFamily,
    TherapyFormat,
    Route,
    TimingToSession,
    Receiver,
    Comparator,
    Whose,
    Matrix,
    Assay,
    Extraction,
    Anchor,
    OtIndex,
    OutcomeDomain,
    StateTrait,
    Rater,
    Phase,
    EffectRole,
    Level,
    Tier,
    Direction,
    PositiveMeans,
    Relation,
    HoldReason,
    SourceTier,
    MissingReason,
    ReportKind,
    ReportStatus,
    LinkKind,
    BiasLevel,
    BiasAnswer,
)

__all__ = [
    "VOCABULARIES",
    "AllocationUnit",
    "Anchor",
    "Assay",
    "BiasAnswer",
    "BiasLevel",
    "Blinding",
    "Comparator",
    "Design",
    "Direction",
    "EffectRole",
    "Extraction",
    "HoldReason",
    "Level",
    "LinkKind",
    "Matrix",
    "MissingReason",
    "OtIndex",
    "OutcomeDomain",
    "OverlapCertainty",
    "Phase",
    "PositiveMeans",
    "Rater",
    "Receiver",
    "Relation",
    "ReportKind",
    "ReportStatus",
    "Route",
    "Scope",
    "SourceTier",
    "StateTrait",
    "Term",
    "TherapyFamily",
    "TherapyFormat",
    "Tier",
    "TimingToSession",
    "TrialStatus",
    "Whose",
]
