"""Tables of samples and studies with their arms, therapies, oxytocin, outcomes and judgements.

Never holds results: those stand in ``corpus.tables.effects``.
"""

from datetime import date

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field

from corpus.tables.base import Row, identity, optional_word, place, within_study, word


class SampleRow(Row, table=True):
    __tablename__ = "sample"
    key: str = identity()
    position: int
    description: str
    n: int | None = None
    note: str | None = None


class SampleOverlapRow(Row, table=True):
    __tablename__ = "sample_overlap"
    owner: str = identity("sample.key")
    position: int = place()
    sample: str = Field(max_length=64, foreign_key="sample.key")
    certainty: str = word()
    basis: str


class StudyRow(Row, table=True):
    __tablename__ = "study"
    key: str = identity()
    position: int
    label: str
    summary: str
    scope: str = word()
    sample: str = Field(max_length=64, foreign_key="sample.key")
    design: str = word()
    design_note: str | None = None
    blinding: str | None = optional_word()
    allocation_unit: str | None = optional_word()
    country: str | None = None
    setting: str | None = None
    registration: str | None = None
    funding: str | None = None
    population_diagnosis: str
    population_mesh: str | None = None
    population_age: str | None = None
    population_percent_female: str | None = None
    population_percent_female_number: float | None = None
    sizes_patients: int | None = None
    sizes_therapists: int | None = None
    sizes_dyads: int | None = None
    sizes_sessions: int | None = None
    sizes_samples: int | None = None
    adverse_events: str | None = None


class StudyReportRow(Row, table=True):
    __tablename__ = "study_report"
    study: str = identity("study.key")
    position: int = place()
    report: str = Field(max_length=64, foreign_key="report.key")


class CodingRow(Row, table=True):
    __tablename__ = "coding"
    study: str = identity("study.key")
    position: int
    coded_by: str = Field(max_length=64, foreign_key="person.key")
    coded_on: date
    checked_by: str | None = optional_word("person.key")
    checked_on: date | None = None
    settled: str | None = None


class PlanRow(Row, table=True):
    __tablename__ = "plan"
    study: str = identity("study.key")
    position: int
    design: str = word()
    status: str | None = optional_word()
    unit: str | None = optional_word()
    n: int | None = None
    n_oxytocin: int | None = None
    n_comparator: int | None = None
    completion: str | None = None
    note: str | None = None


class ArmRow(Row, table=True):
    __tablename__ = "arm"
    study: str = identity("study.key")
    key: str = identity()
    position: int
    name: str
    n_randomised: int | None = None
    n_analysed: int | None = None


class TherapyRow(Row, table=True):
    __tablename__ = "therapy"
    study: str = identity("study.key")
    position: int = place()
    family: str = word()
    description: str
    format: str | None = optional_word()
    sessions: str | None = None


class TherapyArmRow(Row, table=True):
    __tablename__ = "therapy_arm"
    __table_args__ = (
        ForeignKeyConstraint(["study", "therapy"], ["therapy.study", "therapy.position"]),
        within_study("arm", "arm"),
    )
    study: str = identity()
    therapy: int = place()
    position: int = place()
    arm: str = word()


class OtAdministrationRow(Row, table=True):
    __tablename__ = "ot_administration"
    study: str = identity("study.key")
    key: str = identity()
    position: int
    route: str | None = optional_word()
    dose_iu: str | None = None
    doses: str | None = None
    timing: str | None = optional_word()
    timing_detail: str | None = None
    receiver: str = word()
    comparator: str = word()
    note: str | None = None


class OtAdministrationArmRow(Row, table=True):
    __tablename__ = "ot_administration_arm"
    __table_args__ = (within_study("ot_administration", "ot_administration"), within_study("arm", "arm"))
    study: str = identity()
    ot_administration: str = identity()
    position: int = place()
    arm: str = word()


class OtMeasureRow(Row, table=True):
    __tablename__ = "ot_measure"
    study: str = identity("study.key")
    key: str = identity()
    position: int
    whose: str = word()
    matrix: str | None = optional_word()
    assay: str | None = optional_word()
    extraction: str | None = optional_word()
    kit: str | None = None
    detection_limit: str | None = None
    schedule: str | None = None
    anchor: str | None = optional_word()
    time_of_day: str | None = None
    n_samples: int | None = None
    units: str | None = None
    target: str | None = None
    note: str | None = None


class OutcomeRow(Row, table=True):
    __tablename__ = "outcome"
    study: str = identity("study.key")
    key: str = identity()
    position: int
    domain: str = word()
    construct_: str = Field(sa_column_kwargs={"name": "construct"})  # SQLModel itself has a `construct`
    instrument: str | None = None
    rater: str | None = optional_word()
    state_trait: str | None = optional_word()
    higher_is_better: bool | None = None
    direction_basis: str
    primary: bool | None = None


class BiasJudgementRow(Row, table=True):
    __tablename__ = "bias_judgement"
    __table_args__ = (within_study("outcome", "outcome"), within_study("effect", "effect"))
    study: str = identity("study.key")
    position: int = place()
    instrument: str = word()
    domain: str = word()
    level: str | None = optional_word()
    support: str
    outcome: str | None = optional_word()
    effect: str | None = optional_word()
    reason: str | None = None


class BiasAnswerRow(Row, table=True):
    __tablename__ = "bias_answer"
    __table_args__ = (
        ForeignKeyConstraint(["study", "judgement"], ["bias_judgement.study", "bias_judgement.position"]),
    )
    study: str = identity()
    judgement: int = place()
    name: str = identity()
    position: int
    value: str = word()
