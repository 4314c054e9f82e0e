"""Every kind of effect size on numbers checked by hand or published, and every mistake a user can make.

Never needs R: parity with metafor stands in tests/parity.
"""

import json
import math
import re
import subprocess
import sys

import pytest

from corpus.effectsizes import KINDS, Measure, compute
from corpus.errors import InvalidInput

GUASTELLA = {"m1": "62.16", "sd1": "37.41", "n1": "12", "m2": "52.30", "sd2": "21.30", "n2": "13"}
PRINTED = 5e-5  # the published values below have four decimals


def example(kind: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in KINDS[kind].example.split())


def cells(*counts: float) -> dict[str, float]:
    return dict(zip("abcd", counts, strict=True))


def test_two_groups_of_guastella2009() -> None:
    effect = compute("two-groups", GUASTELLA)
    assert effect.measure is Measure.SMD
    assert effect.yi == pytest.approx(0.3168, abs=PRINTED)
    assert effect.vi == pytest.approx(0.1623, abs=PRINTED)
    assert "exact J(m)" in effect.formula
    assert "v = 1/n1 + 1/n2 + g²/(2(n1+n2))" in effect.formula
    assert effect.substituted.startswith("J(23) × (62.16 − 52.30) / 30.10 = 0.9670 × 0.3276 = 0.3168")
    assert effect.inputs == {"m1": 62.16, "sd1": 37.41, "n1": 12, "m2": 52.3, "sd2": 21.3, "n2": 13}
    assert effect.assumptions == ()


@pytest.mark.parametrize(
    ("inputs", "g", "v"),
    [  # arms and re-analysed values of the data set of Williams & Bürkner (2017): m1 sd1 n1 m2 sd2 n2
        ("21.1 11.6 13 17.8 7.1 11", 0.3246, 0.1700),
        ("33.6 8.9 13 38.5 13.3 11", -0.4255, 0.1716),
        ("16.47 5.94 19 16.61 8.44 19", -0.0188, 0.1053),
        ("30.07 2.78 19 31.06 5.20 19", -0.2325, 0.1060),
    ],
)
def test_post_scores_as_reanalysed(inputs: str, g: float, v: float) -> None:
    effect = compute("two-groups", dict(zip(["m1", "sd1", "n1", "m2", "sd2", "n2"], inputs.split(), strict=True)))
    assert (effect.yi, effect.vi) == pytest.approx((g, v), abs=PRINTED)


@pytest.mark.parametrize(
    ("arms", "g", "v"),
    [  # the same data set, change by each arm's baseline SD with r = 0.7: m_pre1 sd_pre1 m_post1 m_pre2 sd_pre2 m_post2
        ("15.60 5.74 16.47 18.83 7.37 16.61", 0.4336, 0.0659),
        ("31.63 3.26 30.07 33.56 3.59 31.06", 0.2086, 0.0804),
    ],
)
def test_change_as_reanalysed(arms: str, g: float, v: float) -> None:
    keys = ["m_pre1", "sd_pre1", "m_post1", "m_pre2", "sd_pre2", "m_post2"]
    inputs = dict(zip(keys, arms.split(), strict=True)) | {"n1": "19", "n2": "19", "r1": ".7", "r2": ".7"}
    effect = compute("change", inputs)
    assert (effect.yi, effect.vi) == pytest.approx((g, v), abs=PRINTED)


def test_pre_post_control_against_the_exact_variance_of_morris() -> None:
    n1, n2, r = 40, 50, 0.7
    inputs = {
        "m_pre1": 20.0,
        "sd_pre1": 5.0,
        "m_post1": 15.0,
        "n1": n1,
        "m_pre2": 20.5,
        "sd_pre2": 5.2,
        "m_post2": 18.0,
    }
    effect = compute("pre-post-control", inputs | {"n2": n2, "r": r})
    pooled = math.sqrt((39 * 25 + 49 * 5.2**2) / 88)
    c = 1 - 3 / (4 * 88 - 1)  # Morris writes the approximate factor
    assert effect.yi == pytest.approx(c * (-5 + 2.5) / pooled, rel=1e-5)
    harmonic = (n1 + n2) / (n1 * n2)
    exact = 2 * c**2 * (1 - r) * harmonic * (88 / 86) * (1 + effect.yi**2 / (2 * (1 - r) * harmonic)) - effect.yi**2
    assert effect.vi == pytest.approx(exact, rel=0.01)  # equation 25; observed 0.8 % here


def test_change_scores_agree_with_pre_post_where_the_sds_are_equal() -> None:
    sd, r = 8.0, 0.6
    change_sd = sd * math.sqrt(2 * (1 - r))
    raw = {"m_pre1": 20, "sd_pre1": sd, "m_post1": 15, "n1": 30, "m_pre2": 21, "sd_pre2": sd, "m_post2": 19, "n2": 28}
    scores = {"m_change1": -5, "sd_change1": change_sd, "n1": 30, "m_change2": -2, "sd_change2": change_sd, "n2": 28}
    from_raw, from_scores = compute("pre-post-control", raw | {"r": r}), compute("change-scores", scores | {"r": r})
    assert (from_scores.yi, from_scores.vi) == pytest.approx((from_raw.yi, from_raw.vi), rel=1e-12)


def test_crossover_takes_the_correlation_from_the_paired_t() -> None:
    sd1, sd2, n, r = 15.0, 11.6, 20, 0.47
    sd_diff = math.sqrt(sd1**2 + sd2**2 - 2 * r * sd1 * sd2)
    t = (30.6 - 38.5) / (sd_diff / math.sqrt(n))
    conditions: dict[str, str | float] = {"m1": 30.6, "sd1": sd1, "m2": 38.5, "sd2": sd2, "n": n}
    by_t, by_r = compute("crossover", conditions | {"t": t}), compute("crossover", conditions | {"r": r})
    assert (by_t.yi, by_t.vi) == pytest.approx((by_r.yi, by_r.vi), rel=1e-12)
    assert by_t.inputs["r"] == pytest.approx(r)
    assert by_t.assumptions == by_r.assumptions == ()


def test_crossover_with_an_assumed_band_reports_both_ends() -> None:
    conditions = {"m1": "30.6", "sd1": "15.0", "m2": "38.5", "sd2": "11.6", "n": "20"}
    effect = compute("crossover", conditions | {"r_lo": "0.3", "r_hi": "0.8"})
    low, high = compute("crossover", conditions | {"r": "0.3"}), compute("crossover", conditions | {"r": "0.8"})
    (assumption,) = effect.assumptions
    assert (assumption.name, assumption.value, assumption.low, assumption.high) == ("r", 0.55, 0.3, 0.8)
    assert f"r = 0.3 gives g −{abs(low.yi):.4f}, v {low.vi:.5f}" in assumption.reason
    assert low.vi > effect.vi > high.vi
    chosen = compute("crossover", conditions | {"r": "0.5", "r_lo": "0.3", "r_hi": "0.8"})
    assert chosen.assumptions[0].value == 0.5
    assert str(chosen.assumptions[0]).startswith(
        "r = 0.5 (0.3 to 0.8): correlation of the paired measures not reported"
    )


def test_p_and_f_take_their_sign_from_the_direction() -> None:
    t = compute("t", {"t": "2.10", "n1": "20", "n2": "22"})
    for direction, sign in (("+", 1), ("group1", 1), ("-", -1), ("−", -1), ("group2", -1), (-1, -1)):
        f = compute("f", {"f": "4.41", "n1": "20", "n2": "22", "direction": direction})
        assert f.yi == pytest.approx(sign * t.yi, rel=1e-12)
    one_sided = compute("p", {"p": "0.01", "n1": "20", "n2": "22", "direction": "+", "sided": "1"})
    two_sided = compute("p", {"p": "0.02", "n1": "20", "n2": "22", "direction": "+"})
    assert one_sided.yi == pytest.approx(two_sided.yi, rel=1e-12)
    assert compute("p", {"p": "1", "n1": "20", "n2": "22", "direction": "-"}).yi == pytest.approx(0, abs=1e-12)
    assert compute("t", {"t": "2.10", "n1": "20", "n2": "22", "direction": "-"}).yi == pytest.approx(-t.yi)


def test_d_is_corrected_only_where_group_sizes_are_known() -> None:
    bare = compute("d", {"d": "0.42", "se": "0.31"})
    sized = compute("d", {"d": "0.42", "se": "0.31", "n1": "20", "n2": "22"})
    j = math.gamma(20) / (math.sqrt(20) * math.gamma(19.5))
    assert (bare.yi, bare.vi) == pytest.approx((0.42, 0.31**2))
    assert bare.assumptions[0].name == "J"
    assert (sized.yi, sized.vi) == pytest.approx((j * 0.42, j**2 * 0.31**2), rel=1e-12)
    assert sized.assumptions == ()
    assert compute("g", {"g": "0.42", "v": "0.1"}).yi == 0.42


def test_standardised_regression_with_one_predictor_is_the_correlation() -> None:
    r, n, sd_x, sd_y = 0.35, 62, 3.0, 7.0
    b, se = r * sd_y / sd_x, math.sqrt((1 - r**2) / (n - 2)) * sd_y / sd_x
    expected = compute("correlation", {"r": r, "n": n})
    by_se = compute("regression", {"b": b, "se": se, "sd_x": sd_x, "sd_y": sd_y})
    by_n = compute("regression", {"b": b, "n": n, "sd_x": sd_x, "sd_y": sd_y})
    assert (by_se.yi, by_se.vi) == pytest.approx((expected.yi, expected.vi), rel=1e-12)
    assert (by_n.yi, by_n.vi) == pytest.approx((expected.yi, expected.vi), rel=1e-12)
    assert by_se.measure is Measure.ZCOR
    assert by_se.assumptions[0].name == "predictors"
    partial = compute("regression", {"t": b / se, "df": n - 2})
    assert partial.measure is Measure.ZPCOR
    assert partial.yi == pytest.approx(expected.yi, rel=1e-12)


def test_empty_cells_get_a_half_and_say_so() -> None:
    full, empty = compute("counts", cells(4, 6, 3, 9)), compute("counts", cells(0, 10, 3, 9))
    assert full.yi == pytest.approx(math.log(4 * 9 / (6 * 3)))
    assert full.vi == pytest.approx(1 / 4 + 1 / 6 + 1 / 3 + 1 / 9)
    assert full.assumptions == ()
    assert empty.yi == pytest.approx(math.log(0.5 * 9.5 / (10.5 * 3.5)))
    assert empty.assumptions[0].value == 0.5
    assert "½" in empty.formula


def test_odds_ratio_of_stauffer2020() -> None:
    effect = compute("odds-ratio", {"or": "3.26", "ci_lo": "1.27", "ci_hi": "8.41"})
    assert effect.measure.value == "OR"
    assert effect.yi == pytest.approx(math.log(3.26))
    assert math.sqrt(effect.vi) == pytest.approx(math.log(8.41 / 1.27) / (2 * 1.959964), rel=1e-6)
    assert compute("odds-ratio", {"or": "3.26", "se": "0.4823"}).vi == pytest.approx(0.4823**2)


def test_medians_accept_both_spellings_of_their_keys() -> None:
    short = {"q11": 10, "median1": 14, "q31": 19, "n1": 20, "q12": 8, "median2": 11, "q32": 15, "n2": 22}
    long = {"q1_1": 10, "median_1": 14, "q3_1": 19, "n_1": 20, "q1_2": 8, "median2": 11, "q3_2": 15, "n2": 22}
    assert compute("medians", short) == compute("medians", long)
    assert compute("medians", short).assumptions[0].name == "skew"


def test_conversions_follow_borenstein_chapter_7() -> None:
    effect = compute("two-groups", GUASTELLA)
    lor, z = compute("two-groups", GUASTELLA, to="lor"), compute("two-groups", GUASTELLA, to="zcor")
    assert (lor.yi, lor.vi) == pytest.approx((effect.yi * math.pi / math.sqrt(3), effect.vi * math.pi**2 / 3))
    a = 25**2 / (12 * 13)
    r = effect.yi / math.sqrt(effect.yi**2 + a)
    v_r = a**2 * effect.vi / (effect.yi**2 + a) ** 3
    assert z.yi == pytest.approx(math.atanh(r))
    assert z.vi == pytest.approx(v_r / (1 - r**2) ** 2)
    assert z.measure is Measure.ZCOR
    assert z.formula.startswith(effect.formula)
    from_r = compute(
        "correlation", {"r": "0.5", "n": "100"}, to="smd"
    )  # Borenstein's worked example of eq. 7.5 has r = 0.5
    assert from_r.yi == pytest.approx(2 * 0.5 / math.sqrt(1 - 0.25))
    assert compute("correlation", {"r": "0.5", "n": "100"}, to="ZCOR").assumptions == ()


def test_standard_errors_and_intervals_of_means_lead_to_the_same_difference_as_their_sds() -> None:
    whole = compute("two-groups", {"m1": 14.2, "sd1": 4.9, "n1": 20, "m2": 11.0, "sd2": 5.1, "n2": 22})
    errors = {"m1": 14.2, "se1": 4.9 / math.sqrt(20), "n1": 20, "m2": 11.0, "se2": 5.1 / math.sqrt(22), "n2": 22}
    assert compute("standard-errors", errors).yi == pytest.approx(whole.yi, rel=1e-12)
    assert compute("standard-errors", errors).vi == pytest.approx(whole.vi, rel=1e-12)
    # t quantiles of 95 % with 19 and 21 degrees of freedom, from printed tables
    half1, half2 = 2.0930240544 * 4.9 / math.sqrt(20), 2.0796138447 * 5.1 / math.sqrt(22)
    intervals = {"m1": 14.2, "ci_lo1": 14.2 - half1, "ci_hi1": 14.2 + half1, "n1": 20}
    intervals |= {"m2": 11.0, "ci_lo2": 11.0 - half2, "ci_hi2": 11.0 + half2, "n2": 22}
    found = compute("mean-intervals", intervals)
    assert (found.yi, found.vi) == pytest.approx((whole.yi, whole.vi), rel=1e-9)


def test_a_paired_t_alone_agrees_with_the_conditions_it_comes_from() -> None:
    n, sd, r, apart = 20, 10.0, 0.6, 4.0
    t = apart / (sd * math.sqrt(2 * (1 - r)) / math.sqrt(n))
    means = {"m1": 50 + apart, "sd1": sd, "m2": 50, "sd2": sd, "n": n, "r": r}
    whole, found = compute("crossover", means), compute("paired-t", {"t": t, "n": n, "r": r})
    assert (found.yi, found.vi) == pytest.approx((whole.yi, whole.vi), rel=1e-12)
    assert any("equal" in one.reason for one in found.assumptions)


def test_a_partial_correlation_agrees_with_the_t_of_its_coefficient() -> None:
    n, covariates, r = 49, 2, 0.31
    df = n - 2 - covariates
    found = compute("partial-correlation", {"r": r, "n": n, "covariates": covariates})
    from_t = compute("regression", {"t": r * math.sqrt(df / (1 - r**2)), "df": df})
    assert found.measure is from_t.measure
    assert (found.yi, found.vi) == pytest.approx((from_t.yi, from_t.vi), rel=1e-12)


def test_a_printed_risk_ratio_agrees_with_the_table_it_comes_from() -> None:
    whole = compute("risk-ratio", {"a": 20, "b": 4, "c": 13, "d": 11})
    half = 1.959963984540054 * math.sqrt(whole.vi)
    printed = {"rr": math.exp(whole.yi), "ci_lo": math.exp(whole.yi - half), "ci_hi": math.exp(whole.yi + half)}
    found = compute("risk-ratio-interval", printed)
    assert found.measure is whole.measure
    assert (found.yi, found.vi) == pytest.approx((whole.yi, whole.vi), rel=1e-9)


def test_sign_alignment_is_written_into_the_formula() -> None:
    effect = compute("two-groups", GUASTELLA)
    turned = effect.negated("lower scores are better")
    assert (turned.yi, turned.vi) == (-effect.yi, effect.vi)
    assert turned.formula.endswith("sign turned: lower scores are better")
    assert turned.substituted.endswith("sign turned to −0.3168: lower scores are better")
    assert turned.negated("again").yi == effect.yi


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_computes_and_documents_itself(kind: str) -> None:
    effect = compute(kind, example(kind))
    assert math.isfinite(effect.yi)
    assert effect.vi > 0
    document = json.loads(json.dumps(effect.document()))
    assert set(document) == {"measure", "yi", "vi", "formula", "substituted", "reference", "inputs", "assumptions"}
    assert document["measure"] == effect.measure.value
    assert all(type(value) is float for value in effect.inputs.values())
    given = {re.sub(r"_([12])$", r"\1", key) for key in example(kind)}
    assert given - {"r_lo", "r_hi"} <= {*effect.inputs, "r"}  # a band stands in the assumption, a common r in r1 and r2
    assert effect.reference


MISTAKES = [
    ("two-group", GUASTELLA, "unknown kind 'two-group'; choose one of two-groups"),
    ("two-groups", GUASTELLA | {"sd3": "1"}, "unknown key sd3=1"),
    ("two-groups", {"m1": "1", "sd1": "1", "n1": "9"}, "m2 sd2 n2 missing; example: m1=62.16"),
    ("two-groups", GUASTELLA | {"m1": "abc"}, "m1=abc is not a number"),
    ("two-groups", GUASTELLA | {"m1": "nan"}, "m1=nan is not a number"),
    ("two-groups", GUASTELLA | {"m1": math.inf}, "m1=inf cannot be used"),
    ("two-groups", GUASTELLA | {"m1": "1e999"}, "m1=1e999 cannot be used"),
    ("two-groups", GUASTELLA | {"m1": "1_0"}, "m1=1_0 is not a number"),
    ("two-groups", GUASTELLA | {"m1": ""}, "m1= is not a number"),
    ("two-groups", GUASTELLA | {"sd1": "0"}, "sd1=0 cannot be used; give a number above 0"),
    ("two-groups", GUASTELLA | {"sd1": "-2"}, "sd1=-2 cannot be used"),
    ("two-groups", GUASTELLA | {"n1": "1"}, "n1=1 cannot be used; give a whole number of at least 2"),
    ("two-groups", GUASTELLA | {"n1": "12.5"}, "n1=12.5 cannot be used"),
    ("two-groups", GUASTELLA | {"m1_1": "3"}, "unknown key m1_1"),
    ("two-groups", GUASTELLA | {"m_1": "3"}, "m1 is given twice"),
    ("two-groups", GUASTELLA | {"m1": "1e300", "sd1": "1e-300", "sd2": "1e-300"}, "give no finite estimate"),
    ("correlation", {"r": "1", "n": "20"}, "r=1 cannot be used; give a number between −1 and 1"),
    ("correlation", {"r": ".3", "n": "3"}, "n=3: v = 1/(n−3) needs n of at least 4"),
    ("p", {"p": "0", "n1": "9", "n2": "9", "direction": "+"}, "p=0 cannot be used; give an exact p above 0"),
    ("p", {"p": "1.2", "n1": "9", "n2": "9", "direction": "+"}, "p=1.2 cannot be used"),
    ("p", {"p": ".03", "n1": "9", "n2": "9"}, "direction missing"),
    ("p", {"p": ".03", "n1": "9", "n2": "9", "direction": "up"}, "direction=up cannot be used; give + where group 1"),
    ("p", {"p": ".7", "n1": "9", "n2": "9", "direction": "+", "sided": "1"}, "p=.7 one-sided is above 0.5"),
    ("t", {"t": "-2", "n1": "9", "n2": "9", "direction": "+"}, "t=−2 is negative but direction says"),
    ("f", {"f": "-2", "n1": "9", "n2": "9", "direction": "+"}, "f=-2 cannot be used; give a number of at least 0"),
    ("d", {"d": ".4"}, "one of these is needed too: se, or v, or ci_lo ci_hi, or n1 n2"),
    ("d", {"d": ".4", "se": ".1", "v": ".01"}, "se and v are both given"),
    ("g", {"g": ".4", "ci_lo": ".1"}, "one of these is needed too"),
    ("g", {"g": ".4", "se": ".1", "n1": "20"}, "n1 is given without n2"),
    ("g", {"g": ".4", "ci_lo": ".9", "ci_hi": ".1"}, "ci_lo=.9 is not below ci_hi=.1"),
    ("g", {"g": "1.4", "ci_lo": ".1", "ci_hi": ".9"}, "g=1.4 lies outside its interval .1 to .9"),
    ("mean-intervals", {"m1": 9, "ci_lo1": 1, "ci_hi1": 5, "n1": 9, "m2": 3, "ci_lo2": 1, "ci_hi2": 5, "n2": 9}, "m1=9 lies outside its interval"),
    ("mean-intervals", {"m1": 3, "ci_lo1": 5, "ci_hi1": 1, "n1": 9, "m2": 3, "ci_lo2": 1, "ci_hi2": 5, "n2": 9}, "ci_lo1=5 is not below"),
    ("partial-correlation", {"r": ".3", "n": "5", "covariates": "2"}, "leaves 1 degrees of freedom"),
    ("paired-t", {"t": "2", "n": "20"}, "one of these is needed too: r, or r_lo r_hi"),
    ("risk-ratio-interval", {"rr": "2"}, "one of these is needed too: se, or ci_lo ci_hi"),
    ("odds-ratio", {"or": "-1", "ci_lo": ".1", "ci_hi": ".9"}, "or=-1 cannot be used"),
    ("odds-ratio", {"or": ".5", "ci_lo": "-.1", "ci_hi": ".9"}, "ci_lo=-.1 cannot be used"),
    ("counts", {"a": "-1", "b": "2", "c": "3", "d": "4"}, "a=-1 cannot be used; give a whole number of at least 0"),
    ("counts", {"a": "0", "b": "0", "c": "3", "d": "4"}, "both groups need somebody in them"),
    ("crossover", example("crossover") | {"t": "2"}, "t and a correlation are both given"),
    ("crossover", example("crossover") | {"r_lo": ".9"}, "r_lo=.9 is not below r_hi=0.8"),
    ("crossover", example("crossover") | {"r": ".9"}, "r=.9 lies outside its band"),
    ("crossover", {"m1": "3", "sd1": "1", "m2": "2", "sd2": "1", "n": "9", "t": "-2"}, "have opposite signs"),
    ("crossover", {"m1": "3", "sd1": "1", "m2": "2", "sd2": "1", "n": "9", "t": ".5"}, "which no correlation can be"),
    ("change", example("change") | {"r1": ".5"}, "r1 is given without r2"),
    ("change", example("change") | {"r1": ".5", "r2": ".5"}, "r1 r2 and a common correlation are both given"),
    ("regression", {"b": "9", "se": "1", "sd_x": "2", "sd_y": "3"}, "β=6, which cannot be taken as a correlation"),
    ("regression", {"b": "9", "se": "1"}, "one of these is needed too: b sd_x sd_y, or t df, or b se df"),
    ("medians", {"median1": "3", "n1": "9", "median2": "3", "n2": "9"}, "median1 needs q11 and q31"),
    ("medians", example("medians") | {"q3_1": "12"}, "median1=14 is above q31=12"),
    ("medians", {"median1": "3", "n1": "9", "median2": "3", "n2": "9", "q1_1": "2"}, "q11 and q31 belong together"),
    ("medians", example("medians") | {"n1": "4"}, "n1=4 cannot be used; give a whole number of at least 5"),
    ("ratio-of-means", GUASTELLA | {"m2": "-3"}, "two means on the same side of zero"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "inputs", "words"), MISTAKES)
def test_a_mistake_gets_one_line_with_key_value_and_remedy(kind: str, inputs: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        compute(kind, inputs)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "to", "words"),
    [
        ("two-groups", "rr", "to='rr' is not a measure to convert to; choose one of smd, zcor, lor"),
        ("regression", "zcor", "ZPCOR cannot be converted to zcor"),
        ("mean-difference", "smd", "MD cannot be converted to smd"),
    ],
)
def test_a_conversion_that_does_not_exist_is_refused(kind: str, to: str, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        compute(kind, example(kind), to=to)
    assert words in str(caught.value)


def test_importing_the_package_is_light() -> None:
    code = "import sys, corpus.effectsizes, corpus.effectsizes.integrity; print({'scipy', 'numpy', 'statistics'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"
