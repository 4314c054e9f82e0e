"""Standardised differences from what papers print instead of means: t, F, p, a difference with its interval, d, g.

Never takes a test for something else: F has one numerator degree of freedom, groups are independent and unadjusted.
"""

import math

from corpus.effectsizes.distributions import interval_half_width, t_quantile_upper
from corpus.effectsizes.notation import show, term
from corpus.effectsizes.result import Assumption, EffectSize, Measure
from corpus.effectsizes.two_groups import (
    EXACT_J,
    HEDGES,
    LS_SOURCE,
    LS_VARIANCE,
    corrected,
    ls_substituted,
    ls_variance,
)
from corpus.errors import InvalidInput

_D_FROM_T = "d = t √(1/n1 + 1/n2); g = J(m) d"
_CI_EDGE = 1e-9  # an estimate printed equal to an end of its interval is still inside


def from_t(t: float, n1: float, n2: float, direction: float | None = None) -> EffectSize:
    """Hedges g from the t of two independent groups; ``direction`` (+1 or −1) signs a t printed without sign.

    References
    ----------
    Borenstein et al. (2009), Introduction to Meta-Analysis, chapter 4; Lipsey & Wilson (2001), appendix B.
    """
    if direction is not None and t < 0 < direction:
        raise InvalidInput(
            f"t={show(t)} is negative but direction says that group 1 is higher; "
            "leave direction out, or give t without its sign"
        )
    signed = t if direction is None else direction * abs(t)
    inputs = {"t": t, "n1": n1, "n2": n2} | ({} if direction is None else {"direction": direction})
    return _from_statistic(signed, n1, n2, inputs, steps=(), numbers=())


def from_f(f: float, n1: float, n2: float, direction: float) -> EffectSize:
    """Hedges g from F(1, n1+n2−2); ``direction`` is +1 where group 1 is higher, −1 where it is lower."""
    t = direction * math.sqrt(f)
    return _from_statistic(
        t,
        n1,
        n2,
        {"f": f, "n1": n1, "n2": n2, "direction": direction},
        steps=("t = direction × √F, F with 1 numerator df",),
        numbers=(f"t = {show(direction)} × √{show(f)} = {show(t)}",),
    )


def from_p(p: float, n1: float, n2: float, direction: float, sided: float = 2.0) -> EffectSize:
    """Hedges g from the exact p of a t test; ``direction`` is +1 where group 1 is higher, −1 where it is lower.

    References
    ----------
    Borenstein et al. (2009), Introduction to Meta-Analysis, chapter 4; Lipsey & Wilson (2001), appendix B.
    """
    tail = p / sided
    if tail > 0.5:
        raise InvalidInput(
            f"p={show(p)} one-sided is above 0.5, against its own direction; turn the direction and give 1 − p"
        )
    df = n1 + n2 - 2
    t = direction * t_quantile_upper(tail, df)
    return _from_statistic(
        t,
        n1,
        n2,
        {"p": p, "n1": n1, "n2": n2, "direction": direction, "sided": sided},
        steps=("t = direction × the t quantile that leaves p/sided above it, df = n1+n2−2",),
        numbers=(f"t = {show(t)} at p = {show(p)}, df {show(df)}",),
    )


def from_difference(
    md: float,
    n1: float,
    n2: float,
    se: float | None = None,
    ci_lo: float | None = None,
    ci_hi: float | None = None,
    level: float = 95.0,
) -> EffectSize:
    """Hedges g from a mean difference with its standard error or its t-based confidence interval.

    References
    ----------
    Cochrane Handbook (version 6), section 6.5.2.3.
    """
    df = n1 + n2 - 2
    inputs: dict[str, float] = {"md": md, "n1": n1, "n2": n2}
    if ci_lo is not None and ci_hi is not None:
        if se is not None:
            raise InvalidInput("se and ci_lo ci_hi are both given; give one of them")
        check_inside(md, ci_lo, ci_hi, "md")
        quantile = t_quantile_upper((1 - level / 100) / 2, df)
        error = (ci_hi - ci_lo) / (2 * quantile)
        inputs |= {"ci_lo": ci_lo, "ci_hi": ci_hi, "level": level}
        steps: tuple[str, ...] = ("se = (ci_hi − ci_lo) / (2 t_q), t_q the t quantile of the level with df = n1+n2−2",)
        numbers: tuple[str, ...] = (f"se = ({show(ci_hi)} − {term(ci_lo)}) / (2 × {show(quantile)}) = {show(error)}",)
    elif se is not None:
        error, steps, numbers = se, (), ()
        inputs["se"] = se
    else:
        raise InvalidInput("a mean difference needs se, or ci_lo and ci_hi")
    t = md / error
    return _from_statistic(
        t, n1, n2, inputs, (*steps, "t = md / se"), (*numbers, f"t = {show(md)} / {show(error)} = {show(t)}")
    )


def from_d(
    d: float,
    se: float | None = None,
    v: float | None = None,
    ci_lo: float | None = None,
    ci_hi: float | None = None,
    n1: float | None = None,
    n2: float | None = None,
    level: float = 95.0,
) -> EffectSize:
    """Hedges g from Cohen's d: J is applied where the group sizes are known, and its absence recorded where not.

    References
    ----------
    Hedges (1981); Borenstein et al. (2009), eq. 4.22-4.24.
    """
    printed = _printed_variance(d, se, v, ci_lo, ci_hi, level, "d")
    inputs: dict[str, float] = {"d": d}
    if n1 is not None and n2 is not None:
        sizes: dict[str, float] = {"n1": n1, "n2": n2}
        g, ls, j = corrected(d, n1, n2)
        head = f"Hedges g = J(m) d, {EXACT_J}, m = n1+n2−2"
        numbers = f"J({show(n1 + n2 - 2)}) × {term(d)} = {show(j)} × {term(d)} = {show(g)}"
        if printed is None:
            return EffectSize(
                Measure.SMD,
                g,
                ls,
                f"{head}; {LS_VARIANCE}",
                f"{numbers}; {ls_substituted(g, ls, n1, n2)}",
                f"{HEDGES}; {LS_SOURCE}",
                inputs | sizes,
            )
        variance, rule, text, used = printed
        return EffectSize(
            Measure.SMD,
            g,
            j**2 * variance,
            f"{head}; v = J² v_d, {rule}",
            f"{numbers}; {text}; v = {show(j)}² × {show(variance)} = {show(j**2 * variance)}",
            f"{HEDGES}; Borenstein et al. 2009, eq. 4.22-4.24",
            inputs | used | sizes,
        )
    if printed is None:
        raise InvalidInput("d needs a variance: give se, or v, or ci_lo and ci_hi, or n1 and n2")
    variance, rule, text, used = printed
    return EffectSize(
        Measure.SMD,
        float(d),
        variance,
        f"g taken as d, as no group sizes are given for the factor J; v = v_d, {rule}",
        f"{show(d)}; {text}",
        "Borenstein et al. 2009, Introduction to Meta-Analysis, eq. 4.18-4.20",
        inputs | used,
        (
            Assumption(
                "J",
                1.0,
                None,
                None,
                "the small-sample factor needs group sizes, which were not given; d is kept as it is",
            ),
        ),
    )


def from_g(
    g: float,
    se: float | None = None,
    v: float | None = None,
    ci_lo: float | None = None,
    ci_hi: float | None = None,
    n1: float | None = None,
    n2: float | None = None,
    level: float = 95.0,
) -> EffectSize:
    """Hedges g as printed (already corrected), with the variance printed beside it or computed from group sizes."""
    printed = _printed_variance(g, se, v, ci_lo, ci_hi, level, "g")
    sizes: dict[str, float] = {} if n1 is None or n2 is None else {"n1": n1, "n2": n2}
    inputs: dict[str, float] = {"g": g}
    if printed is not None:
        variance, rule, text, used = printed
        return EffectSize(
            Measure.SMD,
            float(g),
            variance,
            f"g as printed, no further correction; v = v_g, {rule}",
            f"{show(g)}; {text}",
            "Borenstein et al. 2009, Introduction to Meta-Analysis, eq. 4.22-4.24",
            inputs | used | sizes,
        )
    if n1 is None or n2 is None:
        raise InvalidInput("g needs a variance: give se, or v, or ci_lo and ci_hi, or n1 and n2")
    variance = ls_variance(g, n1, n2)
    return EffectSize(
        Measure.SMD,
        float(g),
        variance,
        f"g as printed, no further correction; {LS_VARIANCE}",
        f"{show(g)}; {ls_substituted(g, variance, n1, n2)}",
        LS_SOURCE,
        inputs | sizes,
    )


def check_inside(estimate: float, lo: float, hi: float, name: str) -> None:
    """Refuse an interval that is upside down or does not hold its own estimate."""
    if not lo < hi:
        raise InvalidInput(f"ci_lo={show(lo)} is not below ci_hi={show(hi)}; check their order and signs")
    edge = _CI_EDGE * max(abs(lo), abs(hi))
    if not lo - edge <= estimate <= hi + edge:
        raise InvalidInput(
            f"{name}={show(estimate)} lies outside its interval {show(lo)} to {show(hi)}; check sign and digits"
        )


def _from_statistic(
    t: float, n1: float, n2: float, inputs: dict[str, float], steps: tuple[str, ...], numbers: tuple[str, ...]
) -> EffectSize:
    scale = math.sqrt(1 / n1 + 1 / n2)
    d = t * scale
    g, v, j = corrected(d, n1, n2)
    return EffectSize(
        Measure.SMD,
        g,
        v,
        formula="; ".join([*steps, f"{_D_FROM_T}, {EXACT_J}, m = n1+n2−2; {LS_VARIANCE}"]),
        substituted="; ".join(
            [
                *numbers,
                f"d = {term(t)} × √(1/{show(n1)} + 1/{show(n2)}) = {show(d)}",
                f"J({show(n1 + n2 - 2)}) × {term(d)} = {show(j)} × {term(d)} = {show(g)}",
                ls_substituted(g, v, n1, n2),
            ]
        ),
        reference=f"Borenstein et al. 2009, Introduction to Meta-Analysis, ch. 4; {HEDGES}; {LS_SOURCE}",
        inputs=inputs,
    )


def _printed_variance(
    estimate: float,
    se: float | None,
    v: float | None,
    ci_lo: float | None,
    ci_hi: float | None,
    level: float,
    name: str,
) -> tuple[float, str, str, dict[str, float]] | None:
    given = [key for key, value in (("se", se), ("v", v), ("ci_lo ci_hi", ci_lo)) if value is not None]
    if len(given) > 1:
        raise InvalidInput(f"{' and '.join(given)} are both given; give the one that was printed")
    if se is not None:
        return se**2, "the square of se", f"v_{name} = {show(se)}² = {show(se**2)}", {"se": se}
    if v is not None:
        return float(v), "as printed", f"v_{name} = {show(v)}", {"v": v}
    if ci_lo is not None and ci_hi is not None:
        check_inside(estimate, ci_lo, ci_hi, name)
        z = interval_half_width(level)
        error = (ci_hi - ci_lo) / (2 * z)
        return (
            error**2,
            f"((ci_hi − ci_lo) / (2 z))², z the normal quantile of the {show(level)} % interval",
            f"v_{name} = (({show(ci_hi)} − {term(ci_lo)}) / (2 × {show(z)}))² = {show(error**2)}",
            {"ci_lo": ci_lo, "ci_hi": ci_hi, "level": level},
        )
    return None
