"""Numbers as the pages print them."""

import math

import pytest

from oxysite import numbers


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0.2051, 2, "0.21"), (-0.32, 2, "−0.32"), (-0.001, 2, "0.00"), (-0.0, 0, "0"), (62.16, 1, "62.2"), (3, 0, "3")],
)
def test_number(value: float, decimals: int, text: str) -> None:
    assert numbers.number(value, decimals) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_never_printed(value: float) -> None:
    with pytest.raises(ValueError, match="cannot be printed"):
        numbers.number(value)


def test_signed() -> None:
    assert [numbers.signed(value) for value in (0.2, -0.2, 0.001)] == ["+0.20", "−0.20", "0.00"]


@pytest.mark.parametrize(
    ("value", "text"), [(0.31324, "0.313"), (0.00412, "0.00412"), (12.3456, "12.3"), (0.0, "0"), (0.09996, "0.100")]
)
def test_significant(value: float, text: str) -> None:
    assert numbers.significant(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.4894, "0.49"), (0.073, "0.07"), (0.004, "0.004"), (152.2, "152")])
def test_ratio(value: float, text: str) -> None:
    assert numbers.ratio(value) == text


@pytest.mark.parametrize(
    ("p", "text"), [(0.03, "p = 0.030"), (0.0004, "p < 0.001"), (0.001, "p = 0.001"), (1, "p = 1.000")]
)
def test_p_value(p: float, text: str) -> None:
    assert numbers.p_value(p) == text


def test_a_p_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="is not one"):
        numbers.p_value(1.2)


def test_words_and_brackets() -> None:
    assert numbers.interval(-1.11, 0.47) == "[−1.11, 0.47]"
    assert numbers.span(-1.11, 0.47) == "−1.11 to 0.47"
    assert numbers.percent(92.22) == "92.2%"
    assert numbers.count(9999) == "9999"
    assert numbers.count(357347) == "357\u202f347"
    assert [numbers.file_size(size) for size in (312, 14_541, 1_363_149)] == ["312 bytes", "14.2 KB", "1.3 MB"]
