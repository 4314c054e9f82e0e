"""One person's own decisions, looked through and counted.

Never another's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session

from corpus.domain.screening import Decision, Stage, Verdict
from corpus.store.decisions import Decisions
from corpus.store.rows import table_of
from corpus.tables import desk

_DECISION = table_of(desk.ScreeningDecisionRow)
_MEMBER = table_of(desk.WorkMemberRow)
_WORK = table_of(desk.FoundWorkRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which of the decisions; what is empty leaves nothing out."""

    verdict: Verdict | None = None
    reason: str = ""
    words: str = ""  # of the title, in any case of letters


class OwnDecisions:
    """The decisions of one person at one stage, in one session's database."""

    def __init__(self, session: Session, who: str, stage: Stage) -> None:
        self._session = session
        self._who = who
        self._stage = stage

    def counts(self) -> Mapping[tuple[Verdict, str], int]:
        """Number of decisions by verdict and reason."""
        asked = self._of(select(_DECISION.c.verdict, _DECISION.c.reason, func.count()))
        rows = self._session.execute(asked.group_by(_DECISION.c.verdict, _DECISION.c.reason))
        return {(Verdict(verdict), reason): count for verdict, reason, count in rows}

    def sought(self, sought: Sought, start: int, most: int) -> Sequence[Decision]:
        """The decisions that are sought, the newest first."""
        asked = self._of(select(_DECISION.c.record))
        if sought.verdict is not None:
            asked = asked.where(_DECISION.c.verdict == sought.verdict.value)
        if sought.reason:
            asked = asked.where(_DECISION.c.reason == sought.reason)
        if sought.words.strip():
            asked = asked.join(_MEMBER, _MEMBER.c.record == _DECISION.c.record)
            asked = asked.join(_WORK, _WORK.c.key == _MEMBER.c.work)
            for word in sought.words.split():
                asked = asked.where(_WORK.c.folded.contains(word.casefold(), autoescape=True))
        asked = asked.order_by(_DECISION.c.at.desc(), _DECISION.c.record).offset(start).limit(most)
        records = list(self._session.scalars(asked))
        held = {
            one.record: one
            for one in Decisions(self._session).on(records)
            if one.who == self._who and one.stage is self._stage
        }
        return [held[record] for record in records if record in held]

    def _of(self, asked: Select[Any]) -> Select[Any]:
        return asked.where(
            _DECISION.c.who == self._who, _DECISION.c.stage == self._stage.value, _DECISION.c.ended.is_(None)
        )
