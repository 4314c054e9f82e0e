"""Trim and fill, limit meta-analysis, Henmi-Copas, fail-safe numbers, excess significance and the funnel.

Never compares with metafor: tests/parity does.
"""

import itertools
import math

import numpy as np
import pytest
from scipy.special import ndtr

from corpus.errors import InvalidInput
from synthesis.pooling.engine import Effects
from synthesis.pooling.pool import Method, Test, pool
from synthesis.small_study.excess_significance import CountTest, excess_significance
from synthesis.small_study.fail_safe import LABEL, orwin, rosenberg, rosenthal
from synthesis.small_study.funnel import LEVELS, funnel
from synthesis.small_study.henmi_copas import Pivot, henmi_copas
from synthesis.small_study.limit import limit_meta_analysis
from synthesis.small_study.reading import NotDefined
from synthesis.small_study.trim_and_fill import MissingCount, Side, trim_and_fill

SE = np.array([0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5])
Y = 0.1 + np.array([0.3, -0.8, 0.5, 1.1, -0.2, -0.3, 0.7, 0.6, 1.4, 0.9, 1.7, 1.2]) * SE


@pytest.mark.parametrize("estimator", [MissingCount.L0, MissingCount.R0])
def test_filled_effects_mirror_the_trimmed_ones(estimator: MissingCount) -> None:
    found = trim_and_fill(Y, SE**2, estimator=estimator, method=Method.DL, test=Test.Z)
    assert found.side is Side.LEFT  # small studies have larger effects
    assert found.missing == len(found.filled_yi) > 0
    largest = np.sort(Y)[-found.missing :]
    assert [2 * found.centre - y for y in found.filled_yi] == pytest.approx(largest.tolist())
    kept = np.argsort(Y)[: len(Y) - found.missing]
    assert found.centre == pytest.approx(pool(Y[kept], SE[kept] ** 2, method=Method.DL, test=Test.Z).estimate)
    assert found.pooled.k == len(Y) + found.missing
    assert found.pooled.estimate < pool(Y, SE**2, method=Method.DL, test=Test.Z).estimate


def test_the_other_side_is_the_mirror_image() -> None:
    left = trim_and_fill(Y, SE**2, side=Side.LEFT)
    right = trim_and_fill(-Y, SE**2, side=Side.RIGHT)
    assert right.missing == left.missing
    assert [-y for y in right.filled_yi] == pytest.approx(list(left.filled_yi))
    assert trim_and_fill(-Y, SE**2).side is Side.RIGHT


def test_a_symmetric_funnel_lacks_nothing() -> None:
    y = np.array([0.2, 0.1, 0.3, -0.1, 0.5, -0.3, 0.7, 0.19, 0.21])
    found = trim_and_fill(y, [0.01, 0.02, 0.02, 0.05, 0.05, 0.1, 0.1, 0.011, 0.011], side=Side.LEFT)
    assert found.missing == 0
    assert found.filled_yi == ()
    same = pool(y, [0.01, 0.02, 0.02, 0.05, 0.05, 0.1, 0.1, 0.011, 0.011])
    assert found.pooled.estimate == pytest.approx(same.estimate)
    assert found.pooled.ci == pytest.approx(same.ci)


def test_only_r0_has_a_p() -> None:
    assert trim_and_fill(Y, SE**2, estimator=MissingCount.L0).p_missing is None
    found = trim_and_fill(Y, SE**2, estimator=MissingCount.R0)
    assert found.p_missing == 0.5 ** (found.missing + 1)


def test_equal_variances_need_a_side() -> None:
    with pytest.raises(NotDefined):
        trim_and_fill(Y, np.full(12, 0.04))
    assert trim_and_fill(Y, np.full(12, 0.04), side=Side.LEFT).missing >= 0


def test_the_limit_is_the_expectation_at_infinite_precision() -> None:
    found = limit_meta_analysis(Y, SE**2, method=Method.DL)
    tau2 = pool(Y, SE**2, method=Method.DL, test=Test.Z).tau2
    assert tau2 is not None
    assert found.tau2 == pytest.approx(tau2)
    # The same model as a weighted regression of y on sqrt(v + tau²), weights 1/(v + tau²).
    deviation = np.sqrt(SE**2 + tau2)
    design = np.column_stack((np.ones(12), deviation))
    information = design.T @ (design / deviation[:, None] ** 2)
    beta, alpha = np.linalg.solve(information, design.T @ (Y / deviation**2))
    covariance = np.linalg.inv(information)
    direction = np.array([1, math.sqrt(tau2)])
    assert found.beta == pytest.approx(beta)
    assert found.alpha.estimate == pytest.approx(alpha)
    assert found.adjusted.estimate == pytest.approx(beta + math.sqrt(tau2) * alpha)
    assert found.adjusted.se == pytest.approx(math.sqrt(direction @ covariance @ direction))
    assert found.q == pytest.approx(found.q_small + found.q_residual)
    assert found.g2 is not None
    assert 0 <= found.g2 <= 100


def test_a_study_as_precise_as_can_be_is_its_own_limit() -> None:
    v = SE**2
    v[0] = 1e-8
    y = Y.copy()
    y[0] = 0.4
    found = limit_meta_analysis(y, v, method=Method.DL)
    assert found.tau2 > 0
    assert found.limits[0] == pytest.approx(0.4, abs=1e-5)


def test_without_heterogeneity_the_limit_is_pet_and_g2_is_0() -> None:
    y = 0.1 + 1.0 * SE
    found = limit_meta_analysis(y, SE**2)
    assert found.tau2 == 0
    assert found.adjusted.estimate == pytest.approx(0.1)
    assert found.limits == pytest.approx([0.1] * 12)
    assert found.g2 == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("tau2", [0.0, 0.05, 0.5])
def test_the_pivot_of_henmi_and_copas_has_the_distribution_it_is_given(tau2: float) -> None:
    v = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.03])
    w, k, draws = 1 / v, len(v), 40_000
    y = np.random.default_rng(20).normal(0, np.sqrt(v + tau2), (draws, k))
    mean = y @ w / w.sum()
    q = (w * (y - mean[:, None]) ** 2).sum(axis=1)
    estimated = np.maximum(0, (q - (k - 1)) / (w.sum() - (w**2).sum() / w.sum()))
    pivot = np.sqrt(w.sum()) * mean / np.sqrt(1 + estimated * (w**2).sum() / w.sum())
    given = Pivot.of(Effects(np.zeros(k), v, 1.0), tau2)
    for t in (0.5, 1.0, 2.0, 3.0):
        # The gamma for Q is an approximation: within 0.01 here, Monte Carlo error 0.002.
        assert given.beyond(t) == pytest.approx(float((pivot > t).mean()), abs=0.015)


def test_henmi_copas_is_the_fixed_mean_with_the_variance_of_random_effects() -> None:
    found = henmi_copas(Y, SE**2)
    w = 1 / SE**2
    assert found.estimate == pytest.approx(float(w @ Y / w.sum()))
    assert found.se == pytest.approx(math.sqrt(float(w**2 @ (SE**2 + found.tau2))) / w.sum())
    assert henmi_copas(Y, SE**2, level=0.99).ci[1] > found.ci[1]


def test_fail_safe_numbers_do_what_they_say() -> None:
    v = SE**2
    number = rosenthal(Y, v).number
    z = float((Y / SE).sum())
    assert z / math.sqrt(12 + number) <= 1.6448536269514722 < z / math.sqrt(12 + number - 1)
    halved = orwin(Y, v)
    assert halved.mean is not None
    assert halved.number == 12  # as many studies of no effect again halve a mean
    assert halved.target == pytest.approx(halved.mean / 2)
    assert orwin(Y, v, target=halved.mean / 4).number == 36
    assert rosenberg(Y, v).number > 0
    assert rosenthal([0.01, -0.01], [1, 1]).number == 0
    assert rosenthal(Y, v).label == LABEL


def test_orwin_refuses_a_target_on_the_other_side() -> None:
    with pytest.raises(InvalidInput, match="between 0 and the mean"):
        orwin(Y, SE**2, target=-0.1)
    with pytest.raises(NotDefined):
        orwin([0.1, -0.1], [1, 1])


def test_the_count_of_significant_studies_is_exact() -> None:
    y, se = np.array([0.5, 0.1, 0.9, 0.2]), np.array([0.2, 0.3, 0.4, 0.1])
    found = excess_significance(y, se**2, theta=0.3)
    power = ndtr(0.3 / se - 1.959963984540054) + ndtr(-0.3 / se - 1.959963984540054)
    assert found.power == pytest.approx(power.tolist())
    assert found.observed == 3
    p = sum(
        float(np.prod(np.where(significant, power, 1 - power)))
        for significant in itertools.product((True, False), repeat=4)
        if sum(significant) >= 3
    )
    assert found.p == pytest.approx(p)
    assert found.expected == pytest.approx(power.sum())


def test_power_is_averaged_over_heterogeneity() -> None:
    y, se, tau2 = np.array([0.5, 0.1]), np.array([0.2, 0.3]), 0.04
    found = excess_significance(y, se**2, theta=0.3, tau2=tau2)
    s = np.sqrt(se**2 + tau2)  # marginally the estimate is normal with both variances
    exact = ndtr((0.3 - 1.959963984540054 * se) / s) + ndtr((-0.3 - 1.959963984540054 * se) / s)
    assert found.power == pytest.approx(exact.tolist(), rel=1e-10)


@pytest.mark.parametrize("test", CountTest)
def test_every_count_test_is_a_probability(test: CountTest) -> None:
    assert 0 <= excess_significance(Y, SE**2, test=test).p <= 1


def test_the_funnel_holds_what_is_drawn() -> None:
    plot = funnel(Y, SE**2)
    assert [point.estimate for point in plot.points] == pytest.approx(Y.tolist())
    assert plot.se_max > SE.max()
    assert plot.pseudo_confidence.apex == plot.centre
    assert [cone.level for cone in plot.contours] == list(LEVELS)
    assert all(cone.apex == 0 for cone in plot.contours)
    five = plot.contours[1]
    assert five.high == pytest.approx(1.959963984540054 * plot.se_max)
    assert plot.outside == int((np.abs(Y - plot.centre) > 1.959963984540054 * SE).sum())
    inside = [point for point in plot.points if point.p > 0.05]
    assert all(abs(point.estimate) <= 1.96 * point.se for point in inside)
    assert funnel([0.3], [0.04]).k == 1
