"""How far the reviewers of a stage agree: each two of them, all of them, and on the reason where they exclude.

Never counts an adjudicator's word: the caller gives what people decided independently.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from corpus.domain.screening import Stage, Verdict
from corpus.screening.agreement import Agreement, Everybody, agreement, everybody, pairs_of

Said = Mapping[str, Mapping[str, str]]  # by work: by person: the category


@dataclass(frozen=True, slots=True, kw_only=True)
class Two:
    """How far two people agree."""

    verdict: Agreement
    reason: Agreement | None  # among the works that both excluded; None where there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class StageAgreement:
    """How far the people of one stage agree."""

    stage: Stage
    pairs: tuple[Two, ...]
    all: Everybody | None  # where there are more than two
    all_reasons: Everybody | None


def stage_agreement(stage: Stage, opinions: Mapping[str, Mapping[str, tuple[Verdict, str]]]) -> StageAgreement:
    """The agreement at a stage, given each work's independent opinions by person: the verdict, and why it excludes."""
    verdicts = {work: {who: said.value for who, (said, _) in held.items()} for work, held in opinions.items()}
    reasons = {
        work: {who: reason for who, (said, reason) in held.items() if said is Verdict.EXCLUDE}
        for work, held in opinions.items()
    }
    people = sorted({who for held in verdicts.values() for who in held})
    pairs = [_two(a, b, verdicts, reasons) for a, b in combinations(people, 2)]
    several = len(people) > 2
    return StageAgreement(
        stage=stage,
        pairs=tuple(pair for pair in pairs if pair is not None),
        all=everybody(verdicts) if several else None,
        all_reasons=everybody(reasons) if several else None,
    )


def _two(a: str, b: str, verdicts: Said, reasons: Said) -> Two | None:
    both = pairs_of(verdicts, a, b)
    if not both:
        return None
    excluded = pairs_of(reasons, a, b)
    return Two(verdict=agreement(a, b, both), reason=agreement(a, b, excluded) if excluded else None)
