"""What people decided independently of each other, work by work: what agreement is computed from.

Never tells a person of a work on which the decisions must still be independent.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from corpus.domain.screening import Decision, Stage, independent, passed
from corpus.store.decisions import Decisions
from corpus.store.queue import Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """What was decided independently at a stage."""

    shown: Mapping[str, Mapping[str, str]]  # by work, by person
    later: bool  # whether the reader's own are left out until all that they decided on is settled


def independent_opinions(session: Session, stage: Stage, reader: str) -> Opinions:
    """The independent decisions at a stage, as far as a reader may count them.

    A reader who has decided on works that are not settled could tell from the counts where the others differ: until then
    their own decisions are left out altogether, since leaving out the open works only would make agreement look better
    than it is.
    """
    queue = Queue(session)
    works, belongs = queue.all(), queue.belongings()
    by_work: dict[str, list[Decision]] = {}
    for one in Decisions(session).made():
        if one.stage is stage:
            by_work.setdefault(belongs.get(one.record, one.record), []).append(one)
    own = {key for key, made in by_work.items() if any(one.who == reader and one.ended is None for one in made)}
    open_to_reader = {key for key in own if key in works and not passed(works[key], stage)}
    shown = {}
    for key, made in by_work.items():
        found = {who: one.opinion[0].value for who, one in independent(made).items()}
        if open_to_reader:
            found = {} if key in open_to_reader else {who: said for who, said in found.items() if who != reader}
        if found:
            shown[key] = found
    return Opinions(shown=shown, later=bool(open_to_reader))
