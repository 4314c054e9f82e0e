"""Albatross data: contours are the test turned round, points keep where they come from, nothing is dropped unsaid."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from corpus.errors import InvalidInput
from synthesis.without_pooling.albatross import Reported, Standardised, albatross, contour, position
from synthesis.without_pooling.bounded import BoundedP
from synthesis.without_pooling.source import Source

SMD, CORRELATION = Standardised.SMD, Standardised.CORRELATION


def reported(key: str, p: BoundedP | None) -> Reported:
    return Reported(key=key, label=key.title(), p=p, source=Source(tier="abstract", locator=f"results of {key}"))


def printed(value: float, relation: str = "=", *, towards: bool | None = True, n: int | None = 40) -> BoundedP:
    return BoundedP.from_printed(value, relation, sided=2, towards=towards, n=n)


def test_the_contour_of_an_smd_is_its_t_test() -> None:
    # Two groups whose observed means differ by exactly .5 pooled standard deviations.
    rng = np.random.default_rng(1)
    one, other = rng.normal(size=12), rng.normal(size=24)
    one, other = one - one.mean(), other - other.mean()
    pooled = math.sqrt((one @ one + other @ other) / 34)
    test = stats.ttest_ind(one + 0.5 * pooled, other, alternative="greater")
    got = contour(0.5, [36], kind=SMD, ratio=2.0)
    assert got.p[0] == pytest.approx(test.pvalue, rel=1e-10)
    assert got.position[0] == pytest.approx(-math.log10(2 * test.pvalue), rel=1e-10)


def test_the_contour_of_a_correlation_is_its_test() -> None:
    x = np.arange(15.0)
    y = np.sin(x) + 0.2 * x
    test = stats.pearsonr(x, y, alternative="greater")
    got = contour(float(test.statistic), [15], kind=CORRELATION)
    assert got.p[0] == pytest.approx(test.pvalue, rel=1e-9)


def test_by_the_normal_distribution_in_large_samples() -> None:
    # n = 4 z² / d², the contour by the normal distribution: z of p .005 is 2.575829. At 10,600 degrees of freedom the t tail
    # is larger by (z³ + z) φ(z) / (4 df p), here 1.3 in a thousand.
    n = 4 * 2.5758293035**2 / 0.05**2
    assert contour(0.05, [n], kind=SMD).p[0] == pytest.approx(0.005 * 1.00134, rel=1e-5)


@given(st.floats(0.01, 3), st.floats(0.2, 5))
@settings(max_examples=60, deadline=None)
def test_contours_rise_and_are_mirrored(effect: float, ratio: float) -> None:
    sizes = [3, 10, 30, 100, 300]
    right = contour(effect, sizes, kind=SMD, ratio=ratio)
    left = contour(-effect, sizes, kind=SMD, ratio=ratio)
    assert all(a > b for a, b in zip(right.p, right.p[1:], strict=False))
    assert left.position == tuple(None if across is None else -across for across in right.position)
    assert left.p == pytest.approx([1 - p for p in right.p])
    other = contour(effect, sizes, kind=SMD, ratio=1 / ratio)
    assert other.p == pytest.approx(right.p, rel=1e-6)


def test_zero_is_the_spine() -> None:
    got = contour(0.0, [10, 100], kind=SMD)
    assert got.p == (0.5, 0.5)
    assert got.position == (0.0, 0.0)


def test_beyond_the_smallest_number_there_is_no_position() -> None:
    got = contour(9.0, [10, 1e6], kind=SMD)
    assert got.position[0] is not None
    assert got.position[1] is None


@pytest.mark.parametrize(
    ("effect", "n", "kind", "ratio"),
    [
        (0.5, [2], SMD, 1.0),
        (0.5, [math.inf], SMD, 1.0),
        (0.5, [[10]], SMD, 1.0),
        (math.nan, [10], SMD, 1.0),
        (1.0, [10], CORRELATION, 1.0),
        (0.5, [10], SMD, 0.0),
    ],
)
def test_a_contour_that_does_not_exist_is_refused(effect: float, n: object, kind: Standardised, ratio: float) -> None:
    with pytest.raises(InvalidInput):
        contour(effect, n, kind=kind, ratio=ratio)  # type: ignore[arg-type]  # one case has two dimensions


@pytest.mark.parametrize(("p", "expected"), [(0.005, 2.0), (0.995, -2.0), (0.5, 0.0), (0.0, None), (1.0, None)])
def test_position(p: float, expected: float | None) -> None:
    got = position(p)
    assert got == (None if expected is None else pytest.approx(expected))


def test_points_keep_key_label_and_source() -> None:
    got = albatross([reported("smith", printed(0.01))], effects=[0.5], kind=SMD)
    (point,) = got.points
    assert (point.key, point.label, point.n) == ("smith", "Smith", 40)
    assert point.source == Source(tier="abstract", locator="results of smith")
    assert point.p == (0.005, 0.005)
    assert point.position == pytest.approx((2.0, 2.0))


def test_bounds_are_intervals_with_open_ends() -> None:
    got = albatross(
        [
            reported("below", printed(0.01, "<")),
            reported("above", printed(0.1, ">")),
            reported("away", printed(0.01, "<", towards=False)),
        ],
        effects=[0.5],
        kind=SMD,
    )
    below, above, away = got.points
    assert below.position[0] == pytest.approx(2.0)
    assert below.position[1] is None
    assert above.position == pytest.approx((0.0, 1.0))
    assert away.position[0] is None
    assert away.position[1] == pytest.approx(-2.0)
    assert all(point.note for point in got.points)


def test_what_has_no_place_is_listed_with_the_reason() -> None:
    got = albatross(
        [
            reported("none", None),
            reported("size", printed(0.01, n=None)),
            reported("side", printed(0.01, towards=None)),
        ],
        effects=[0.5],
        kind=SMD,
    )
    assert got.points == ()
    assert got.contours == ()
    assert {out.key: out.reason for out in got.left_out} == {
        "none": "no p is reported",
        "size": "the sample size is not reported",
        "side": "the direction is not known",
    }


def test_contours_stand_on_both_sides_over_all_sizes() -> None:
    got = albatross(
        [reported("a", printed(0.01, n=10)), reported("b", printed(0.2, n=200))], effects=[0.2, 0.8], kind=SMD, steps=5
    )
    assert [line.effect for line in got.contours] == [-0.8, -0.2, 0.2, 0.8]
    assert all(len(line.n) == 5 and line.n[0] < 10 and line.n[-1] > 200 for line in got.contours)


@pytest.mark.parametrize(("effects", "steps"), [([0.0], 60), ([-0.5], 60), ([0.5], 1)])
def test_a_plot_that_cannot_be_drawn_is_refused(effects: list[float], steps: int) -> None:
    with pytest.raises(InvalidInput):
        albatross([reported("smith", printed(0.01))], effects=effects, kind=SMD, steps=steps)
