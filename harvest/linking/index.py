"""The records known so far, and the linking of each new batch to them without reading the known ones again.

Never forgets why: every link, relation and unsure pair is given with its reason and score.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harvest.linking.blocking import Blocks
from harvest.linking.candidate import Candidate
from harvest.linking.clusters import Groups, Link, Refused
from harvest.linking.rules import MOST_UNSURE, Decision, Verdict, decide

BATCH = 50_000  # records whose keys are sorted at once, so that memory grows with the records and not with the keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two records by their ids, and what is held of them."""

    a: str
    b: str
    reason: str
    score: float
    relation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What one batch brought: links, relations and pairs that a person must judge."""

    same: tuple[Pair, ...]
    related: tuple[Pair, ...]
    unsure: tuple[Pair, ...]


class Index:
    """Known records, their keys and their groups."""

    def __init__(self) -> None:
        self._records: list[Candidate] = []
        self._blocks = Blocks()
        self._groups = Groups()
        self._apart: set[frozenset[str]] = set()

    def __len__(self) -> int:
        return len(self._records)

    def know(
        self, records: Iterable[Candidate], works: Iterable[Sequence[str]], apart: Iterable[tuple[str, str]]
    ) -> None:
        """Take in what was linked before, without judging it again: records, the works they are, and pairs set apart.

        Ids may be of records that are still to come; what is said of records that never come is without effect.
        """
        known = list(records)
        first = len(self._records)
        self._records.extend(known)
        self._blocks.know(known, first)
        rows = {record.id: row for row, record in enumerate(self._records)}
        for members in works:
            held = [rows[name] for name in members if name in rows]
            if len(held) > 1:
                self._groups.take(held, self._records)
        self._apart |= {frozenset(pair) for pair in apart}
        for a, b in apart:
            if a in rows and b in rows:
                self._groups.keep_apart(rows[a], rows[b])

    def add(self, records: Iterable[Candidate]) -> Linked:
        """Link a batch to all that is known and to itself; a `same` pair is one that has joined two groups or one."""
        fresh = list(records)
        same: list[Link] = []
        related: list[Link] = []
        unsure: list[Link] = []
        for start in range(0, len(fresh), BATCH):
            links, relations, doubts = self._decide(fresh[start : start + BATCH])
            refused = self._groups.join(links, self._records)
            apart = {(refusal.link.a, refusal.link.b) for refusal in refused}
            same.extend(link for link in links if (link.a, link.b) not in apart)
            related.extend(relations)
            unsure.extend([*doubts, *(_refused(refusal) for refusal in refused)])
        return Linked(
            same=self._pairs(same),
            related=self._pairs(related),
            unsure=self._pairs(self._open(unsure)),
        )

    def clusters(self) -> list[list[str]]:
        """Ids of every group of two or more, in the order in which the records came."""
        return [[self._records[row].id for row in group] for group in self._groups.all()]

    def _decide(self, fresh: list[Candidate]) -> tuple[list[Link], list[Link], list[Link]]:
        first = len(self._records)
        self._records.extend(fresh)
        links: dict[Verdict, list[Link]] = {Verdict.SAME: [], Verdict.RELATED: [], Verdict.UNSURE: []}
        for a, b in self._blocks.add(fresh, first):
            if frozenset((self._records[a].id, self._records[b].id)) in self._apart:
                self._groups.keep_apart(int(a), int(b))
                continue
            decision = decide(self._records[a], self._records[b])
            if decision.verdict is not Verdict.DIFFERENT:
                links[decision.verdict].append(Link(a=int(a), b=int(b), decision=decision))
        return links[Verdict.SAME], links[Verdict.RELATED], links[Verdict.UNSURE]

    def _open(self, unsure: list[Link]) -> list[Link]:
        """What is left for a person: of each two groups the strongest link, once."""
        strongest: dict[tuple[int, int], Link] = {}
        for link in sorted(unsure, key=lambda link: (-link.decision.score, link.a, link.b)):
            ours, theirs = self._groups.first(link.a), self._groups.first(link.b)
            if ours != theirs:
                strongest.setdefault((min(ours, theirs), max(ours, theirs)), link)
        return list(strongest.values())

    def _pairs(self, links: Iterable[Link]) -> tuple[Pair, ...]:
        return tuple(
            Pair(
                a=self._records[link.a].id,
                b=self._records[link.b].id,
                reason=link.decision.reason,
                score=link.decision.score,
                relation=link.decision.relation,
            )
            for link in links
        )


def _refused(refusal: Refused) -> Link:
    decision = Decision(
        verdict=Verdict.UNSURE,
        reason=f"{refusal.link.decision.reason}; but {refusal.reason}",
        score=min(refusal.link.decision.score, MOST_UNSURE),
    )
    return Link(a=refusal.link.a, b=refusal.link.b, decision=decision)
