"""What a question's effects say without variances: bounds of combined p-values, the albatross plot, the direction table.

Never yields an effect size, and never drops an effect: what has no place is listed with its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.codebook import Direction as Coded
from corpus.protocol import Protocol
from synthesis.questions import Question
from synthesis.selection import Candidate, Selection
from synthesis.without_pooling.albatross import Albatross, Reported, Standardised, albatross
from synthesis.without_pooling.bounded import BoundedP, CombinedBounds, combine_bounds
from synthesis.without_pooling.directions import Direction, DomainDirections, Outcome, direction_table
from synthesis.without_pooling.source import Source

_KINDS = {"SMD": Standardised.SMD, "ZCOR": Standardised.CORRELATION}
_DIRECTIONS = {Coded.FAVOURS_OXYTOCIN: Direction.TOWARDS, Coded.FAVOURS_COMPARATOR: Direction.AWAY}


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutVariance:
    """The synthesis of results that have no variance."""

    bounds: tuple[CombinedBounds, ...]  # tier B; empty where there is none
    albatross: Albatross | None  # tiers B and C; None where there is no result
    directions: tuple[DomainDirections, ...]  # every eligible effect of any tier


def without_variance(question: Question, selection: Selection, protocol: Protocol) -> WithoutVariance:
    """Bounds, plot and table of one question."""
    bounded = [(candidate, _bounded(candidate)) for candidate in (*selection.tier_b, *selection.tier_c)]
    given = [p for _, p in bounded if p is not None]
    plot = None
    if bounded and question.measure in _KINDS:
        sizes = protocol.certainty.sizes_of(question.measure)
        plot = albatross(
            [
                Reported(key=_key(candidate), label=candidate.study.label, p=p, source=_source(candidate))
                for candidate, p in bounded
            ],
            effects=(sizes.small, sizes.moderate, sizes.large),
            kind=_KINDS[question.measure],
        )
    return WithoutVariance(
        bounds=combine_bounds(given) if given else (),
        albatross=plot,
        directions=direction_table(_outcomes(selection.eligible)),
    )


def _bounded(candidate: Candidate) -> BoundedP | None:
    printed = candidate.effect.p
    if printed is None or candidate.effect.direction not in _DIRECTIONS:
        return None
    towards = candidate.effect.direction is Coded.FAVOURS_OXYTOCIN
    n = candidate.effect.n if isinstance(candidate.effect.n, int) else None
    return BoundedP.from_printed(printed.value.value, printed.relation.value, sided=printed.sided, towards=towards, n=n)


def _outcomes(candidates: Sequence[Candidate]) -> list[Outcome]:
    """One per eligible effect; effects of one sample come together in one row per domain."""
    labels: dict[str, str] = {}  # people told of in several studies go by the first of them
    return [
        Outcome(
            key=candidate.cluster,
            label=labels.setdefault(candidate.cluster, candidate.study.label),
            domain=candidate.outcome.domain.label,
            direction=_DIRECTIONS.get(candidate.effect.direction, Direction.NONE),
            n=candidate.effect.n if isinstance(candidate.effect.n, int) and candidate.effect.n > 0 else None,
            source=_source(candidate),
        )
        for candidate in candidates
    ]


def _key(candidate: Candidate) -> str:
    return f"{candidate.study.key}/{candidate.effect.key}"


def _source(candidate: Candidate) -> Source:
    return Source(tier=candidate.effect.source.tier, locator=candidate.effect.source.locator)
