"""Step-function selection models: the mean when significant results are more likely to be seen.

Never a proof of selection: with few studies the likelihood is flat, and the answer rests on the assumed steps.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtr

from corpus.effectsizes.distributions import normal_quantile, normal_two_sided
from corpus.errors import InvalidInput
from synthesis.pooling.engine import Effects, checked
from synthesis.pooling.likelihood import RIVAL, refine
from synthesis.small_study.reading import NotDefined, cautions, needs
from synthesis.small_study.step_likelihood import Matrix, Mode, StepLikelihood
from synthesis.small_study.weighted_line import Coefficient, check_level

ONE_STEP = (0.025,)  # three parameters: mean, tau² and one weight; the two-sided 5 % of most journals
_LOG_WEIGHT_STARTS = (0.0, math.log(0.2), math.log(0.02), math.log(5.0))
_FEW = 4  # effects in an interval below which its weight is hardly estimated


class Alternative(StrEnum):
    """The direction in which results are selected; auto takes the sign of the mean without selection."""

    AUTO = "auto"
    GREATER = "greater"
    LESS = "less"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """Chance of being seen, relative to the first interval, of a result with one-sided p in (above, up_to]."""

    above: float
    up_to: float
    effects: int
    weight: float
    se: float | None  # None for the first, which is 1 by definition


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionModel:
    """A fitted selection model, on the scale of the effects."""

    k: int
    random: bool  # ML tau²; else a fixed-effect model
    alternative: Alternative  # greater or less
    mean: Coefficient  # corrected for selection
    tau2: float
    se_tau2: float | None
    weights: tuple[Weight, ...]
    unadjusted: float  # the mean without selection, same likelihood
    unadjusted_tau2: float
    log_likelihood: float
    lrt: float  # likelihood-ratio test of all weights = 1
    lrt_df: int
    lrt_p: float
    converged: bool
    cautions: tuple[str, ...]


def selection_model(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    steps: Sequence[float] = ONE_STEP,
    random: bool = True,
    alternative: Alternative = Alternative.AUTO,
    cluster: Sequence[object] | None = None,
    level: float = 0.95,
) -> SelectionModel:
    """Fit mean, tau² and the relative chance of being seen by maximum likelihood, from a grid of starts.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    steps : sequence of float
        One-sided p-values at which the chance of being seen changes, ascending, between 0 and 1.
    random : bool
        Random effects (ML), else a fixed effect.
    alternative : Alternative
        Direction of the one-sided p-values.
    cluster : sequence of labels, length k, or None
        Study of each effect, only for a caution where effects are dependent.
    level : float
        Coverage of the interval of the mean (Wald).

    Raises
    ------
    NotDefined
        For no more effects than parameters, or an interval between steps that holds no effect.
    InvalidInput
        For what `checked` refuses, or steps that do not ascend between 0 and 1.

    References
    ----------
    Hedges (1992), Statistical Science 7, 246-255; Vevea and Hedges (1995), Psychometrika 60, 419-435; one step at .025:
    McShane, Böckenholt and Hansen (2016), Perspectives on Psychological Science 11, 730-749.
    """
    return selection_modes(yi, vi, steps=steps, random=random, alternative=alternative, cluster=cluster, level=level)[0]


def selection_modes(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    steps: Sequence[float] = ONE_STEP,
    random: bool = True,
    alternative: Alternative = Alternative.AUTO,
    cluster: Sequence[object] | None = None,
    level: float = 0.95,
) -> tuple[SelectionModel, ...]:
    """Every local maximum that the grid of starts reaches, the highest first; parameters as in `selection_model`.

    A program that climbs from one start may report any of them.
    """
    check_level(level)
    cuts = _checked_steps(steps)
    effects = checked(yi, vi)
    needs(effects, len(cuts) + 2 + random, "the selection model")
    tau2 = refine(effects, 0.0, restricted=False)[0].tau2 if random else 0.0
    unadjusted = float(np.average(effects.y, weights=1 / (effects.v + tau2)))
    direction = alternative
    if alternative is Alternative.AUTO:
        direction = Alternative.LESS if unadjusted < 0 else Alternative.GREATER
    sign = -1.0 if direction is Alternative.LESS else 1.0
    likelihood = _likelihood(effects, sign, cuts)
    counts = np.bincount(likelihood.interval, minlength=len(cuts) + 1)
    edges = (0.0, *cuts, 1.0)
    if (counts == 0).any():
        empty = int(np.argmin(counts))
        raise NotDefined(
            f"no effect has a one-sided p between {edges[empty]:g} and {edges[empty + 1]:g}, so the chance of seeing one "
            "cannot be estimated; choose other steps"
        )
    means = {sign * unadjusted, sign * float(np.average(effects.y, weights=1 / effects.v)), 0.0}
    starts = [
        (mu, start, weight)
        for mu in sorted(means)
        for start in (sorted({tau2, 4 * tau2 + 0.1}) if random else (0.0,))
        for weight in _LOG_WEIGHT_STARTS
    ]
    modes = likelihood.modes(starts, random)
    if not modes or modes[0].covariance is None:
        raise NotDefined("the selection model has no proper maximum of its likelihood on these effects: not computed")
    plain, _, _ = likelihood.derivatives(sign * unadjusted, tau2, np.zeros(len(cuts)))
    frame = _Frame(
        scale=effects.scale,
        direction=direction,
        edges=edges,
        counts=tuple(counts.tolist()),
        unadjusted=unadjusted,
        tau2=tau2,
        plain=plain,
        random=random,
        level=level,
    )
    said = cautions(effects, cluster)
    return tuple(
        _result(mode, mode.covariance, effects.k, frame, (*said, *_own_cautions(mode, modes, frame)))
        for mode in modes
        if mode.covariance is not None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What all modes of one fit share; effects as the engine scales them."""

    scale: float
    direction: Alternative
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    unadjusted: float
    tau2: float
    plain: float  # log-likelihood without selection
    random: bool
    level: float

    @property
    def sign(self) -> float:
        return -1.0 if self.direction is Alternative.LESS else 1.0


def _checked_steps(steps: Sequence[float]) -> tuple[float, ...]:
    cuts = tuple(float(step) for step in steps)
    if not cuts or not all(0 < step < 1 for step in cuts) or list(cuts) != sorted(set(cuts)):
        raise InvalidInput(
            f"steps are {list(cuts)}; give one-sided p-values that ascend between 0 and 1, such as 0.025"
        )
    return cuts


def _likelihood(effects: Effects, sign: float, cuts: tuple[float, ...]) -> StepLikelihood:
    y, se = sign * effects.y, np.sqrt(effects.v)
    p = ndtr(-y / se)
    return StepLikelihood(
        y=y,
        v=effects.v,
        edges=se[:, None] * np.array([-normal_quantile(cut) for cut in cuts]),
        interval=np.searchsorted(np.array(cuts), p, side="left").astype(np.int64),
    )


def _result(mode: Mode, covariance: Matrix, k: int, frame: _Frame, said: tuple[str, ...]) -> SelectionModel:
    s, variances = frame.scale, np.diag(covariance)
    weights_from = 2 if mode.free_tau2 else 1
    lrt = max(0.0, 2 * (mode.log_likelihood - frame.plain))
    weight_ses = [None, *np.sqrt(variances[weights_from:]).tolist()]
    return SelectionModel(
        k=k,
        random=frame.random,
        alternative=frame.direction,
        mean=_mean(frame.sign * mode.mu * s, math.sqrt(float(variances[0])) * s, frame.level),
        tau2=mode.tau2 * s**2,
        se_tau2=math.sqrt(float(variances[1])) * s**2 if mode.free_tau2 else None,
        weights=tuple(
            Weight(
                above=frame.edges[place],
                up_to=frame.edges[place + 1],
                effects=frame.counts[place],
                weight=math.exp(log_weight),
                se=None if log_se is None else math.exp(log_weight) * log_se,
            )
            for place, (log_weight, log_se) in enumerate(zip((0.0, *mode.log_weights), weight_ses, strict=True))
        ),
        unadjusted=frame.unadjusted * s,
        unadjusted_tau2=frame.tau2 * s**2,
        log_likelihood=mode.log_likelihood - k * math.log(s),
        lrt=lrt,
        lrt_df=len(mode.log_weights),
        lrt_p=float(chdtrc(len(mode.log_weights), lrt)),
        converged=mode.converged,
        cautions=said,
    )


def _mean(estimate: float, se: float, level: float) -> Coefficient:
    half = -normal_quantile((1 - level) / 2) * se
    return Coefficient(
        estimate=estimate,
        se=se,
        statistic=estimate / se,
        df=None,
        p=normal_two_sided(estimate / se),
        ci=(estimate - half, estimate + half),
    )


def _own_cautions(mode: Mode, modes: tuple[Mode, ...], frame: _Frame) -> list[str]:
    said = []
    if not mode.converged:
        said.append("The likelihood is flat here and the search did not settle: the selection model must not be read.")
    for rival in modes:
        if rival is not mode and abs(mode.log_likelihood - rival.log_likelihood) < RIVAL:
            said.append(
                f"The likelihood has another mode, with mean {frame.sign * rival.mu * frame.scale:.4g} and tau² "
                f"{rival.tau2 * frame.scale**2:.4g}: these data cannot choose between the two."
            )
    for place, count in enumerate(frame.counts):
        if count < _FEW:
            said.append(
                f"Only {count} effect{'s' if count > 1 else ''} with one-sided p between {frame.edges[place]:g} and "
                f"{frame.edges[place + 1]:g}: the weights rest on almost nothing."
            )
    return said
