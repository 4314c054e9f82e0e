"""Columns far from 0: against exact fractions, our digits are all there, and the reference's are not.

Never compares what needs a root: with tau² of DerSimonian and Laird, every quantity here is a ratio of whole numbers.
"""

from fractions import Fraction

import numpy as np
import pytest

from synthesis.pooling.pool import Method
from synthesis.pooling.pool import Test as Inference
from synthesis.regression.mixed import meta_regression
from tests.parity.comparing import load

Exact = list[list[Fraction]]

FAR = [
    ("dat.li2007", "year"),
    ("dat.hart1999", "year"),
    ("dat.hackshaw1998", "year"),
    ("dat.linde2005", "baseline_year"),
]
PRECISE = 2e-12  # relative. Observed worst: 2.5e-13 (a coefficient's variance, dat.hart1999)


@pytest.mark.parametrize(("name", "model"), FAR)
def test_every_digit_is_there(name: str, model: str) -> None:
    content = load(name)
    want = content["expected"]["metareg"][model]
    y, v = (np.array(content["data"][column], dtype=float)[want["rows0"]] for column in ("yi", "vi"))
    fit = meta_regression(y, v, want["X"], terms=want["X_names"], method=Method.DL, test=Inference.Z)
    x: Exact = [[Fraction(float(value)) for value in row] for row in want["X"]]
    k, p = len(x), len(x[0])
    exact_y, exact_v = [Fraction(float(value)) for value in y], [Fraction(float(value)) for value in v]
    _, covariance, q = _regression(exact_y, [1 / value for value in exact_v], x)
    trace = sum(
        (1 / value - _form(row, covariance) / value**2 for row, value in zip(x, exact_v, strict=True)), Fraction(0)
    )
    tau2 = max(Fraction(0), (q - (k - p)) / trace)
    beta, covariance, _ = _regression(exact_y, [1 / (value + tau2) for value in exact_v], x)
    got = [fit.qe, *(term.estimate for term in fit.terms), *(fit.covariance[i][i] for i in range(p))]
    truth = [q, *beta, *(covariance[i][i] for i in range(p))]
    assert max(_error(ours, exact) for ours, exact in zip(got, truth, strict=True)) < PRECISE
    assert fit.tau2 == pytest.approx(float(tau2), rel=PRECISE)


def test_the_reference_loses_digits_of_q() -> None:
    content = load("dat.li2007")
    want = content["expected"]["metareg"]["year"]
    x: Exact = [[Fraction(float(value)) for value in row] for row in want["X"]]
    y = [Fraction(float(value)) for value in content["data"]["yi"]]
    weights = [1 / Fraction(float(value)) for value in content["data"]["vi"]]
    # A new reference that no longer does should have the rule of every other design.
    assert 1e-9 < _error(want["fits"]["FE"]["Q"], _regression(y, weights, x)[2]) < 1e-8


def _error(value: float, exact: Fraction) -> float:
    return float(abs(Fraction(value) - exact) / abs(exact)) if exact else abs(value)


def _regression(y: list[Fraction], w: list[Fraction], x: Exact) -> tuple[list[Fraction], Exact, Fraction]:
    """Coefficients, (X'WX)⁻¹ and the weighted residual sum of squares."""
    p = len(x[0])
    rows = list(zip(x, w, y, strict=True))
    information = [[sum((wi * xi[a] * xi[b] for xi, wi, _ in rows), Fraction(0)) for b in range(p)] for a in range(p)]
    right = [sum((wi * xi[a] * yi for xi, wi, yi in rows), Fraction(0)) for a in range(p)]
    covariance = _inverse(information)
    beta = [sum((covariance[a][b] * right[b] for b in range(p)), Fraction(0)) for a in range(p)]
    q = sum(
        (wi * (yi - sum((b * c for b, c in zip(beta, xi, strict=True)), Fraction(0))) ** 2 for xi, wi, yi in rows),
        Fraction(0),
    )
    return beta, covariance, q


def _inverse(matrix: Exact) -> Exact:
    """Gauss-Jordan; the matrices here are positive definite, so no pivot is 0."""
    p = len(matrix)
    wide = [[*row, *(Fraction(int(i == j)) for j in range(p))] for i, row in enumerate(matrix)]
    for i in range(p):
        wide[i] = [value / wide[i][i] for value in wide[i]]
        for j in range(p):
            if j != i:
                wide[j] = [a - wide[j][i] * b for a, b in zip(wide[j], wide[i], strict=True)]
    return [row[p:] for row in wide]


def _form(row: list[Fraction], matrix: Exact) -> Fraction:
    p = len(row)
    return sum((row[a] * matrix[a][b] * row[b] for a in range(p) for b in range(p)), Fraction(0))
