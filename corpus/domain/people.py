"""Who may do what at the desk.

Never knows passwords or sessions.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum

from corpus.domain.meanwhile import Standing, mark_of

PROGRAM = "oxysynth"  # who did in the audit trail what the program did by itself
READERS = "readers"  # who told what readers of the site told
# What stands for no person in the trail, or would be taken for none.
RESERVED = frozenset(
    {PROGRAM, READERS, "reader", "rules", "nobody", "everybody", "anybody", "system", "root", "init", "import", "test"}
)


class Right(StrEnum):
    """One kind of doing; every route of the desk names the one it asks for."""

    READ = "read"  # the queues, the corpus, one's own work
    SCREEN = "screen"
    CODE = "code"
    ADJUDICATE = "adjudicate"  # settle what two others disagree on
    EDIT = "edit"  # links between records, words to highlight, what enters the corpus
    MANAGE = "manage"  # people


class Role(StrEnum):
    """What a person is at the desk; each role has the rights of the one before, and more."""

    CODER = "coder"
    ADJUDICATOR = "adjudicator"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def rights(self) -> frozenset[Right]:
        """What the role may do."""
        return _RIGHTS[self]


_CODER = frozenset({Right.READ, Right.SCREEN, Right.CODE})
_RIGHTS = {
    Role.CODER: _CODER,
    Role.ADJUDICATOR: _CODER | {Right.ADJUDICATE},
    Role.EDITOR: _CODER | {Right.ADJUDICATE, Right.EDIT},
    Role.ADMIN: frozenset(Right),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who works at the desk; the key is the one that the corpus names in who coded and who checked."""

    key: str
    name: str
    role: Role
    active: bool = True
    screens: bool = True  # counts among those who decide on found works
    orcid: str = ""

    def may(self, right: Right) -> bool:
        """Whether the person's role has the right."""
        return self.active and right in self.role.rights

    @property
    def mark(self) -> str:
        """Tells this standing of a person from another one."""
        return mark_of(asdict(self))

    @property
    def standing(self) -> Standing:
        """What the person is now; who made it so, the trail knows."""
        return Standing(mark=self.mark, what=self.in_words, who="")

    @property
    def in_words(self) -> str:
        """What the person is, and whether the door is open."""
        aside = "" if self.screens else ", does not screen"
        return f"{self.name} is {self.role.value} and may {'enter' if self.active else 'not enter'}{aside}"
