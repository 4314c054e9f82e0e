"""Pairs of records that a person holds to be one work or one study, until an editor says what they are.

Never changes a link: what rules or people said of the pair before stays as it is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import String, bindparam, delete, insert, or_, select
from sqlmodel import Session

from corpus.domain.links import in_order
from corpus.errors import InvalidInput
from corpus.store.kind import Kind
from corpus.store.rows import in_parts, table_of
from corpus.store.times import utc
from corpus.store.trail import Trail
from corpus.tables import desk

_PROPOSAL = table_of(desk.LinkProposalRow)
KIND = Kind(name="link_proposal", table=_PROPOSAL, key=("a", "b"))
_RECORDS = bindparam("records", type_=String, expanding=True)
# Asked for by every screen: put together once.
_ABOUT = select(_PROPOSAL).where(or_(_PROPOSAL.c.a.in_(_RECORDS), _PROPOSAL.c.b.in_(_RECORDS)))
_ABOUT = _ABOUT.order_by(_PROPOSAL.c.a, _PROPOSAL.c.b)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What one person holds a pair to be; the ids are in order."""

    a: str
    b: str
    saying: str
    reason: str
    who: str
    at: datetime


class Proposals:
    """The proposals in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> Sequence[Proposal]:
        """Every proposal that waits, the oldest first."""
        asked = select(_PROPOSAL).order_by(_PROPOSAL.c.at, _PROPOSAL.c.a, _PROPOSAL.c.b)
        return [_proposal(row) for row in self._session.execute(asked).mappings()]

    def about(self, records: Collection[str]) -> Sequence[Proposal]:
        """The proposals on any of some records, in the order of the ids."""
        found: dict[tuple[str, str], Proposal] = {}
        for some in in_parts(sorted(records)):
            for row in self._session.execute(_ABOUT, {"records": some}).mappings():
                found[row["a"], row["b"]] = _proposal(row)
        return list(found.values())

    def propose(self, a: str, b: str, saying: str, reason: str, who: str) -> None:
        """Enter a proposal. Raises InvalidInput without a reason, or where somebody has proposed the pair already."""
        first, second = in_order(a, b)
        if not reason.strip():
            raise InvalidInput("say why you hold them to be one; whoever settles it was not there")
        held = self._held(first, second)
        if held is not None:
            raise InvalidInput(
                f"{held.who} has proposed this pair already (“{held.reason[:200]}”); an editor will say what it is"
            )
        made = Proposal(a=first, b=second, saying=saying, reason=reason.strip(), who=who, at=datetime.now(UTC))
        self._session.execute(insert(_PROPOSAL), asdict(made))
        Trail(self._session).tell(*KIND.change(None, asdict(made)), who)

    def end(self, a: str, b: str, who: str) -> bool:
        """Take a proposal out, because it was settled or taken back; returns whether there was one."""
        first, second = in_order(a, b)
        held = self._held(first, second)
        if held is None:
            return False
        self._session.execute(delete(_PROPOSAL).where(_PROPOSAL.c.a == first, _PROPOSAL.c.b == second))
        Trail(self._session).tell(*KIND.change(asdict(held), None), who)
        return True

    def take_back(self, a: str, b: str, who: str) -> None:
        """A person takes back what they proposed. Raises InvalidInput where it is not theirs, or does not wait any more."""
        held = self._held(*in_order(a, b))
        if held is None or held.who != who:
            raise InvalidInput("no proposal of yours waits for this pair any more")
        self.end(a, b, who)

    def _held(self, first: str, second: str) -> Proposal | None:
        asked = select(_PROPOSAL).where(_PROPOSAL.c.a == first, _PROPOSAL.c.b == second)
        row = self._session.execute(asked).mappings().first()
        return None if row is None else _proposal(row)


def _proposal(row: Mapping[Any, Any]) -> Proposal:
    return Proposal(**{**row, "at": utc(row["at"])})
