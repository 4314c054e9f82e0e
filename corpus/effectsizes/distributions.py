"""The few special functions effect sizes need: the exact small-sample factor, normal and t probabilities.

Never imports scipy before a t probability is asked for: `oxysynth --help` must stay fast.
"""

import math

_SERIES_FROM = 100.0  # above, the gamma functions lose digits by cancellation, and the series is exact to 1e-14
# Γ(x+½) / (Γ(x) √x) = Σ c_k / x^k (Graham, Knuth & Patashnik 1994, Concrete Mathematics, ch. 9)
_GAMMA_RATIO = (1.0, -1 / 8, 1 / 128, 5 / 1024, -21 / 32768, -399 / 262144)


def hedges_j(m: float) -> float:
    """Exact small-sample correction factor J(m) for a standardiser with ``m`` degrees of freedom.

    Raises
    ------
    ValueError
        If ``m`` is not above 1: the expectation of d does not exist.

    References
    ----------
    Hedges (1981), Journal of Educational Statistics 6, 107-128.
    """
    if not m > 1:
        raise ValueError(f"J(m) needs more than 1 degree of freedom, got {m}")
    if m > _SERIES_FROM:
        x = m / 2
        return (1 - 1 / m) / sum(c / x**k for k, c in enumerate(_GAMMA_RATIO))
    return math.exp(math.lgamma(m / 2) - 0.5 * math.log(m / 2) - math.lgamma((m - 1) / 2))


def normal_quantile(probability: float) -> float:
    """Quantile of the standard normal distribution."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(probability)


def normal_two_sided(z: float) -> float:
    """Two-sided p of a standard normal statistic."""
    return math.erfc(abs(z) / math.sqrt(2))


def t_quantile_upper(tail: float, df: float) -> float:
    """The t that leaves ``tail`` (at most 0.5) above it; worked from the lower tail, which keeps tiny p exact."""
    from scipy.special import stdtrit

    return -float(stdtrit(df, tail))


def t_two_sided(t: float, df: float) -> float:
    """Two-sided p of a t statistic."""
    from scipy.special import stdtr

    return 2 * float(stdtr(df, -abs(t)))


def interval_half_width(level: float) -> float:
    """Standard errors from the estimate to either end of a normal confidence interval of ``level`` percent."""
    return -normal_quantile((1 - level / 100) / 2)
