"""Decisions on found records, one reviewer's each, and what they amount to for a work.

Never counts a decision for a record it was not made on: when records turn out to be one work, their decisions meet, and
of each person the newest counts.
"""

from collections.abc import Iterable, Mapping
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
    needed: int  # reviewers who had to decide under the rule of that day; fewer once the work has moved on with fewer
    settles: bool = False  # it ends a conflict, and counts alone
    together: bool = False  # made when both sides of a conflict saw each other's: it is not independent
    ended: datetime | None = None  # when it was taken back, or another took its place; None while it stands

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
    """What the decisions that stand on one work amount to, where ``needed`` reviewers must decide.

    Once enough have decided, those who differ are in conflict, on the reason of an exclusion too. What settles a conflict
    counts alone; of two settlements on records that turned out to be one work, the newer. All "maybe" at full text waits
    for an adjudicator.
    """
    held = tuple(decisions)
    for stage in Stage:
        found = _at(stage, newest(one for one in held if one.stage is stage), needed)
        if found is not None:
            return found
    return Standing(Stage.FULL_TEXT, State.INCLUDED)


def newest(decisions: Iterable[Decision]) -> Mapping[str, Decision]:
    """Of the decisions on one work at one stage, the newest of each person; the earlier ones are on other records of it."""
    found: dict[str, Decision] = {}
    for one in decisions:
        if one.who not in found or found[one.who].at <= one.at:
            found[one.who] = one
    return found


def enough(decisions: Iterable[Decision], needed: int) -> int:
    """How many must decide: as many as are needed now, or as few as were when one of these let the work move on.

    A work that was settled under the rule of its day stays settled when the team grows.
    """
    return min([needed, *(one.needed for one in decisions)])


def independent(made: Iterable[Decision]) -> Mapping[str, Decision]:
    """By person, what stood at the moment when enough people had decided on a work for the first time at one stage.

    ``made`` is everything that was ever decided on it at the stage, what was taken back or replaced included. Until that
    moment nobody can have seen another's decision; what is changed later is no longer independent. Nothing where enough
    people have never decided.
    """
    own = sorted((one for one in made if not one.settles and not one.together), key=lambda one: one.at)
    for moment in (one.at for one in own):
        then = newest(one for one in own if one.at <= moment and (one.ended is None or one.ended > moment))
        if len(then) >= min(one.needed for one in then.values()):
            return then
    return {}


def _at(stage: Stage, decisions: Mapping[str, Decision], needed: int) -> Standing | None:
    """The standing at a stage, given each person's decision; None where the work has passed it."""
    settling = sorted((one for one in decisions.values() if one.settles), key=lambda one: one.at)[-1:]
    if not decisions or (not settling and len(decisions) < enough(decisions.values(), needed)):
        return Standing(stage, State.WAITING)
    opinions = {one.opinion for one in settling or decisions.values()}
    if len(opinions) > 1:
        return Standing(stage, State.CONFLICT)
    ((verdict, reason),) = opinions
    if verdict is Verdict.EXCLUDE:
        return Standing(stage, State.EXCLUDED, reason)
    return Standing(stage, State.CONFLICT) if verdict is Verdict.MAYBE else None


def passed(stood: "Standing | QueuedWork", stage: Stage) -> bool:
    """Whether a work has left a stage: nobody who has not decided there is asked any more."""
    order = tuple(Stage)
    if stood.stage is not stage:
        return order.index(stood.stage) > order.index(stage)
    return stood.state in (State.EXCLUDED, State.INCLUDED)


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
