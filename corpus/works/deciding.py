"""One reviewer decides, or takes back; an adjudicator settles. Each is one transaction of the caller's.

Never lets anybody decide for another, and never lets a party settle its own conflict where somebody else could.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby

from sqlmodel import Session

from corpus.criteria import Criteria
from corpus.domain.screening import Decision, QueuedWork, Stage, Standing, State, Verdict, newest, passed, standing
from corpus.errors import InvalidInput
from corpus.store.cases import Cases
from corpus.store.decisions import Decisions
from corpus.store.queue import Queue
from corpus.works.adjudicating import Adjudicators
from corpus.works.queueing import settle_standing

LONGEST_NOTE = 2000
LOOKED_BACK = 200  # own decisions that an undo looks through for one that can be taken back


class NotNeeded(InvalidInput):
    """Enough people had decided on a work before somebody who had not yet; nothing was kept."""


class MovedOn(InvalidInput):
    """A change would pull back a work on which others have built; it is made when the person is sure."""


class Screening:
    """Decisions on the works of one database, as the protocol's criteria allow them."""

    def __init__(self, session: Session, criteria: Criteria, needed: int) -> None:
        self._queue = Queue(session)
        self._decisions = Decisions(session)
        self._cases = Cases(session)
        self._session = session
        self._criteria = criteria
        self._needed = needed

    def decide(
        self,
        who: str,
        stage: Stage,
        works: Sequence[str],
        verdict: Verdict,
        reason: str = "",
        note: str = "",
        *,
        sure: bool = False,
    ) -> Sequence[QueuedWork]:
        """One person's decision on a work, and on those that are decided with it.

        Returns those of the others that are not open to it (any more), on which nothing was decided. Raises NotNeeded where
        enough people have decided on the first without this one, MovedOn where the change would undo more than the person
        may know, and InvalidInput for a reason that the stage does not know or a work that is not open at the stage.
        """
        self._check(stage, verdict, reason, note)
        made = self._decision(who, stage, verdict, reason, note)
        first, *others = [self._work(name) for name in dict.fromkeys(works)]
        self._admit(first, replace(made, record=first.key), sure)
        self._enter(first, made)
        shut = []
        for work in others:
            try:
                self._admit(work, replace(made, record=work.key), sure=False)
            except InvalidInput:
                shut.append(work)
            else:
                self._enter(work, made)
        return shut

    def why_shut(self, who: str, stage: Stage, work: QueuedWork) -> str:
        """Why a person cannot decide on a work at a stage; "" where they can."""
        try:
            self._open(work, stage, who, self._decisions.on_work(work.key))
        except InvalidInput as error:
            return str(error)
        return ""

    def undo(self, who: str, stage: Stage, *, sure: bool = False) -> QueuedWork | None:
        """Take back what the person did last at a stage: a stroke of decisions, or the putting off of a work.

        What stood before stands again. What an adjudicator has settled is passed over. Raises MovedOn where others have
        built on it since.
        """
        stroke = self._last_stroke(who, stage)
        skipped = self._queue.last_put_off(stage, who)
        if skipped and (not stroke or skipped[1] > stroke[0][1].at):
            self._queue.take_up(skipped[0], stage, who)
            return self._queue.work(skipped[0])
        for work, decision in stroke:
            if not sure:
                self._ask_before_undoing(work, decision)
        for work, decision in stroke:
            self._decisions.take_back(decision.record, stage, who)
            settle_standing(self._queue, self._decisions, work.key, self._needed)
        return stroke[0][0] if stroke else None

    def skip(self, who: str, stage: Stage, name: str) -> None:
        """Put a work off to the end of the person's own queue."""
        self._queue.put_off(self._work(name).key, stage, who)

    def settle(
        self, who: str, stage: Stage, works: Sequence[str], verdict: Verdict, reason: str = "", note: str = ""
    ) -> None:
        """An adjudicator ends the conflict on a work, and those on others that are settled with it.

        Where no adjudicator is left who is no party, the parties agree: each says what it should be, and when those who are
        still there say the same, that settles it. Raises InvalidInput where there is no conflict that the person may settle.
        """
        self._check(stage, verdict, reason, note)
        if stage is Stage.FULL_TEXT and verdict is Verdict.MAYBE:
            raise InvalidInput("a conflict at full text ends with include or exclude")
        held = Adjudicators.of(self._session)
        made = self._decision(who, stage, verdict, reason, note)
        for work in [self._work(name) for name in dict.fromkeys(works)]:
            parties = newest(one for one in self._decisions.on_work(work.key) if one.stage is stage)
            # Asked before it is looked at whether there is a conflict: the answer tells a party nothing of the other.
            if not held.may_settle(who, parties):
                said = "you decided on it yourself; another person settles" if who in parties else "adjudicators settle"
                raise InvalidInput(f"{work.title}: {said} what reviewers disagree on")
            if (work.stage, work.state) != (stage, State.CONFLICT):
                raise InvalidInput(f"{work.title}: there is no conflict any more; somebody settled it meanwhile")
            others = [one for key, one in parties.items() if key != who and key in held.active]
            agreed = who not in parties or all(one.opinion == made.opinion for one in others)
            self._enter(work, replace(made, settles=agreed, together=who in parties))

    def reopen(self, who: str, stage: Stage, name: str, *, sure: bool = False) -> QueuedWork:
        """Take back what settled a conflict: who settled it may, and any adjudicator who is no party.

        Raises MovedOn where others have built on it since.
        """
        work = self._work(name)
        at_stage = [one for one in self._decisions.on_work(work.key) if one.stage is stage]
        settling = [one for one in at_stage if one.settles]
        if not settling:
            raise InvalidInput(f"{work.title}: nobody has settled a conflict on it")
        parties = {one.who for one in at_stage if not one.settles or one.together}
        if who not in {one.who for one in settling} and not Adjudicators.of(self._session).may_settle(who, parties):
            raise InvalidInput(f"{work.title}: {settling[0].who} settled it, and an adjudicator opens it again")
        if work.report:
            raise InvalidInput(f"{work.title}: it is the report {work.report} of the corpus already")
        if not sure:
            self._ask_before_undoing(work, settling[-1])
        for one in settling:
            self._decisions.take_back(one.record, stage, one.who, by=who)
        settle_standing(self._queue, self._decisions, work.key, self._needed)
        return work

    def unsettle(self, who: str, stage: Stage, *, sure: bool = False) -> QueuedWork | None:
        """Take back what the person last said on a conflict."""
        said = [one for one in self._decisions.last(who, LOOKED_BACK, stage) if one.settles or one.together]
        if not said:
            return None
        work = self._work(said[0].record)
        if said[0].settles:
            return self.reopen(who, stage, work.key, sure=sure)
        self._open(work, stage, who, self._decisions.on_work(work.key))
        self._decisions.take_back(said[0].record, stage, who)
        settle_standing(self._queue, self._decisions, work.key, self._needed)
        return work

    def _decision(self, who: str, stage: Stage, verdict: Verdict, reason: str, note: str) -> Decision:
        return Decision(
            record="",  # each work's own
            stage=stage,
            who=who,
            verdict=verdict,
            reason=reason,
            note=note.strip(),
            at=datetime.now(UTC),
            needed=self._needed,
        )

    def _enter(self, work: QueuedWork, made: Decision) -> None:
        self._decisions.decide(replace(made, record=work.key))
        self._queue.take_up(work.key, made.stage, made.who)
        settle_standing(self._queue, self._decisions, work.key, self._needed)

    def _admit(self, work: QueuedWork, decision: Decision, sure: bool) -> None:
        """Raises InvalidInput where a decision cannot be made, or would change more than the person is sure of."""
        made = self._decisions.on_work(work.key)
        at_stage = self._open(work, decision.stage, decision.who, made)
        before, after = standing(made, self._needed), standing([*made, decision], self._needed)
        own = at_stage.get(decision.who)
        if sure or own is None or not passed(work, decision.stage) or before == after:
            return
        if len(at_stage) > 1 or self._built(work, made, own):
            raise MovedOn(self._consequence(work, decision.stage, after, made))

    def _open(self, work: QueuedWork, stage: Stage, who: str, made: Iterable[Decision]) -> Mapping[str, Decision]:
        """The decisions at a stage. Raises InvalidInput where a person cannot decide on the work there."""
        at_stage = newest(one for one in made if one.stage is stage)
        if work.report:
            raise InvalidInput(f"{work.title}: it is the report {work.report} of the corpus already")
        if settling := [one for one in at_stage.values() if one.settles]:
            raise InvalidInput(f"{work.title}: {settling[0].who} has settled it; an adjudicator can open it again")
        if stage is Stage.FULL_TEXT and work.stage is not Stage.FULL_TEXT:
            raise InvalidInput(f"{work.title}: it has not passed title and abstract")
        if who not in at_stage and (work.stage, work.state) != (stage, State.WAITING):
            raise NotNeeded(f"{work.title}: enough people have decided on it at {stage.label}")
        return at_stage

    def _last_stroke(self, who: str, stage: Stage) -> Sequence[tuple[QueuedWork, Decision]]:
        """What the person last decided in one stroke and can take back, with its works."""
        own = (one for one in self._decisions.last(who, LOOKED_BACK, stage) if not one.settles and not one.together)
        for _, decisions in groupby(own, key=lambda one: one.at):
            found = [(self._queue.work(one.record), one) for one in decisions]
            free = [(work, one) for work, one in found if work is not None and not self._is_settled(work, stage)]
            if free:
                return free
        return ()

    def _is_settled(self, work: QueuedWork, stage: Stage) -> bool:
        return bool(work.report) or any(one.settles and one.stage is stage for one in self._decisions.on_work(work.key))

    def _ask_before_undoing(self, work: QueuedWork, decision: Decision) -> None:
        """Raises MovedOn where others have built on a decision since it was made, and it is to be taken back."""
        made = self._decisions.on_work(work.key)
        if not passed(work, decision.stage) or not self._built(work, made, decision):
            return
        again = self._decisions.replaced(decision.record, decision.stage, decision.who)
        left = [one for one in made if (one.record, one.stage, one.who) != _place(decision)]
        after = standing([*left, *([again] if again else [])], self._needed)
        raise MovedOn(self._consequence(work, decision.stage, after, made))

    def _built(self, work: QueuedWork, made: Iterable[Decision], on: Decision) -> bool:
        """Whether anything was done with a work since a decision: by others at its stage, by anybody at a later one."""
        later = any(one.at > on.at and (one.who != on.who or one.stage is not on.stage) for one in made)
        return later or self._case_of(work)

    def _case_of(self, work: QueuedWork) -> bool:
        return self._cases.of_work(self._queue.members(work.key)) is not None

    def _consequence(self, work: QueuedWork, stage: Stage, after: Standing, made: Iterable[Decision]) -> str:
        """What a change would do, in words."""
        said = [f"{work.title}: it has left {stage.label}. With this change it would {_becomes(after)}."]
        if stage is Stage.TITLE_ABSTRACT and any(one.stage is Stage.FULL_TEXT for one in made):
            said.append("What was decided on its full text is kept, and counts when it comes there again.")
        if self._case_of(work):
            said.append("Its coding has begun; that is kept too.")
        return " ".join(said)

    def _check(self, stage: Stage, verdict: Verdict, reason: str, note: str) -> None:
        allowed = [one.key for one in self._criteria.reasons(stage)]
        if verdict is Verdict.EXCLUDE and reason not in allowed:
            raise InvalidInput(f"an exclusion needs a reason; saw {reason!r}, allowed: {', '.join(allowed)}")
        if verdict is not Verdict.EXCLUDE and reason:
            raise InvalidInput(f"a reason goes with an exclusion only; saw {reason!r}")
        if not may_be_maybe(stage, self._needed) and verdict is Verdict.MAYBE:
            raise InvalidInput("one person decides here, so nobody else could take up a maybe: include or exclude")
        if len(note) > LONGEST_NOTE:
            raise InvalidInput(f"a note has at most {LONGEST_NOTE} characters; this one has {len(note)}")

    def _work(self, name: str) -> QueuedWork:
        found = self._queue.work(name)
        if found is None:
            raise InvalidInput(f"{name[:100]}: no such record in the queue; it may have been withdrawn by its source")
        return found


def may_be_maybe(stage: Stage, needed: int) -> bool:
    """Whether "maybe" may be said: at full text it asks for another person, and where one decides there is none."""
    return stage is Stage.TITLE_ABSTRACT or needed > 1


def _place(decision: Decision) -> tuple[str, Stage, str]:
    return decision.record, decision.stage, decision.who


def _becomes(after: Standing) -> str:
    """What a work does in a standing, after "it would"."""
    if after.state is State.WAITING:
        return f"wait at {after.stage.label} again" if after.stage is Stage.TITLE_ABSTRACT else "wait at full text"
    if after.state is State.CONFLICT:
        return f"be in conflict at {after.stage.label}"
    return f"be {after.state.value}" + (f" at {after.stage.label}" if after.state is State.EXCLUDED else "")
