"""Correlations and regression coefficients, on Fisher's z scale.

Never mixes a zero-order with a partial correlation: the measure says which it is.
"""

import math

from corpus.effectsizes.notation import show, term
from corpus.effectsizes.result import Assumption, EffectSize, Measure
from corpus.errors import InvalidInput

_FISHER = "Fisher 1921, Metron 1:3-32; Borenstein et al. 2009, Introduction to Meta-Analysis, eq. 6.2-6.3"
_MIN_N = 4  # v = 1/(n−3) needs more than three persons


def correlation(r: float, n: float) -> EffectSize:
    """Fisher z of a correlation between two measures of ``n`` persons.

    References
    ----------
    Borenstein et al. (2009), equations 6.2 and 6.3.
    """
    z, v = math.atanh(r), _variance(n, "n")
    return EffectSize(
        Measure.ZCOR,
        z,
        v,
        formula="z = ½ ln((1+r)/(1−r)); v = 1/(n−3)",
        substituted=f"{_atanh_text(r, z)}; v = 1/({show(n)} − 3) = {show(v)}",
        reference=_FISHER,
        inputs={"r": r, "n": n},
    )


def partial_correlation(r: float, n: float, covariates: float) -> EffectSize:
    """Fisher z of a printed partial correlation of ``n`` persons, ``covariates`` other variables held constant.

    References
    ----------
    Fisher (1924), Metron 3, 329-332.
    """
    df = n - 2 - covariates
    if df < 2:
        raise InvalidInput(
            f"n={show(n)} with {show(covariates)} covariates leaves {show(df)} degrees of freedom; at least 2 are needed"
        )
    z, v = math.atanh(r), 1 / (df - 1)
    return EffectSize(
        Measure.ZPCOR,
        z,
        v,
        formula="z = ½ ln((1+r_p)/(1−r_p)); v = 1/(n − covariates − 3)",
        substituted=f"{_atanh_text(r, z)}; v = 1/({show(n)} − {show(covariates)} − 3) = {show(v)}",
        reference="Fisher 1924, Metron 3:329-332",
        inputs={"r": r, "n": n, "covariates": covariates},
    )


def fisher_z(z: float, n: float | None = None, se: float | None = None, v: float | None = None) -> EffectSize:
    """A printed Fisher z with the sample size, the standard error or the variance."""
    given = [key for key, value in (("n", n), ("se", se), ("v", v)) if value is not None]
    if len(given) != 1:
        raise InvalidInput(f"z needs exactly one of n, se, v; given: {', '.join(given) or 'none'}")
    if n is not None:
        variance, rule, text = _variance(n, "n"), "v = 1/(n−3)", f"v = 1/({show(n)} − 3)"
    elif se is not None:
        variance, rule, text = se**2, "v = se²", f"v = {show(se)}²"
    else:
        variance, rule, text = float(v or 0), "v as printed", "v"
    inputs: dict[str, float] = {"z": z} | {k: x for k, x in (("n", n), ("se", se), ("v", v)) if x is not None}
    return EffectSize(
        Measure.ZCOR,
        float(z),
        variance,
        f"z as printed; {rule}",
        f"{show(z)}; {text} = {show(variance)}",
        _FISHER,
        inputs,
    )


def regression(
    b: float | None = None,
    se: float | None = None,
    sd_x: float | None = None,
    sd_y: float | None = None,
    n: float | None = None,
    t: float | None = None,
    df: float | None = None,
) -> EffectSize:
    """Fisher z from a regression coefficient.

    With ``b sd_x sd_y`` (and ``se`` or ``n``) the coefficient is standardised and taken as r, which is exact for a
    model with one predictor: ZCOR. With ``t df`` or ``b se df`` it is the partial correlation: ZPCOR.

    References
    ----------
    Cohen, Cohen, West & Aiken (2003), Applied Multiple Regression, chapter 2, for the standardised coefficient;
    Aloe & Thompson (2013), Journal of the Society for Social Work and Research 4, 390-405, for the partial correlation.
    """
    if df is not None:
        if sd_x is not None:
            raise InvalidInput(
                "df and sd_x sd_y are both given: df gives a partial correlation, the SDs a standardised b; give one"
            )
        return _partial(b, se, t, df)
    if b is None or sd_x is None or sd_y is None:
        raise InvalidInput("a regression needs b with sd_x and sd_y (and se or n), or t and df, or b, se and df")
    return _standardised(b, se, sd_x, sd_y, n)


def _standardised(b: float, se: float | None, sd_x: float, sd_y: float, n: float | None) -> EffectSize:
    beta = b * sd_x / sd_y
    if not -1 < beta < 1:
        raise InvalidInput(
            f"b={show(b)} with sd_x={show(sd_x)} and sd_y={show(sd_y)} gives β={show(beta)}, which cannot be taken as a "
            "correlation; check the units, or give t and df"
        )
    z = math.atanh(beta)
    if n is not None:
        size, rule, text = n, "v = 1/(n−3)", ""
    elif se is not None:
        error = se * sd_x / sd_y
        size = 2 + (1 - beta**2) / error**2
        rule = "v = 1/(n−3), n = 2 + (1−β²)/se_β², se_β = se sd_x/sd_y"
        text = f"n = 2 + (1 − {term(beta)}²)/{show(error)}² = {show(size)}; "
    else:
        raise InvalidInput("a standardised b needs its variance: give se, or n")
    v = _variance(size, "n as implied by b and se" if n is None else "n")
    given = {"b": b, "se": se, "sd_x": sd_x, "sd_y": sd_y, "n": n}
    return EffectSize(
        Measure.ZCOR,
        z,
        v,
        formula=f"β = b sd_x / sd_y taken as r; z = ½ ln((1+β)/(1−β)); {rule}",
        substituted=f"β = {show(b)} × {show(sd_x)} / {show(sd_y)} = {show(beta)}; {_atanh_text(beta, z)}; "
        f"{text}v = 1/({show(size)} − 3) = {show(v)}",
        reference=f"Cohen, Cohen, West & Aiken 2003, Applied Multiple Regression, ch. 2 (β = r); {_FISHER}",
        inputs={key: value for key, value in given.items() if value is not None},
        assumptions=(Assumption("predictors", 1.0, None, None, "β equals r only in a model with this one predictor"),),
    )


def _partial(b: float | None, se: float | None, t: float | None, df: float) -> EffectSize:
    if t is None:
        if b is None or se is None:
            raise InvalidInput("with df, a regression needs t, or b and se")
        t_used, steps, numbers = b / se, "t = b/se; ", f"t = {show(b)}/{show(se)} = {show(b / se)}; "
    else:
        t_used, steps, numbers = t, "", ""
    r = t_used / math.sqrt(t_used**2 + df)
    z = math.atanh(r)
    if df < 2:
        raise InvalidInput(f"df={show(df)}: v = 1/(df−1) needs at least 2 residual degrees of freedom")
    v = 1 / (df - 1)
    given = {"b": b, "se": se, "t": t, "df": df}
    return EffectSize(
        Measure.ZPCOR,
        z,
        v,
        formula=f"{steps}r_p = t/√(t² + df), partial correlation; z = ½ ln((1+r_p)/(1−r_p)); v = 1/(df−1)",
        substituted=f"{numbers}r_p = {term(t_used)}/√({term(t_used)}² + {show(df)}) = {show(r)}; {_atanh_text(r, z)}; "
        f"v = 1/({show(df)} − 1) = {show(v)}",
        reference="Aloe & Thompson 2013, J. Soc. Social Work Res. 4:390-405 (r_p); Fisher 1924, Metron 3:329-332 (v)",
        inputs={key: value for key, value in given.items() if value is not None},
    )


def _variance(n: float, name: str) -> float:
    if n < _MIN_N:
        raise InvalidInput(f"{name}={show(n)}: v = 1/(n−3) needs n of at least {_MIN_N}")
    return 1 / (n - 3)


def _atanh_text(r: float, z: float) -> str:
    return f"z = ½ ln((1 + {term(r)})/(1 − {term(r)})) = {show(z)}"
