"""Tables of effects as reported, the estimates they become, conflicts, and results not coded.

Never computes; numbers stand twice, in the printed digits and as a number to query by.
"""

from corpus.tables.base import Row, identity, of_effect, optional_word, place, within_study, word


class EffectRow(Row, table=True):
    __tablename__ = "effect"
    __table_args__ = (
        within_study("outcome", "outcome"),
        within_study("ot_given", "ot_administration"),
        within_study("ot_measure", "ot_measure"),
    )
    study: str = identity("study.key")
    key: str = identity()
    position: int
    role: str = word()
    level: str = word()
    tier: str = word()
    outcome: str = word()
    phase: str | None = optional_word()
    timepoint: str
    direction: str = word()
    as_reported: str
    n: int | None = None
    predictor: str | None = None
    ot_given: str | None = optional_word()
    ot_measure: str | None = optional_word()
    ot_index: str | None = optional_word()
    adjustment: str | None = None
    moderator: str | None = None
    condition: str | None = None
    p_relation: str | None = optional_word()
    p_value: str | None = None
    p_value_number: float | None = None
    p_sided: int | None = None
    hold_reason: str | None = optional_word()
    hold_note: str | None = None
    note: str | None = None
    evidence: str | None = None


class EffectArmRow(Row, table=True):
    __tablename__ = "effect_arm"
    __table_args__ = (of_effect(), within_study("arm", "arm"))
    study: str = identity()
    effect: str = identity()
    position: int = place()
    arm: str = word()


class ComputationRow(Row, table=True):
    __tablename__ = "computation"
    __table_args__ = (of_effect(),)
    study: str = identity()
    effect: str = identity()
    position: int
    kind: str
    positive_means: str = word()
    positive_basis: str
    to: str | None = None


class EffectInputRow(Row, table=True):
    __tablename__ = "effect_input"
    __table_args__ = (of_effect("computation"),)
    study: str = identity()
    effect: str = identity()
    name: str = identity()
    position: int
    value: str
    value_number: float


class ComputationOptionRow(Row, table=True):
    __tablename__ = "computation_option"
    __table_args__ = (of_effect("computation"),)
    study: str = identity()
    effect: str = identity()
    name: str = identity()
    position: int
    value: str


class AssumedInputRow(Row, table=True):
    __tablename__ = "assumed_input"
    __table_args__ = (of_effect("computation"),)
    study: str = identity()
    effect: str = identity()
    position: int = place()
    name: str = word()
    value: str
    value_number: float
    low: str | None = None
    low_number: float | None = None
    high: str | None = None
    high_number: float | None = None
    reason: str


class EstimateRow(Row, table=True):
    __tablename__ = "estimate"
    __table_args__ = (of_effect("computation"),)
    study: str = identity()
    effect: str = identity()
    position: int
    measure: str = word()
    yi: float
    vi: float
    formula: str
    substituted: str
    reference: str
    alignment: str
    code_version: str


class EstimateInputRow(Row, table=True):
    __tablename__ = "estimate_input"
    __table_args__ = (of_effect("estimate"),)
    study: str = identity()
    effect: str = identity()
    name: str = identity()
    position: int
    value: float


class ConflictRow(Row, table=True):
    __tablename__ = "conflict"
    __table_args__ = (within_study("chosen", "effect"),)
    study: str = identity("study.key")
    key: str = identity()
    position: int
    about: str
    chosen: str | None = optional_word()
    reason: str


class ConflictMemberRow(Row, table=True):
    __tablename__ = "conflict_member"
    __table_args__ = (within_study("conflict", "conflict"), of_effect())
    study: str = identity()
    conflict: str = identity()
    position: int = place()
    effect: str = word()


class NotCodedRow(Row, table=True):
    __tablename__ = "not_coded"
    study: str = identity("study.key")
    position: int = place()
    evidence: str
    reason: str
