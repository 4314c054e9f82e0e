"""Notices that sources publish about reports of the corpus: retractions, expressions of concern, corrections.

Never acts on one: a retraction is withdrawn by the next synthesis by itself, all else is for a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.domain import Report
from corpus.domain.matters import Dealt
from corpus.domain.watch import Check, NoticeKind
from corpus.watch import standings


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNotice:
    """One notice about one report."""

    item: str  # name of the matter: report, kind and place of the notice
    report: Report
    kind: NoticeKind
    where: str  # the notice's DOI, its PMID as "pmid:…", or the reference as printed
    sources: tuple[str, ...]  # that tell of it
    on: date  # the last day on which one did
    dealt: Dealt | None

    @property
    def address(self) -> str:
        """Where the notice is read, or ""."""
        if self.where.startswith("10."):
            return f"https://doi.org/{self.where}"
        return f"https://pubmed.ncbi.nlm.nih.gov/{self.where[5:]}/" if self.where.startswith("pmid:") else ""


def notices(reports: Sequence[Report], checks: Sequence[Check], dealt: Mapping[str, Dealt]) -> tuple[OpenNotice, ...]:
    """Every notice that stands about a report of a study, those nobody has dealt with first, then by weight."""
    of_studies = {report.key: report for report in reports if report.study}
    told: dict[tuple[str, NoticeKind, str], list[Check]] = {}
    for key, standing in standings(list(of_studies.values()), checks).items():
        for check in standing.checks:
            for notice in check.notices:
                told.setdefault((key, notice.kind, notice.where), []).append(check)
    found = [
        OpenNotice(
            item=(item := f"{key}|{kind.value}|{where}"[:300]),
            report=of_studies[key],
            kind=kind,
            where=where,
            sources=tuple(sorted({check.source for check in said})),
            on=max(check.on for check in said),
            dealt=dealt.get(item),
        )
        for (key, kind, where), said in told.items()
    ]
    weight = list(NoticeKind)
    return tuple(sorted(found, key=lambda one: (one.dealt is not None, weight.index(one.kind), one.item)))
