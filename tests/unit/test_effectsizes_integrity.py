"""Integrity checks on numbers as printed: they speak where nothing that rounds so would fit, and only there.

Never needs a corpus.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.effectsizes.audit import audit
from corpus.effectsizes.distributions import t_two_sided
from corpus.effectsizes.integrity import (
    Finding,
    check_ci_against_se,
    check_ci_order,
    check_ci_symmetry,
    check_correlation,
    check_grim,
    check_grimmer,
    check_mean_on_scale,
    check_n_total,
    check_p_of_b,
    check_p_of_ci,
    check_p_of_f,
    check_p_of_r,
    check_p_of_t,
    check_p_possible,
    check_sd_not_se,
    check_sd_positive,
    check_standardised_difference,
)
from corpus.errors import InvalidInput


def told(finding: Finding | None) -> Finding:
    assert finding is not None
    return finding


def test_p_of_t_allows_for_rounding() -> None:
    assert check_p_of_t("2.20", 28, ".036") is None
    assert check_p_of_t("2.2", 28, ".035") is None  # 2.15 to 2.25 gives .033 to .040
    assert check_p_of_t("-2.20", 28, ".04") is None
    wrong = told(check_p_of_t("2.20", 28, ".026"))
    assert wrong.severity == "warning"
    assert "t(28) = 2.20 gives p = 0.03623" in wrong.message
    assert wrong.message.endswith("printed is p = .026")


def test_p_of_t_knows_bounds_one_sided_tests_and_the_five_percent_line() -> None:
    assert check_p_of_t("4.20", 28, ".001", "<") is None
    assert told(check_p_of_t("2.20", 28, ".01", "<")).severity == "warning"
    assert check_p_of_t("1.20", 28, ".05", ">") is None
    assert told(check_p_of_t("2.80", 28, ".05", ">")).severity == "warning"
    assert told(check_p_of_t("2.20", 28, ".018")).severity == "note"
    assert "one-sided" in told(check_p_of_t("2.20", 28, ".018")).message
    assert "different sides of 0.05" in told(check_p_of_t("1.20", 28, ".04")).message


@settings(deadline=None)
@given(st.floats(-6, 6), st.integers(4, 300), st.integers(1, 4), st.integers(2, 4))
def test_a_correctly_printed_p_is_never_complained_about(t: float, df: int, t_digits: int, p_digits: int) -> None:
    p = t_two_sided(t, df)
    assert check_p_of_t(f"{t:.{t_digits}f}", df, f"{p:.{p_digits}f}") is None


def test_p_of_the_other_statistics() -> None:
    assert check_p_of_f("4.84", 1, 28, ".036") is None
    assert check_p_of_f("4.84", 2, 28, ".016") is None
    assert told(check_p_of_f("4.84", 1, 28, ".018")).severity == "warning"  # F knows no side
    assert check_p_of_r("0.387", 50, "0.006") is None
    assert told(check_p_of_r("0.387", 90, "0.006")).check == "p of r"
    assert check_p_of_b("-0.97", "0.34", ".005") is None
    assert check_p_of_b("2.12", "0.82", ".012", 83) is None
    assert told(check_p_of_b("-0.97", "0.34", ".05")).severity == "warning"
    assert check_p_of_b("0.1", "0.0", ".5") is None  # too coarse to say anything
    assert check_p_of_ci("3.26", "1.27", "8.41", ".014", log=True) is None
    assert told(check_p_of_ci("3.26", "1.27", "8.41", ".14", log=True)).severity == "warning"
    assert check_p_of_ci("0.22", "-0.04", "0.47", "0.0953") is None


def test_intervals() -> None:
    assert check_ci_order("0.32", "0.18", "0.47") is None
    assert "ends are turned" in told(check_ci_order("0.32", "0.47", "0.18")).message
    assert "outside its interval" in told(check_ci_order("0.52", "0.18", "0.47")).message
    assert check_ci_symmetry("0.63", "0.08", "1.19") is None  # the middle is 0.635, within rounding
    assert told(check_ci_symmetry("0.66", "0.08", "1.19")).severity == "note"
    assert "symmetric on the log scale" in told(check_ci_symmetry("3.26", "1.27", "8.41")).message
    assert check_ci_symmetry("3.26", "1.27", "8.41", log=True) is None
    assert told(check_ci_symmetry("3.26", "-1.27", "8.41", log=True)).severity == "warning"
    assert check_ci_against_se("-1.57", "-0.22", "0.34") is None
    told_se = told(check_ci_against_se("-1.57", "-0.22", "0.20"))
    assert told_se.values["implied_se"] == pytest.approx(1.35 / (2 * 1.959964), rel=1e-6)
    assert check_ci_against_se("0.18", "1.82", "0.39", df=18) is None
    assert check_ci_against_se("1.27", "8.41", "0.482", log=True) is None


def test_grim() -> None:
    assert check_grim("3.45", 20) is None
    assert told(check_grim("3.47", 20)).values["nearest"] == pytest.approx(3.45)
    assert told(check_grim("5.19", 28)).check == "GRIM"  # example of Brown & Heathers 2017
    assert check_grim("5.18", 28) is None
    assert check_grim("3.47", 20, items=5) is None  # steps of 0.01 reach every second decimal
    assert check_grim("3.47", 150) is None  # uninformative
    assert check_grim("3.475", 20, step=0.5) is None
    assert told(check_grim("3.46", 20, step=0.5))


def test_grimmer() -> None:
    assert told(check_grimmer("3.44", "2.47", 18)).check == "GRIMMER"
    assert check_grimmer("3.47", "1.2", 20) is None  # GRIM already fails: one complaint is enough
    assert check_grimmer("3.44", "2.47", 180) is None


@settings(deadline=None)
@given(st.lists(st.integers(0, 10), min_size=3, max_size=60), st.sampled_from([1, 2, 3]))
def test_real_scores_pass_grim_and_grimmer(scores: list[int], items: int) -> None:
    from statistics import mean, stdev

    values = [score / items for score in scores]
    printed_mean, printed_sd = f"{mean(values):.2f}", f"{stdev(values):.2f}"
    assert check_grim(printed_mean, len(values), items=items) is None
    assert check_grimmer(printed_mean, printed_sd, len(values), items=items) is None


def test_impossible_values() -> None:
    assert check_sd_positive("0.1") is None
    assert told(check_sd_positive("0")).severity == "warning"
    assert check_correlation("-.99") is None
    assert told(check_correlation("1.2"))
    assert check_p_possible(".03") is None
    assert told(check_p_possible("0.000")).message == "p = 0.000 is not possible; it stands for p < 0.0005"
    assert told(check_p_possible("1.3")).severity == "warning"
    assert check_mean_on_scale("62.16", "37.41", 12, 0, 144) is None
    assert "outside the scale" in told(check_mean_on_scale("150", None, 12, 0, 144)).message
    assert "at most" in told(check_mean_on_scale("0.5", "4.0", 30, 0, 10)).message
    assert check_n_total([12, 13], 25) is None
    assert "12 + 13 = 25" in told(check_n_total([12, 13], 26)).message


def test_standard_errors_taken_for_sds() -> None:
    assert check_sd_not_se("62.16", "37.41", 12, "52.30", "21.30", 13) is None
    both = told(check_sd_not_se("10.2", "0.5", 25, "6.1", "0.4", 24))
    assert both.values["d_if_se"] == pytest.approx(1.8208, abs=1e-4)
    one = told(check_sd_not_se("10", "8.0", 25, "9", "1.6", 25))
    assert one.severity == "warning"
    assert one.values["ratio_if_se"] == pytest.approx(1)
    assert told(check_standardised_difference("-3.4"))
    assert check_standardised_difference("1.82") is None


def test_audit_runs_what_fits_the_kind() -> None:
    assert audit("counts", {"a": "11", "b": "3", "c": "11", "d": "5"}) == ()  # this d is a cell, not a difference
    assert audit("odds-ratio", {"or": "3.26", "ci_lo": "1.27", "ci_hi": "8.41"}, p=".014") == ()
    assert audit("regression", {"t": "2.56", "df": "83"}, p=".012") == ()
    assert [f.check for f in audit("regression", {"t": "2.56", "df": "83"}, p=".12")] == ["p of t"]
    assert [f.check for f in audit("correlation", {"r": "0.387", "n": "50"}, p=".05", relation=">")] == ["p of r"]
    assert [f.check for f in audit("correlation", {"r": "1.387", "n": "50"}, p=".05")] == ["impossible value"]
    assert [f.check for f in audit("f", {"f": "4.4", "n1": "20", "n2": "22", "direction": "+"}, p=".01")] == ["p of F"]
    assert [f.check for f in audit("g", {"g": "0.66", "ci_lo": "0.08", "ci_hi": "1.19"})] == ["interval symmetry"]
    assert [f.check for f in audit("g", {"g": "3.3", "ci_lo": "4", "ci_hi": "1"})] == ["interval", "SD or SE"]
    groups = {"m1": "10.2", "sd1": "0.5", "n1": "25", "m2": "6.1", "sd2": "0.4", "n2": "24"}
    assert [f.check for f in audit("two-groups", groups)] == ["SD or SE"]
    assert [f.check for f in audit("p", {"p": "0.000", "n1": "9", "n2": "9", "direction": "+"}, p="0.000")] == [
        "impossible value"
    ]


def test_a_figure_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"a printed number expected, for example 52\.30; saw 'abc'"):
        check_sd_positive("abc")
