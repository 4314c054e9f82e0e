"""A study on its way into the corpus: the case, what each coder typed, and how their differences were settled.

Never a study yet: a draft may be incomplete or wrong, and is kept as it was typed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SETTLED = ""  # whose draft the settled one is: nobody's
CORPUS = "@corpus"  # under whose name is kept what the corpus said when it was last looked at; no draft, and no person's name


class CaseState(StrEnum):
    """How far a case has come."""

    CODING = "coding"  # coders work, each for themselves
    COMPARING = "comparing"  # all have finished; differences are settled
    ACCEPTED = "accepted"  # it is in the corpus
    CLOSED = "closed"  # it was given up


class DraftState(StrEnum):
    """How far one coder has come."""

    OPEN = "open"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A study that is being coded."""

    key: str
    work: str  # id of the record it came from; "" for a study of the corpus that is coded anew
    study: str  # key of that study; "" for a new one
    base: str  # digest of what the corpus said of that study, its report and its sample when it was last looked at
    coders: int  # how many must have finished before their codings are compared
    state: CaseState
    opened_by: str
    at: datetime

    @property
    def open_to_see(self) -> bool:
        """Whether the codings may be seen by others than those who made them."""
        return self.state is not CaseState.CODING


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One coder's work on a case."""

    case: str
    who: str
    state: DraftState
    at: datetime  # of the last change


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value that somebody typed: where, what stood there when they began, and what stands there now; "" is nothing."""

    path: str
    was: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A value that somebody else changed meanwhile: both are shown, and neither is lost."""

    path: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How one difference between two codings was settled."""

    path: str
    value: str
    reason: str
    who: str
    at: datetime

    @property
    def mark(self) -> str:
        """Tells this settlement from a later one of the same difference."""
        return self.at.isoformat()
