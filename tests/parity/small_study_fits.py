"""The leaves of a model fitted inside a test of small-study effects: Egger's meta-regression, the pool of filled effects.

Never answers for models outside such a test: the blocks of pooling and meta-regression do.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from synthesis.regression.mixed import MixedEffects
from tests.parity.comparing import Compared, Json, Path_, Rule

ITERATIVE = Rule(1e-8)  # worst seen 3e-9: p of Egger's test of edge_bimodal_zero, whose tau² metafor leaves at 1e-13
P_VALUE = Rule(1e-8, p_value=True)


def data(content: Json) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """yi and vi of a data set."""
    return np.array(content["data"]["yi"], dtype=float), np.array(content["data"]["vi"], dtype=float)


def fit_leaves(path: Path_, fit: MixedEffects, want: Json, v: np.ndarray[Any, Any]) -> Iterator[Compared]:
    """Every leaf of a fit as the reference writes it; ``v`` are the variances of its effects."""
    size = max(want["tau2"], float(v.mean()))
    tau2 = Rule(1e-8, 1e-9 * size)
    largest = max(abs(value) for row in want["vb"] for value in row)
    small = Rule(1e-8, 1e-9)  # shares and p near 0 where tau² is
    near = Rule(1e-8, 1e-9 * max(want["se"]))  # an estimate near 0 is right to a part of its standard error
    got: dict[str, tuple[Any, Rule]] = {
        "method": (fit.method.value, ITERATIVE),
        "test": (fit.test.value, ITERATIVE),
        "k": (fit.k, ITERATIVE),
        "p": (len(fit.terms), ITERATIVE),
        "beta": ([term.estimate for term in fit.terms], near),
        "se": ([term.se for term in fit.terms], ITERATIVE),
        "statistic": ([term.statistic for term in fit.terms], small),
        "df": (fit.terms[0].df, ITERATIVE),
        "pval": ([term.p for term in fit.terms], P_VALUE),
        "ci_lb": ([term.ci[0] for term in fit.terms], near),
        "ci_ub": ([term.ci[1] for term in fit.terms], near),
        "vb": ([list(row) for row in fit.covariance], Rule(1e-8, 1e-10 * largest)),
        "tau2": (fit.tau2, tau2),
        "se_tau2": (fit.se_tau2, ITERATIVE),
        "I2": (fit.i2, Rule(1e-8, 1e-7)),
        "H2": (fit.h2, ITERATIVE),
        "vt": (fit.typical_variance, ITERATIVE),
        "Q": (fit.qe, ITERATIVE),
        "Q_df": (fit.qe_df, ITERATIVE),
        "Q_p": (fit.qe_p, P_VALUE),
        "ll": (fit.log_likelihood, ITERATIVE),
        "s2w": (fit.residual_scale, ITERATIVE),
    }
    for field, (value, rule) in got.items():
        yield Compared((*path, field), value, want[field], rule)
