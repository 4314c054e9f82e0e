"""One reviewer decides, or takes back; an adjudicator settles. Each is one transaction of the caller's.

Never lets anybody decide for another, and never lets a party settle its own conflict.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from corpus.criteria import Criteria
from corpus.domain.screening import Decision, QueuedWork, Stage, State, Verdict
from corpus.errors import InvalidInput
from corpus.store.decisions import Decisions
from corpus.store.queue import Queue
from corpus.works.queueing import settle_standing

LONGEST_NOTE = 2000


class Screening:
    """Decisions on the works of one database, as the protocol's criteria allow them."""

    def __init__(self, queue: Queue, decisions: Decisions, criteria: Criteria, needed: int) -> None:
        self._queue = queue
        self._decisions = decisions
        self._criteria = criteria
        self._needed = needed

    def decide(
        self, who: str, stage: Stage, works: Sequence[str], verdict: Verdict, reason: str = "", note: str = ""
    ) -> None:
        """One person's decision on works that are decided together.

        Raises InvalidInput for a reason that the stage does not know, a work that is not at the stage, or one that an
        adjudicator has settled.
        """
        self._check(stage, verdict, reason, note)
        at = datetime.now(UTC)
        for name in works:
            work = self._work(name)
            made = self._decisions.on_work(work.key)
            _open_to(work, stage, made)
            for held in _of(made, stage, who):
                if held.record != work.key:
                    self._decisions.take_back(held.record, stage, who)
            self._decisions.decide(
                Decision(
                    record=work.key, stage=stage, who=who, verdict=verdict, reason=reason, note=note.strip(), at=at
                )
            )
            self._queue.take_up(work.key, stage, who)
            settle_standing(self._queue, self._decisions, work.key, self._needed)

    def undo(self, who: str, stage: Stage) -> QueuedWork | None:
        """Take back the person's last decision at a stage, with all that was decided in the same stroke."""
        last = self._decisions.last(who, 50, stage)
        stroke = [one for one in last if one.at == last[0].at and not one.settles]
        undone = None
        for decision in stroke:
            work = self._work(decision.record)
            _open_to(work, stage, self._decisions.on_work(work.key))
            self._decisions.take_back(decision.record, stage, who)
            settle_standing(self._queue, self._decisions, work.key, self._needed)
            undone = work
        return undone

    def skip(self, who: str, stage: Stage, name: str) -> None:
        """Put a work off to the end of the person's own queue."""
        self._queue.put_off(self._work(name).key, stage, who)

    def settle(self, who: str, stage: Stage, name: str, verdict: Verdict, reason: str = "", note: str = "") -> None:
        """An adjudicator ends a conflict. Raises InvalidInput where there is none, or the adjudicator is a party to it."""
        self._check(stage, verdict, reason, note)
        if stage is Stage.FULL_TEXT and verdict is Verdict.MAYBE:
            raise InvalidInput("a conflict at full text ends with include or exclude")
        work = self._work(name)
        if (work.stage, work.state) != (stage, State.CONFLICT):
            raise InvalidInput(f"{work.title}: there is no conflict any more; somebody settled it meanwhile")
        if _of(self._decisions.on_work(work.key), stage, who):
            raise InvalidInput(f"{work.title}: you decided on it yourself; another person settles it")
        at = datetime.now(UTC)
        self._decisions.decide(
            Decision(
                record=work.key,
                stage=stage,
                who=who,
                verdict=verdict,
                reason=reason,
                note=note.strip(),
                at=at,
                settles=True,
            )
        )
        settle_standing(self._queue, self._decisions, work.key, self._needed)

    def _check(self, stage: Stage, verdict: Verdict, reason: str, note: str) -> None:
        allowed = [one.key for one in self._criteria.reasons(stage)]
        if verdict is Verdict.EXCLUDE and reason not in allowed:
            raise InvalidInput(f"an exclusion needs a reason; saw {reason!r}, allowed: {', '.join(allowed)}")
        if verdict is not Verdict.EXCLUDE and reason:
            raise InvalidInput(f"a reason goes with an exclusion only; saw {reason!r}")
        if len(note) > LONGEST_NOTE:
            raise InvalidInput(f"a note has at most {LONGEST_NOTE} characters; this one has {len(note)}")

    def _work(self, name: str) -> QueuedWork:
        found = self._queue.work(name)
        if found is None:
            raise InvalidInput(f"{name[:100]}: no such record in the queue; it may have been withdrawn by its source")
        return found


def _of(made: Iterable[Decision], stage: Stage, who: str) -> list[Decision]:
    """One person's decisions at a stage."""
    return [one for one in made if one.stage is stage and one.who == who]


def _open_to(work: QueuedWork, stage: Stage, made: Iterable[Decision]) -> None:
    """Raises InvalidInput where a work is not open to decisions at a stage."""
    if work.report:
        raise InvalidInput(f"{work.title}: it is the report {work.report} of the corpus already")
    if settled := [one for one in made if one.settles and one.stage is stage]:
        raise InvalidInput(f"{work.title}: {settled[0].who} has settled it; only an adjudicator changes that")
    if stage is Stage.FULL_TEXT and work.stage is not Stage.FULL_TEXT:
        raise InvalidInput(f"{work.title}: it has not passed title and abstract")
