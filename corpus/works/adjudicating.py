"""Who may settle which conflict, and so who may see that there is one.

Never lets a party settle alone what somebody else could settle.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session

from corpus.domain.people import Account, Right
from corpus.store.accounts import Accounts


@dataclass(frozen=True, slots=True)
class Adjudicators:
    """The people of the desk, as far as settling goes."""

    active: frozenset[str]
    judges: frozenset[str]  # of the active ones, those whose role lets them settle

    @classmethod
    def of(cls, session: Session) -> "Adjudicators":
        """Everybody who may enter now."""
        return cls.among(Accounts(session).all())

    @classmethod
    def among(cls, people: Collection[Account]) -> "Adjudicators":
        """The active ones of some people."""
        return cls(
            active=frozenset(one.key for one in people if one.active),
            judges=frozenset(one.key for one in people if one.may(Right.ADJUDICATE)),
        )

    def may_settle(self, who: str, parties: Collection[str]) -> bool:
        """Whether somebody may see and settle a conflict of these parties: an adjudicator who is none of them.

        Where no such adjudicator is there, nobody could ever end it: then the parties may see each other's decision and
        agree.
        """
        return self.together(parties) if who in parties else who in self.judges

    def together(self, parties: Collection[str]) -> bool:
        """Whether the parties are left to themselves."""
        return not self.judges.difference(parties)
