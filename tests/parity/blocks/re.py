"""``re``: random-effects models by ten estimators of tau², under the z, Hartung-Knapp, adhoc and t tests.

Never compares with metafor's default thresholds, only with the tight fits.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from synthesis.pooling.engine import checked
from synthesis.pooling.likelihood import log_likelihood, refine
from synthesis.pooling.pool import Method, Pooled, pool
from synthesis.pooling.pool import Test as Inference
from tests.parity.comparing import Compared, Json, Path_, Rule, load
from tests.parity.univariate_rules import (
    CLOSED,
    CLOSED_FORMS,
    CLOSED_P_VALUE,
    EXACT,
    I2,
    I2_CLOSED,
    ITERATIVE,
    P_VALUE,
    tau2_rule,
)

EXCLUDED = {
    "re/*/coef_names": "R's name of the intercept",
    "re/REML/metafor_default/*": "metafor at its default threshold, off by up to 0.7 percent; the tight fit beside it is compared",
}

# The reference scanned 3,000 points; its best one is at most half a step of 10^(11/2999) from the maximum.
GRID_STEP = Rule(5e-3)  # seen: 4.2e-3
LIKELIHOOD = Rule(0.0, 1e-9)  # log-likelihood units; seen: 1.4e-14
_COUNTS = {"method", "test", "k", "p", "Q_df", "df"}
_ONLY_FIXED = {"Q", "vt"}  # of the fixed-effect fit, whatever the estimator of tau²


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    content = load(name)
    return tuple(
        compared
        for method, want in content["expected"].get("re", {}).items()
        for compared in _method(method, content["data"], want)
    )


def _method(name: str, data: Json, want: Json) -> Iterator[Compared]:
    path, method = ("re", name), Method(name)
    closed = name in CLOSED_FORMS
    yield from model(path, pool(data["yi"], data["vi"], method=method, test=Inference.Z), data, want)
    for test in (Inference.KNHA, Inference.ADHOC, Inference.T):
        if test.value in want:
            fit = pool(data["yi"], data["vi"], method=method, test=test)
            got = {**_inference(fit), "s2w": fit.residual_scale}
            for field, value in want[test.value].items():
                yield Compared((*path, test.value, field), got[field], value, rule(field, closed=closed))
    if "global_check" in want:
        yield from _global_check((*path, "global_check"), data, want["global_check"], restricted=name == "REML")


def model(path: Path_, fit: Pooled, data: Json, want: Json) -> Iterator[Compared]:
    """Every number of one fit under the z test."""
    closed = fit.method.value in CLOSED_FORMS
    got: dict[str, Any] = {
        "method": fit.method.value,
        "test": fit.test.value,
        "k": fit.k,
        "p": 1,
        "beta": [fit.estimate],
        "vb": [[fit.se**2]],
        "se_tau2": fit.se_tau2,
        "I2": fit.i2,
        "H2": fit.h2,
        "vt": fit.typical_variance,
        "Q": fit.q,
        "Q_df": fit.q_df,
        "Q_p": fit.q_p,
        "ll": fit.log_likelihood,
        "s2w": fit.residual_scale,
    }
    got |= {name: value if name == "df" else [value] for name, value in _inference(fit).items()}
    for field, value in got.items():
        yield Compared((*path, field), value, want[field], rule(field, closed=closed))
    yield Compared((*path, "tau2"), fit.tau2, want["tau2"], tau2_rule(data, want["tau2"]))


def rule(field: str, *, closed: bool) -> Rule:
    """The rule of a field by how the estimator is found."""
    if field in _COUNTS:
        return EXACT
    if field in ("pval", "Q_p"):
        return CLOSED_P_VALUE if closed or field == "Q_p" else P_VALUE
    if field == "I2":
        return I2_CLOSED if closed else I2
    return CLOSED if closed or field in _ONLY_FIXED else ITERATIVE


def _inference(fit: Pooled) -> dict[str, Any]:
    return {
        "se": fit.se,
        "statistic": fit.statistic,
        "df": fit.df,
        "pval": fit.p,
        "ci_lb": fit.ci[0],
        "ci_ub": fit.ci[1],
    }


def _global_check(path: Path_, data: Json, want: Json, *, restricted: bool) -> Iterator[Compared]:
    """Our modes against the reference's scan: as many, the best where its best point is, and nowhere lower than there."""
    effects = checked(data["yi"], data["vi"])
    modes = refine(effects, 0.0, restricted)
    at_grid = log_likelihood(effects, want["grid_argmax"] / effects.scale**2, restricted=restricted)
    deficit = at_grid - log_likelihood(effects, modes[0].tau2, restricted=restricted)
    yield Compared((*path, "n_local_optima"), len(modes), want["n_local_optima"], EXACT)
    yield Compared((*path, "grid_argmax"), modes[0].tau2 * effects.scale**2, want["grid_argmax"], GRID_STEP)
    yield Compared((*path, "ll_deficit_of_metafor"), deficit, want["ll_deficit_of_metafor"], LIKELIHOOD)
    yield Compared((*path, "metafor_is_global"), bool(np.less(deficit, 1e-6)), want["metafor_is_global"], EXACT)
