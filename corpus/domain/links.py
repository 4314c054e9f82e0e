"""Links between records, each with its reason, and the works that follow from them.

Never merges records: a work is a view of its links, and an undone link gives the records back as they were.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.domain.meanwhile import NOTHING, Standing, mark_of

RULES = "rules"  # who made a link that no person made
REPORT = "report:"  # before the key of a report, where it stands among the ids of records
SECONDARY_OF = "secondary page of"  # the relation of a page that tells of a work


class LinkVerdict(StrEnum):
    """What is held of two records."""

    SAME = "same"  # one work
    RELATED = "related"  # two works with a relation: preprint, protocol, erratum, congress abstract
    UNSURE = "unsure"  # waits for a person
    APART = "apart"  # a person says that they are two works; never linked again

    @property
    def label(self) -> str:
        """The verdict as a page prints it."""
        return _LABELS[self]


_LABELS = {
    LinkVerdict.SAME: "one publication",
    LinkVerdict.RELATED: "related",
    LinkVerdict.UNSURE: "perhaps one publication",
    LinkVerdict.APART: "two different studies",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLink:
    """One verdict on two records, whose ids are in order."""

    a: str
    b: str
    verdict: LinkVerdict
    reason: str
    relation: str = ""
    score: float = 1.0  # likeness, 0 to 1
    by: str = RULES

    @property
    def mark(self) -> str:
        """Tells this word on two records from another one; a likeness that is measured anew is no other word."""
        return mark_of({"verdict": self.verdict.value, "relation": self.relation, "reason": self.reason, "by": self.by})


def standing(link: RecordLink | None) -> Standing:
    """What is held of two records."""
    if link is None:
        return Standing(mark=NOTHING, what="nothing links them any more", who="")
    return Standing(mark=link.mark, what=link.relation or link.verdict.label, who=link.by, why=link.reason)


def in_order(a: str, b: str) -> tuple[str, str]:
    """Two ids as a link holds them."""
    return (a, b) if a <= b else (b, a)


def works(ids: Iterable[str], links: Iterable[RecordLink]) -> tuple[tuple[str, ...], ...]:
    """The ids in groups of one work each, in the order of the first id of each group.

    Links are taken a person's first, then by strength; one that would join what a person set apart is left out.
    """
    group = {name: [name] for name in ids}
    apart: dict[str, set[str]] = {}
    same = []
    for link in links:
        if link.a in group and link.b in group:
            if link.verdict is LinkVerdict.APART:
                apart.setdefault(link.a, set()).add(link.b)
                apart.setdefault(link.b, set()).add(link.a)
            elif link.verdict is LinkVerdict.SAME:
                same.append(link)
    for link in sorted(same, key=lambda link: (link.by == RULES, -link.score, link.a, link.b)):
        ours, theirs = group[link.a], group[link.b]
        if ours is theirs or any(not apart.get(name, _NONE).isdisjoint(theirs) for name in ours):
            continue
        ours.extend(theirs)
        for name in theirs:
            group[name] = ours
    unique = {id(members): members for members in group.values()}
    return tuple(sorted(tuple(sorted(members)) for members in unique.values()))


def work_of(found: Sequence[Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    """The work of each id."""
    return {name: tuple(members) for members in found for name in members}


_NONE: frozenset[str] = frozenset()
