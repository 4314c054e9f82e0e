"""The shared candidate list of a multiverse: one row of plain facts per effect that any specification may use.

Never chooses among effects: a row says what the axes ask about, `columns` does the choosing.
"""

from dataclasses import dataclass

from corpus.codebook import BiasLevel, Design, SourceTier
from corpus.validity import ValidityGrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One effect: its numbers on the question's scale, and what the axes of the grid ask about."""

    study: str
    effect: str
    sample: str  # cluster of people who may be the same
    outcome: str
    yi: float
    vi: float
    n: int  # 0 where not coded
    design: Design
    source: SourceTier
    validity: ValidityGrade | None  # None where the effect rests on no measure of oxytocin
    bias: tuple[BiasLevel, ...]  # levels coded for the study or this outcome; empty where nobody has judged
    judged: bool  # every domain that is listed has a level, and there is one
    assumed: bool  # rests on a value that no source gives
    change: bool  # compares gains, not levels
    phase: int  # place in the course of treatment; -1 where not coded
    in_question: bool  # False where only a later timepoint than the question's lets it in
    primary: bool
    rank: tuple[object, ...]  # by the question's rule, lowest first
    rank_without_choices: tuple[object, ...]
    tie: tuple[object, ...]  # equal where the rule has no preference but a reviewer's choice or the keys
