"""What assumed correlations do to a question: each estimate over its band, the pool at each common value, and where it turns.

Never decides which correlation is right: the value used stands in the coding, with its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from corpus.domain import Computation, Estimate
from corpus.effectsizes import KINDS
from corpus.errors import InvalidInput
from corpus.estimation import estimate_effect
from synthesis.multiverse.curve import Conclusion
from synthesis.pooling.pool import Pooled, pool
from synthesis.questions import Question
from synthesis.selection import Candidate

# Where no band was coded: from nearly unrelated to as high as a retest goes.
LOWEST, HIGHEST = 0.1, 0.9
_STEP = 0.05  # between the correlations at which the pool is shown; turns are sought between them
_CLOSE = 1e-6  # to which a turn is narrowed down
_BY_ARM = frozenset({"r1", "r2"})
_CORRELATIONS = frozenset({"r", "r_lo", "r_hi"}) | _BY_ARM


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateAt:
    """One estimate at one correlation, aligned as the question pools it."""

    r: float
    yi: float
    vi: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectBand:
    """An estimate that rests on an assumed correlation, over its band."""

    study: str
    effect: str
    in_pool: bool  # False where another effect of the sample stands in the question's pool
    coded_band: bool  # False where 0.1 to 0.9 was taken for want of a coded one
    used: EstimateAt
    low: EstimateAt
    high: EstimateAt


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolAt:
    """The question's pool where every assumed correlation is ``r``."""

    r: float
    estimate: float
    ci: tuple[float, float]
    p: float | None
    conclusion: Conclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A correlation at which the conclusion of the pool changes."""

    r: float
    below: Conclusion  # for smaller correlations
    above: Conclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolBand:
    """The question's pool over the widest of the bands that its estimates have."""

    low: float
    high: float
    pools: tuple[PoolAt, ...]  # in the order of r
    estimate: tuple[float, float]  # smallest and largest pooled estimate
    ci: tuple[float, float]  # lowest and highest end of any interval
    turns: tuple[Turn, ...]  # empty where the conclusion is the same over the whole band


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationBand:
    """Every eligible estimate of a question that rests on an assumed correlation, and what that does to the pool."""

    effects: tuple[EffectBand, ...]
    pool: PoolBand | None  # None where no estimate in the pool rests on one
    warnings: tuple[str, ...]


def correlation_band(
    question: Question, pooled: Sequence[Candidate], eligible: Sequence[Candidate]
) -> CorrelationBand | None:
    """The band of a question, or None where no eligible estimate rests on an assumed correlation.

    Parameters
    ----------
    question : Question
        Says how the effects are pooled.
    pooled : sequence of Candidate
        The effects of the question's main analysis (``Selection.tier_a``).
    eligible : sequence of Candidate
        Every effect that could stand there (``Selection.eligible_a``).

    Raises
    ------
    InvalidInput
        Where an estimate cannot be computed at a correlation of the band.

    References
    ----------
    Elbourne et al. (2002), International Journal of Epidemiology 31, 140-149 (crossover trials in meta-analysis); Cochrane
    Handbook 23.2.7 and 6.5.2.8 (imputed correlations, and that a sensitivity analysis is due).
    """
    held = [candidate for candidate in pooled if candidate.estimate is not None]
    keys = {(candidate.study.key, candidate.effect.key) for candidate in held}
    resting = [candidate for candidate in eligible if _rests(candidate)]
    if not resting:
        return None
    bands = tuple(
        _effect_band(candidate, in_pool=(candidate.study.key, candidate.effect.key) in keys) for candidate in resting
    )
    inside = [band for band in bands if band.in_pool]
    if not inside:
        note = "No estimate of the pool itself rests on an assumed correlation; those listed were not chosen for it."
        return CorrelationBand(effects=bands, pool=None, warnings=(note,))
    low, high = min(band.low.r for band in inside), max(band.high.r for band in inside)
    warnings = []
    if any((band.low.r, band.high.r) != (low, high) for band in inside):
        warnings.append(
            f"The bands of the estimates differ; the common correlation runs over the widest, {low:g} to {high:g}."
        )
    return CorrelationBand(effects=bands, pool=_pool_band(question, held, low, high), warnings=tuple(warnings))


def _rests(candidate: Candidate) -> bool:
    """Whether a correlation went into the estimate that no source gives."""
    computation = candidate.effect.computation
    if computation is None or candidate.estimate is None or "r_lo" not in _takes(computation):
        return False
    assumed = {assumed.name for assumed in computation.assumed}
    return bool(_CORRELATIONS & assumed) or "r_lo" in {*computation.inputs, *computation.options}


def _takes(computation: Computation) -> tuple[str, ...]:
    return KINDS[computation.kind].keys if computation.kind in KINDS else ()


def _effect_band(candidate: Candidate, *, in_pool: bool) -> EffectBand:
    computation, estimate = candidate.effect.computation, candidate.estimate
    assert computation is not None  # as `_rests` has seen
    assert estimate is not None
    band = _coded_band(computation)
    low, high = band or (LOWEST, HIGHEST)
    return EffectBand(
        study=candidate.study.key,
        effect=candidate.effect.key,
        in_pool=in_pool,
        coded_band=band is not None,
        used=EstimateAt(r=_used(estimate), yi=estimate.yi, vi=estimate.vi),
        low=_at(candidate, low),
        high=_at(candidate, high),
    )


def _used(estimate: Estimate) -> float:
    """The correlation in the estimate's own inputs; of two arms, their mean."""
    values = [value for name, value in estimate.inputs.items() if name in ("r", "r1", "r2")]
    return sum(values) / len(values)


def _coded_band(computation: Computation) -> tuple[float, float] | None:
    """The widest band that the coding gives."""
    ends = [
        (float(assumed.low.value), float(assumed.high.value))
        for assumed in computation.assumed
        if assumed.name in _CORRELATIONS and assumed.low is not None and assumed.high is not None
    ]
    given = _given(computation)
    if "r_lo" in given and "r_hi" in given:
        ends.append((float(given["r_lo"]), float(given["r_hi"])))
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None


def _given(computation: Computation) -> dict[str, str]:
    return (
        dict(computation.options)
        | dict(computation.inputs)
        | {assumed.name: assumed.value for assumed in computation.assumed}
    )


def _at(candidate: Candidate, r: float) -> EstimateAt:
    """The estimate with every assumed correlation at ``r``."""
    computation = candidate.effect.computation
    assert computation is not None  # as `_rests` has seen
    assumed = {assumed.name for assumed in computation.assumed} & _CORRELATIONS
    # Where only one arm's correlation is assumed, the other's is printed and stays.
    by_arm = bool(assumed) and assumed <= _BY_ARM
    names, gone = (assumed, assumed) if by_arm else ({"r"}, _CORRELATIONS)
    changed = replace(
        computation,
        inputs={name: value for name, value in computation.inputs.items() if name not in gone},
        options={name: value for name, value in computation.options.items() if name not in gone}
        | dict.fromkeys(names, repr(float(r))),
        assumed=tuple(assumed for assumed in computation.assumed if assumed.name not in gone),
    )
    result = estimate_effect(candidate.study, replace(candidate.effect, computation=changed))
    if not isinstance(result, Estimate):
        raise InvalidInput(f"{candidate.study.key}/{candidate.effect.key} at r = {r:g}: {result.reason}")
    return EstimateAt(r=r, yi=result.yi, vi=result.vi)


def _pool_band(question: Question, pooled: Sequence[Candidate], low: float, high: float) -> PoolBand:
    steps = max(1, round((high - low) / _STEP))
    pools = tuple(_pool_at(question, pooled, float(r)) for r in np.linspace(low, high, steps + 1))
    turns = tuple(
        _turn(question, pooled, left, right)
        for left, right in pairwise(pools)
        if left.conclusion is not right.conclusion
    )
    return PoolBand(
        low=low,
        high=high,
        pools=pools,
        estimate=(min(at.estimate for at in pools), max(at.estimate for at in pools)),
        ci=(min(at.ci[0] for at in pools), max(at.ci[1] for at in pools)),
        turns=turns,
    )


def _pool_at(question: Question, pooled: Sequence[Candidate], r: float) -> PoolAt:
    values = [_at(candidate, r) if _rests(candidate) else candidate.estimate for candidate in pooled]
    arrays = [(value.yi, value.vi) for value in values if value is not None]
    result = pool([y for y, _ in arrays], [v for _, v in arrays], method=question.method, test=question.test)
    return PoolAt(r=r, estimate=result.estimate, ci=result.ci, p=result.p, conclusion=_conclusion(result))


def _conclusion(result: Pooled) -> Conclusion:
    if result.k == 1:
        return Conclusion.ONE_SAMPLE
    low, high = result.ci
    return Conclusion.ABOVE if low > 0 else Conclusion.BELOW if high < 0 else Conclusion.INCLUDES


def _turn(question: Question, pooled: Sequence[Candidate], left: PoolAt, right: PoolAt) -> Turn:
    """The turn between two neighbours, halved down to."""
    low, high = left, right
    while high.r - low.r > _CLOSE:
        middle = _pool_at(question, pooled, (low.r + high.r) / 2)
        if middle.conclusion is low.conclusion:
            low = middle
        else:
            high = middle
    return Turn(r=(low.r + high.r) / 2, below=low.conclusion, above=high.conclusion)
