"""What must hold for effect sizes whatever the numbers: symmetry, scale, round trips, and no answer but a good one.

Never compares with a stored value.
"""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.effectsizes import KINDS, EffectSize, Measure, compute, convert
from corpus.effectsizes.distributions import hedges_j, t_two_sided
from corpus.errors import InvalidInput

means = st.floats(-100, 100)
sds = st.floats(0.1, 50)
sizes = st.integers(3, 400)
correlations = st.floats(-0.95, 0.95)
small_effects = st.floats(-2, 2)

REL, ABS = 1e-11, 1e-12  # observed worst 7e-15 relative

Numbers = dict[str, float]


def close(a: EffectSize, b: EffectSize, sign: float = 1.0) -> None:
    assert (sign * a.yi, a.vi) == pytest.approx((b.yi, b.vi), rel=REL, abs=ABS)


@settings(deadline=None)
@given(means, sds, sizes, means, sds, sizes)
def test_swapping_groups_turns_the_sign_and_keeps_the_variance(
    m1: float, sd1: float, n1: int, m2: float, sd2: float, n2: int
) -> None:
    one: Numbers = {"m1": m1, "sd1": sd1, "n1": n1, "m2": m2, "sd2": sd2, "n2": n2}
    other: Numbers = {"m1": m2, "sd1": sd2, "n1": n2, "m2": m1, "sd2": sd1, "n2": n1}
    for kind in ("two-groups", "mean-difference"):
        close(compute(kind, one), compute(kind, other), -1)
    close(compute("two-groups", one), compute("two-groups", other).negated("swapped"))


@settings(deadline=None)
@given(means, sds, sizes, means, sds, sizes, st.floats(0.01, 100), means)
def test_standardised_differences_do_not_depend_on_unit_and_origin(
    m1: float, sd1: float, n1: int, m2: float, sd2: float, n2: int, unit: float, origin: float
) -> None:
    one: Numbers = {"m1": m1, "sd1": sd1, "n1": n1, "m2": m2, "sd2": sd2, "n2": n2}
    moved = one | {"m1": unit * m1 + origin, "m2": unit * m2 + origin, "sd1": unit * sd1, "sd2": unit * sd2}
    a, b = compute("two-groups", one), compute("two-groups", moved)
    # adding an origin rounds the means: allow what that costs in units of the SD
    lost = 1e-13 * (abs(origin) + unit * (abs(m1) + abs(m2))) / (unit * min(sd1, sd2))
    assert (a.yi, a.vi) == pytest.approx((b.yi, b.vi), rel=REL + lost, abs=ABS + lost)


@settings(deadline=None)
@given(small_effects, sizes, sizes)
def test_t_f_p_d_and_means_tell_the_same(d: float, n1: int, n2: int) -> None:
    groups: Numbers = {"n1": n1, "n2": n2}
    t = d / math.sqrt(1 / n1 + 1 / n2)
    direction = math.copysign(1, d)
    from_means = compute("two-groups", groups | {"m1": d, "sd1": 1, "m2": 0, "sd2": 1})
    close(compute("t", groups | {"t": t}), from_means)
    close(compute("f", groups | {"f": t**2, "direction": direction}), from_means)
    close(compute("d", groups | {"d": d}), from_means)
    close(compute("difference", groups | {"md": d, "se": math.sqrt(1 / n1 + 1 / n2)}), from_means)
    p = t_two_sided(t, n1 + n2 - 2)
    if 1e-290 < p < 0.9:  # near 1 a p holds few digits of a t near 0
        from_p = compute("p", groups | {"p": p, "direction": direction})
        assert from_p.yi == pytest.approx(from_means.yi, rel=1e-12)  # observed worst 3e-15


@settings(deadline=None)
@given(small_effects, st.floats(1e-4, 4))
def test_conversions_come_back(y: float, v: float) -> None:
    smd = compute("g", {"g": y, "v": v})
    close(convert(convert(smd, "lor"), "smd"), smd)
    lor = EffectSize(Measure.LOR, y, v, "", "", "", {})
    close(convert(convert(lor, "zcor"), "lor"), lor)
    z = EffectSize(Measure.ZCOR, y, v, "", "", "", {})
    close(convert(convert(z, "smd"), "zcor"), z)
    close(convert(convert(z, "lor"), "zcor"), z)


@settings(deadline=None)
@given(small_effects, st.floats(0.01, 2), st.floats(50, 99.9))
def test_interval_to_standard_error_and_back(estimate: float, se: float, level: float) -> None:
    from statistics import NormalDist

    half = se * NormalDist().inv_cdf(0.5 + level / 200)
    interval: Numbers = {"ci_lo": estimate - half, "ci_hi": estimate + half, "level": level}
    assert compute("g", interval | {"g": estimate}).vi == pytest.approx(se**2, rel=REL)
    ratio = {key: math.exp(interval[key]) for key in ("ci_lo", "ci_hi")} | {"or": math.exp(estimate), "level": level}
    effect = compute("odds-ratio", ratio)
    assert (effect.yi, effect.vi) == pytest.approx((estimate, se**2), rel=REL, abs=ABS)


@settings(deadline=None)
@given(means, sds, means, sds, st.integers(3, 400), correlations)
def test_crossover_is_symmetric_and_gains_by_correlation(
    m1: float, sd1: float, m2: float, sd2: float, n: int, r: float
) -> None:
    one: Numbers = {"m1": m1, "sd1": sd1, "m2": m2, "sd2": sd2, "n": n, "r": r}
    other: Numbers = {"m1": m2, "sd1": sd2, "m2": m1, "sd2": sd1, "n": n, "r": r}
    close(compute("crossover", one), compute("crossover", other), -1)
    independent = compute("two-groups", {"m1": m1, "sd1": sd1, "n1": n, "m2": m2, "sd2": sd2, "n2": n})
    close(compute("crossover", one | {"r": 0}), independent)


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_tables_turn_with_their_rows_and_columns(a: int, b: int, c: int, d: int) -> None:
    cells: Numbers = {"a": a, "b": b, "c": c, "d": d}
    rows: Numbers = {"a": c, "b": d, "c": a, "d": b}
    columns: Numbers = {"a": b, "b": a, "c": d, "d": c}
    for kind in ("counts", "risk-ratio", "risk-difference"):
        close(compute(kind, cells), compute(kind, rows), -1)
    close(compute("counts", cells), compute("counts", columns), -1)


@settings(deadline=None)
@given(st.floats(1.5, 1e7))
def test_j_lies_between_zero_and_one_and_rises(m: float) -> None:
    assert 0 < hedges_j(m) < hedges_j(m * 1.01) <= 1


def test_j_has_no_seam_between_gamma_and_series() -> None:
    for m in (99.0, 100.0, math.nextafter(100, 200), 101.0, 160.0):
        direct = math.gamma(m / 2) / (math.sqrt(m / 2) * math.gamma((m - 1) / 2))
        assert hedges_j(m) == pytest.approx(direct, rel=1e-12)  # observed worst 5e-14


extremes = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-5, 10**6),
    st.sampled_from(["", "−3", "1e400", "nan", "+", "0", "1e-320", "٣", "0x10", "1,5", "12 ", "a\nb"]),
    st.text(max_size=5),
)


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None)
@given(data=st.data())
def test_anything_gives_a_usable_estimate_or_one_line(kind: str, data: st.DataObject) -> None:
    inputs = dict(pair.split("=") for pair in KINDS[kind].example.split())
    keys = data.draw(st.lists(st.sampled_from([*inputs, *KINDS[kind].keys]), max_size=3))
    changed: dict[str, str | float] = {**inputs, **{key: data.draw(extremes) for key in keys}}
    to = data.draw(st.sampled_from([None, "smd", "zcor", "lor"]))
    try:
        effect = compute(kind, changed, to=to)
    except InvalidInput as refused:
        assert "\n" not in str(refused)  # noqa: PT017
    else:
        assert math.isfinite(effect.yi)
        assert 0 < effect.vi < math.inf
