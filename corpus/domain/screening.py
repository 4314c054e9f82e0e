"""Decisions on found records, one reviewer's each, and what they amount to for a work.

Never counts a decision for a record it was not made on: when records turn out to be one work, their decisions meet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Stage(StrEnum):
    """What a decision was made on."""

    TITLE_ABSTRACT = "title_abstract"
    FULL_TEXT = "full_text"

    @property
    def label(self) -> str:
        """The stage as a page prints it."""
        return {"title_abstract": "title and abstract", "full_text": "full text"}[self.value]


class Verdict(StrEnum):
    """What one reviewer says of a record."""

    INCLUDE = "include"
    MAYBE = "maybe"  # at title and abstract: the full text must tell; at full text: another person must
    EXCLUDE = "exclude"


class State(StrEnum):
    """Where a work stands in its stage."""

    WAITING = "waiting"  # for more decisions
    CONFLICT = "conflict"  # for an adjudicator
    EXCLUDED = "excluded"
    INCLUDED = "included"  # after full text


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One reviewer's verdict on one record at one stage."""

    record: str
    stage: Stage
    who: str
    verdict: Verdict
    reason: str = ""  # key of the criterion that excludes
    note: str = ""
    at: datetime
    settles: bool = False  # an adjudicator's: it ends a conflict

    @property
    def opinion(self) -> tuple[Verdict, str]:
        """What counts as agreeing: at title and abstract, "maybe" and "include" both send the work to full text."""
        if self.verdict is Verdict.EXCLUDE:
            return Verdict.EXCLUDE, self.reason
        return (Verdict.INCLUDE if self.stage is Stage.TITLE_ABSTRACT else self.verdict), ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the decisions on a work amount to."""

    stage: Stage
    state: State
    reason: str = ""  # of exclusion

    @property
    def relevant(self) -> bool | None:
        """Whether the work is relevant as far as people have said; None where nobody has settled it."""
        if self.state is State.EXCLUDED:
            return False
        return True if self.stage is Stage.FULL_TEXT else None


def standing(decisions: Iterable[Decision], needed: int) -> Standing:
    """What the decisions on one work amount to, where ``needed`` reviewers must agree.

    Two people who differ are in conflict, on the reason of an exclusion too; so is one person who decided differently on
    two records that turned out to be one work, and so are two adjudicators. All "maybe" at full text waits for an
    adjudicator.
    """
    held = tuple(decisions)
    for stage in Stage:
        at_stage = [decision for decision in held if decision.stage is stage]
        found = _at(stage, at_stage, needed)
        if found is not None:
            return found
    return Standing(Stage.FULL_TEXT, State.INCLUDED)


def _at(stage: Stage, decisions: Sequence[Decision], needed: int) -> Standing | None:
    """The standing at a stage; None where the work has passed it."""
    settling = [decision for decision in decisions if decision.settles]
    opinions = {decision.opinion for decision in settling or decisions}
    if not opinions:
        return Standing(stage, State.WAITING)
    if len(opinions) > 1:
        return Standing(stage, State.CONFLICT)
    if not settling and len({decision.who for decision in decisions}) < needed:
        return Standing(stage, State.WAITING)
    ((verdict, reason),) = opinions
    if verdict is Verdict.EXCLUDE:
        return Standing(stage, State.EXCLUDED, reason)
    return Standing(stage, State.CONFLICT) if verdict is Verdict.MAYBE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedWork:
    """A found work as the queue shows it."""

    key: str  # the first id of its records
    place: int  # in the order of likely relevance, from 1; 0 where it has none yet
    likely: bool
    probability: float | None  # of being relevant; None before the ranking has learned
    reason: str  # why this place
    title: str
    year: int | None
    report: str  # key of the report of the corpus that it is; "" for none
    stage: Stage
    state: State
    excluded_for: str = ""  # key of the criterion that excludes it
