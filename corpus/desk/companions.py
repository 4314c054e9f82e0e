"""What is linked to the work on the screen, and whether it is decided together with it.

Never ticks what somebody has decided on already: a key overwrites nothing that the eye did not choose.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from corpus.desk.blindness import Seen, seen
from corpus.domain.people import Account
from corpus.domain.screening import Decision, Stage, State, newest
from corpus.store.decisions import Decisions
from corpus.works.reading import Neighbour


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """A related work beside the one on the screen."""

    neighbour: Neighbour
    stands: Seen
    own: Decision | None  # of the visitor's, at the stage
    can: bool  # be decided together with the work
    ticked: bool


def companions(session: Session, account: Account, stage: Stage, related: Sequence[Neighbour]) -> Sequence[Companion]:
    """The related works that are in no report, each with what the visitor may do about it at a stage."""
    held = [one for one in related if not one.work.report]
    decided = Decisions(session).on_works([one.work.key for one in held]) if held else {}
    stands = seen(session, account, [one.work for one in held])
    found = []
    for one in held:
        made = newest(each for each in decided.get(one.work.key, ()) if each.stage is stage)
        own, known = made.get(account.key), stands[one.work.key]
        # One's own decision can be changed while the work is open; another's conflict is no place for a third decision.
        can = one.work.stage is stage and known is Seen.OPEN and (own is not None or one.work.state is State.WAITING)
        found.append(Companion(neighbour=one, stands=known, own=own, can=can, ticked=can and own is None))
    return found


def conflicts_beside(
    session: Session, account: Account, stage: Stage, related: Sequence[Neighbour]
) -> Sequence[Companion]:
    """The related works, ticked where they are in a conflict that the visitor may settle too."""
    return [
        Companion(
            neighbour=one.neighbour,
            stands=one.stands,
            own=one.own,
            can=one.stands is Seen.CONFLICT and one.neighbour.work.stage is stage,
            ticked=one.stands is Seen.CONFLICT and one.neighbour.work.stage is stage,
        )
        for one in companions(session, account, stage, related)
    ]
