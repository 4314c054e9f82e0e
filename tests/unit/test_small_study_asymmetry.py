"""Tests of funnel asymmetry and precision-effect regressions against formulas worked another way.

Never compares with metafor: tests/parity does.
"""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from corpus.errors import InvalidInput
from synthesis.pooling.engine import checked
from synthesis.pooling.pool import Method, Test
from synthesis.small_study.egger import Predictor, egger, egger_mixed
from synthesis.small_study.precision_effect import Chosen, peese, pet, pet_peese
from synthesis.small_study.rank import rank_test
from synthesis.small_study.reading import FEWEST, NotDefined, cautions, is_readable

SE = np.array([0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5])
NOISE = np.array([0.3, -0.8, 0.5, 1.1, -0.2, -1.2, 0.7, 0.1, -0.6, 0.9, -0.4, 0.2])
Y = 0.1 + 1.5 * SE + NOISE * SE


def test_egger_is_the_line_through_the_radial_plot() -> None:
    # Egger's own form: y/se on 1/se by ordinary least squares; its intercept is our slope and its slope our limit.
    z, precision = Y / SE, 1 / SE
    design = np.column_stack((np.ones(len(SE)), precision))
    (intercept, slope), rss, *_ = np.linalg.lstsq(design, z, rcond=None)
    covariance = np.linalg.inv(design.T @ design) * rss[0] / (len(SE) - 2)
    test = egger(Y, SE**2)
    assert test.slope.estimate == pytest.approx(intercept, rel=1e-12)
    assert test.limit is not None
    assert test.limit.estimate == pytest.approx(slope, rel=1e-12)
    assert test.slope.se == pytest.approx(math.sqrt(covariance[0, 0]), rel=1e-12)
    assert test.limit.se == pytest.approx(math.sqrt(covariance[1, 1]), rel=1e-12)
    assert test.fit is None


def test_a_line_through_all_effects_has_no_statistic() -> None:
    test = egger(0.2 + 2 * SE, SE**2)
    assert test.slope.estimate == pytest.approx(2)
    assert (test.slope.se, test.slope.statistic, test.slope.p) == (0, None, None)


def test_predictors_are_functions_of_the_sample_size() -> None:
    n = np.arange(10, 34, 2)
    by_inverse = egger(Y, SE**2, predictor=Predictor.NINV, n=n)
    assert by_inverse.limit is not None
    assert egger(Y, SE**2, predictor=Predictor.NI, n=n).limit is None  # no sample size stands for infinitely many
    mixed = egger_mixed(Y, SE**2, predictor=Predictor.SQRTNINV, n=n, method=Method.FE, test=Test.Z)
    assert mixed.fit is not None
    assert mixed.fit.tau2 == 0
    assert mixed.slope.df is None


@pytest.mark.parametrize(
    ("n", "words"), [(None, "needs sample sizes"), ([10.0] * 3, "has 3 values"), ([0.0] * 12, "row 1: n is 0")]
)
def test_sample_sizes_are_checked(n: list[float] | None, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        egger(Y, SE**2, predictor=Predictor.NI, n=n)


@pytest.mark.parametrize("test", [egger, egger_mixed, pet, peese, pet_peese, rank_test])
def test_too_few_effects_or_equal_variances_are_refused_in_words(test: object) -> None:
    assert callable(test)
    with pytest.raises(NotDefined, match="at least 3 effects; k = 2"):
        test([0.1, 0.2], [0.01, 0.02])
    with pytest.raises(NotDefined, match="not computed"):
        test([0.1, 0.2, 0.4, 0.3], [0.01] * 4)


def test_pet_and_peese_are_weighted_lines() -> None:
    for regression, x in ((pet, SE), (peese, SE**2)):
        w = np.diag(1 / SE**2)
        design = np.column_stack((np.ones(len(SE)), x))
        beta = np.linalg.solve(design.T @ w @ design, design.T @ w @ Y)
        line = regression(Y, SE**2)
        assert [line.intercept.estimate, line.slope.estimate] == pytest.approx(beta.tolist(), rel=1e-11)
        residual = Y - design @ beta
        assert line.dispersion == pytest.approx(float(residual @ w @ residual) / 10, rel=1e-11)


def test_the_conditional_rule_reads_peese_only_where_pet_finds_an_effect() -> None:
    strong = pet_peese(Y + 1, SE**2)
    assert strong.chosen is Chosen.PEESE
    assert strong.estimate == strong.peese.intercept
    none = pet_peese(2 * SE + 0.5 * NOISE * SE, SE**2)
    assert none.chosen is Chosen.PET
    assert none.estimate == none.pet.intercept
    # An intercept beyond 0 on the other side than the mean is no effect in the expected direction.
    opposite = pet_peese(-0.3 + 6 * SE + 0.1 * NOISE * SE, SE**2)
    assert opposite.chosen is Chosen.PET


def test_the_exact_rank_test_counts_permutations() -> None:
    y, v = [0.31, 0.12, 0.55, -0.2, 0.47, 0.8], [0.01, 0.05, 0.04, 0.02, 0.09, 0.16]
    found = rank_test(y, v)
    w = 1 / np.array(v)
    deviation = (np.array(y) - w @ np.array(y) / w.sum()) / np.sqrt(np.array(v) - 1 / w.sum())

    def score(values: tuple[float, ...]) -> int:
        return sum(
            int(np.sign((values[i] - values[j]) * (v[i] - v[j]))) for i, j in itertools.combinations(range(6), 2)
        )

    observed = score(tuple(deviation))
    scores = [score(order) for order in itertools.permutations(deviation.tolist())]
    assert found.exact
    assert found.tau == pytest.approx(observed / 15)
    assert found.p == pytest.approx(float(Fraction(sum(abs(s) >= abs(observed) for s in scores), len(scores))))


def test_ties_turn_to_the_normal_approximation() -> None:
    found = rank_test(Y, np.repeat(SE[:6] ** 2, 2))
    assert not found.exact
    assert 0 < found.p <= 1


def test_cautions_say_when_not_to_read() -> None:
    few = checked(Y[:5], SE[:5] ** 2)
    assert any("Only 5 effects" in said for said in cautions(few))
    narrow = checked(Y, np.linspace(0.9, 1.1, 12))
    assert any("Precision hardly varies" in said for said in cautions(narrow))
    mixed = checked(Y + np.tile([0, 3.0], 6), SE**2)
    assert any("I² is" in said for said in cautions(mixed))
    calm = checked(Y, SE**2)
    assert cautions(calm) == ()
    assert any("12 effects come from 6 clusters" in said for said in cautions(calm, [i // 2 for i in range(12)]))
    assert is_readable(calm)
    assert not is_readable(few)
    assert not is_readable(narrow)
    assert FEWEST == 10
