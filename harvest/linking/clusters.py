"""Groups of records that are one work: links taken in the order of their strength, each checked against the whole group.

Never lets a chain of links join what a veto keeps apart: such a link is set aside for a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from harvest.linking.candidate import Candidate
from harvest.linking.compare import compare
from harvest.linking.rules import Decision
from harvest.linking.vetoes import veto

CHECKED = 12  # members of each group that are compared; identifiers are compared for all


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A verdict on two records."""

    a: int
    b: int
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A link that would have joined two groups with something against it."""

    link: Link
    reason: str


@dataclass(slots=True)
class _Group:
    """Records held to be one work, and the identifiers that any of them gives."""

    rows: list[int]
    identifiers: dict[str, set[str]]


class Groups:
    """Which records are held to be one work; grows by links, never shrinks."""

    def __init__(self) -> None:
        self._of: dict[int, _Group] = {}  # only records in groups of two or more
        self._apart: dict[int, set[int]] = {}

    def first(self, row: int) -> int:
        """The record by which the group of this one is known."""
        return self._of[row].rows[0] if row in self._of else row

    def all(self) -> list[list[int]]:
        """Every group of two or more, in the order of their first records."""
        return sorted(sorted(group.rows) for row, group in self._of.items() if row == group.rows[0])

    def keep_apart(self, a: int, b: int) -> None:
        """No link will join the groups of these two."""
        self._apart.setdefault(a, set()).add(b)
        self._apart.setdefault(b, set()).add(a)

    def take(self, rows: Sequence[int], records: Sequence[Candidate]) -> None:
        """Records that are held to be one work already, by links that were judged before."""
        group = _alone(rows[0], records)
        for row in rows[1:]:
            _add(group, _alone(row, records))
        self._of.update(dict.fromkeys(rows, group))

    def join(self, links: Sequence[Link], records: Sequence[Candidate]) -> list[Refused]:
        """Join along the links, strongest first; gives back those that something in the groups speaks against."""
        refused = []
        for link in sorted(links, key=lambda link: (-link.decision.score, link.a, link.b)):
            ours = self._of.get(link.a) or _alone(link.a, records)
            theirs = self._of.get(link.b) or _alone(link.b, records)
            if ours is theirs:
                continue
            first_of_both = len(ours.rows) == len(theirs.rows) == 1  # the rules have compared these two
            if any(not self._apart.get(row, _NOBODY).isdisjoint(theirs.rows) for row in ours.rows):
                continue  # a person has said so: nobody is asked again
            if not first_of_both and (reason := _against(ours, theirs, records)):
                refused.append(Refused(link=link, reason=reason))
                continue
            more, fewer = (ours, theirs) if len(ours.rows) >= len(theirs.rows) else (theirs, ours)
            _add(more, fewer)
            self._of.update(dict.fromkeys((more.rows[0], *fewer.rows), more))
        return refused


_NOBODY: frozenset[int] = frozenset()


def _add(more: _Group, fewer: _Group) -> None:
    more.rows.extend(fewer.rows)
    for name, values in fewer.identifiers.items():
        more.identifiers[name] |= values


def _alone(row: int, records: Sequence[Candidate]) -> _Group:
    record = records[row]
    return _Group(rows=[row], identifiers={"PMID": {record.pmid} - {""}, "DOI": {record.doi} - {""}})


def _against(ours: _Group, theirs: _Group, records: Sequence[Candidate]) -> str:
    for name, here in ours.identifiers.items():
        there = theirs.identifiers[name]
        if here and there and here.isdisjoint(there):
            return f"the groups have different {name}s: {min(here)} and {min(there)}"
    for one in ours.rows[:CHECKED]:
        for other in theirs.rows[:CHECKED]:
            a, b = records[one], records[other]
            if against := veto(a, b, compare(a, b)):
                return f"{a.id} and {b.id}: {against.reason}"
    return ""
