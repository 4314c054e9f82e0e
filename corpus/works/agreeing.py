"""How far the reviewers of a stage agree: each two of them, all of them, and on the reason where they exclude.

Never counts an adjudicator's word: the caller gives what people decided independently.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from corpus.domain.screening import Decision, Stage, Verdict
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


def stage_agreement(stage: Stage, decisions: Iterable[tuple[str, Decision]]) -> StageAgreement:
    """The agreement at a stage, given works with what each person decided on them independently."""
    verdicts: dict[str, dict[str, str]] = {}
    reasons: dict[str, dict[str, str]] = {}
    for work, one in decisions:
        if one.stage is stage:
            verdict, reason = one.opinion
            verdicts.setdefault(work, {})[one.who] = verdict.value
            reasons.setdefault(work, {}).pop(one.who, None)
            if verdict is Verdict.EXCLUDE:
                reasons[work][one.who] = reason
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
