"""Which dataclass lives in which table, and what stands below it: the one map between the domain and the database.

Never moves data: ``writing`` and ``reading`` follow this map in the two directions.
"""

from dataclasses import dataclass

from corpus import domain
from corpus.tables import Row, effects, reports, studies


@dataclass(frozen=True, slots=True)
class References:
    """A list of keys, one row for each."""

    field: str
    row: type[Row]
    column: str


@dataclass(frozen=True, slots=True)
class Named:
    """A mapping of names to values, one row for each."""

    field: str
    row: type[Row]


@dataclass(frozen=True, slots=True)
class Part:
    """A dataclass with a table of its own; its columns are named like its fields.

    Fields without a part of their own are columns; a nested dataclass becomes columns prefixed with the field's name.
    A ``Printed`` has a second column ``<name>_number``. Reasons of missing values, texts in lists and provenance stand
    in the shared tables, under the table's name and the row's primary key.
    """

    field: str
    cls: type
    row: type[Row]
    as_owner: tuple[str, ...] = ()  # how the tables below name this row's primary key
    parts: tuple["Part | References | Named", ...] = ()


_COMPUTATION = Part(
    "computation",
    domain.Computation,
    effects.ComputationRow,
    ("study", "effect"),
    (
        Named("inputs", effects.EffectInputRow),
        Named("options", effects.ComputationOptionRow),
        Part("assumed", domain.AssumedInput, effects.AssumedInputRow),
    ),
)
_EFFECT = Part(
    "effects",
    domain.Effect,
    effects.EffectRow,
    ("study", "effect"),
    (References("arms", effects.EffectArmRow, "arm"), _COMPUTATION),
)
_STUDY = Part(
    "studies",
    domain.Study,
    studies.StudyRow,
    ("study",),
    (
        References("reports", studies.StudyReportRow, "report"),
        Part("plan", domain.Plan, studies.PlanRow),
        Part("arms", domain.Arm, studies.ArmRow),
        Part(
            "therapies",
            domain.Therapy,
            studies.TherapyRow,
            ("study", "therapy"),
            (References("arms", studies.TherapyArmRow, "arm"),),
        ),
        Part(
            "ot_given",
            domain.OtAdministration,
            studies.OtAdministrationRow,
            ("study", "ot_administration"),
            (References("arms", studies.OtAdministrationArmRow, "arm"),),
        ),
        Part("ot_measured", domain.OtMeasure, studies.OtMeasureRow),
        Part("outcomes", domain.Outcome, studies.OutcomeRow),
        _EFFECT,
        Part(
            "conflicts",
            domain.Conflict,
            effects.ConflictRow,
            ("study", "conflict"),
            (References("effects", effects.ConflictMemberRow, "effect"),),
        ),
        Part("not_coded", domain.NotCoded, effects.NotCodedRow),
        Part(
            "risk_of_bias",
            domain.BiasJudgement,
            studies.BiasJudgementRow,
            ("study", "judgement"),
            (Named("answers", studies.BiasAnswerRow),),
        ),
        Part("coding", domain.Coding, studies.CodingRow),
    ),
)
_REPORT = Part(
    "reports",
    domain.Report,
    reports.ReportRow,
    ("report",),
    (
        Part("links", domain.ReportLink, reports.ReportLinkRow),
        Part("searches", domain.DatabaseSearch, reports.DatabaseSearchRow),
        Part("claims", domain.Claim, reports.ClaimRow),
        Part("retraction", domain.Retraction, reports.RetractionRow),
    ),
)

# Every list of the corpus.
ROOTS: tuple[Part, ...] = (
    Part("people", domain.Person, reports.PersonRow),
    Part("sources", domain.BibliographicSource, reports.BibliographicSourceRow),
    Part("records", domain.Record, reports.RecordRow),
    _REPORT,
    Part(
        "samples",
        domain.Sample,
        studies.SampleRow,
        ("owner",),
        (Part("overlaps", domain.SampleOverlap, studies.SampleOverlapRow),),
    ),
    _STUDY,
    Part(
        "estimates",
        domain.Estimate,
        effects.EstimateRow,
        ("study", "effect"),
        (Named("inputs", effects.EstimateInputRow),),
    ),
)
