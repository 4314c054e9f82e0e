"""A cumulative interval that holds however often one looks: the anytime-valid (ALL-IN) view of a common effect.

Never the main result: it assumes one common effect in all studies, and pays for endless looking with width.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.pooling.engine import checked

_LARGEST_LOG = 700.0  # its exponential is still finite


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything up to one date."""

    date: date
    k: int
    estimate: float  # inverse-variance mean of a common effect
    se: float
    ci: tuple[float, float]  # anytime-valid
    log_e: float  # natural logarithm of the e-value against no effect
    e_value: float | None  # None beyond what a number can hold
    p: float  # anytime-valid: 1 over the largest e-value so far, at most 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AnytimeValid:
    """One row per date, earliest first."""

    level: float
    expected: float  # standard deviation of the effects the interval is tuned to
    looks: tuple[Look, ...]
    excluded_zero: date | None  # first date whose e-value reached 1/(1 − level); from then on no effect stays rejected
    guarantee: str


def anytime_valid(
    yi: ArrayLike, vi: ArrayLike, dates: Sequence[date], *, expected: float, level: float = 0.95
) -> AnytimeValid:
    """Cumulative e-values and confidence sequence of a common effect.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances, on the scale they are pooled on (log for ratios).
    dates : sequence of date, length k
        When each became known; effects of one date enter together.
    expected : float
        Standard deviation of the normal mixture over effects, declared before looking, best near the size of effect that is
        thought plausible. The guarantee holds for any; only the width depends on it.
    level : float
        Probability of the guarantee.

    Raises
    ------
    InvalidInput
        For effects that `pool` would refuse, another number of dates, an ``expected`` not above 0, or a level outside 0 to 1.

    Notes
    -----
    With S = Σ wᵢ(yᵢ − θ) and V = Σ wᵢ, wᵢ = 1/vᵢ, and η = ``expected``, the e-process against θ is the likelihood ratio mixed
    over normal(0, η²) alternatives, (1 + η²V)^(−1/2) exp(η²S² / (2(1 + η²V))). It starts at 1 and is a martingale under θ, so
    that it ever reaches 1/α with probability α at most (Ville); the interval holds every θ for which it has not.

    References
    ----------
    ter Schure and Grünwald (2022), F1000Research 11, 549 (ALL-IN meta-analysis); Robbins (1970), Annals of Mathematical
    Statistics 41, 1397-1409 (normal mixture); Howard, Ramdas, McAuliffe and Sekhon (2021), Annals of Statistics 49, 1055-1080
    (two-sided normal mixture boundary).
    """
    if not 0 < level < 1:
        raise InvalidInput(f"level is {level:g}; give a probability between 0 and 1, such as 0.95")
    if not (math.isfinite(expected) and expected > 0):
        raise InvalidInput(f"expected is {expected:g}; give the size of a plausible effect, above 0")
    effects = checked(yi, vi)
    if len(dates) != effects.k:
        raise InvalidInput(
            f"there are {effects.k} effects and {len(dates)} dates; give each effect the date it became known"
        )
    alpha, eta = 1 - level, expected / effects.scale
    looks: list[Look] = []
    highest = 0.0  # the process starts at 1
    for day in sorted(set(dates)):
        known = np.array([other <= day for other in dates])
        w = 1 / effects.v[known]
        # Summed in an order of their own, so that the order of rows of one date changes nothing.
        information = math.fsum(w)
        estimate = math.fsum(w * effects.y[known]) / information
        spread = math.log1p(eta**2 * information)
        strength = eta**2 * information / (1 + eta**2 * information)
        log_e = (strength * information * estimate**2 - spread) / 2
        highest = max(highest, log_e)
        half = math.sqrt((spread - 2 * math.log(alpha)) / (strength * information))
        looks.append(
            Look(
                date=day,
                k=int(known.sum()),
                estimate=estimate * effects.scale,
                se=effects.scale / math.sqrt(information),
                ci=((estimate - half) * effects.scale, (estimate + half) * effects.scale),
                log_e=log_e,
                e_value=math.exp(log_e) if abs(log_e) < _LARGEST_LOG else None,
                p=math.exp(-highest),
            )
        )
    rejected = (look.date for look in looks if look.log_e >= -math.log(alpha))
    return AnytimeValid(
        level=level,
        expected=expected,
        looks=tuple(looks),
        excluded_zero=next(rejected, None),
        guarantee=_guarantee(level),
    )


def _guarantee(level: float) -> str:
    """What may be said of it, and on what condition."""
    return (
        f"If all studies estimate one common effect with the variances given, and neither a study's size nor its inclusion "
        f"depends on its own result, the probability that every interval of this sequence holds that effect is at least "
        f"{level:.0%}, however often and whenever one looks. If no study has any effect, the e-value ever reaches "
        f"{1 / (1 - level):g} with probability {1 - level:.2g} at most. Where true effects differ between studies, the "
        "interval is about no single effect, and too narrow for their mean."
    )
