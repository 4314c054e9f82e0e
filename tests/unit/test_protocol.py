"""The protocol file: complete, strict, every slip of the pen refused in one line with file and key."""

import math
from importlib.resources import files

import pytest

from corpus.errors import InvalidInput
from corpus.protocol import parse_protocol, read_protocol

_TEXT = files("corpus").joinpath("curated", "protocol.toml").read_text(encoding="utf-8")


def test_the_file_of_the_checkout_is_read() -> None:
    certainty = read_protocol().certainty
    assert (certainty.alpha.value, certainty.power.value) == (0.05, 0.8)
    assert [sizes.measure for sizes in certainty.sizes] == ["SMD", "ZCOR", "OR"]


def test_sizes_stand_on_the_scale_that_is_pooled() -> None:
    certainty = read_protocol().certainty
    assert certainty.sizes_of("SMD").on_analysis_scale() == (0.2, 0.5, 0.8)
    assert certainty.sizes_of("ZCOR").on_analysis_scale()[1] == pytest.approx(math.atanh(0.3))
    assert certainty.sizes_of("OR").on_analysis_scale()[0] == pytest.approx(math.log(1.44))
    # The odds ratios are the conventional SMDs, rounded to two decimals.
    for size, d in zip(certainty.sizes_of("OR").on_analysis_scale(), (0.2, 0.5, 0.8), strict=True):
        assert size == pytest.approx(d * math.pi / math.sqrt(3), abs=0.005)


def test_a_measure_without_sizes_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"protocol\.toml: no sizes for the measure 'HR'"):
        read_protocol().certainty.sizes_of("HR")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[certainty.alpha]", "[certainty.alfa]", "unknown key 'alfa'; allowed: alpha, power"),
        ("[certainty.alpha]\nvalue = 0.05", "[certainty.alpha]", "certainty.alpha: value is missing"),
        ("value = 0.05", "value = true", "certainty.alpha.value is True; a finite number"),
        ("value = 0.05", "value = nan", "certainty.alpha.value is nan; a finite number"),
        ("value = 0.05", "value = 5", "certainty.alpha.value is 5; allowed is above 0 and up to 0.5"),
        ("value = 0.05", 'value = 0.05\nwhy = "x"', "certainty.alpha: unknown key 'why'"),
        ("value = 75", "value = 40", "certainty.i2_serious is not below certainty.i2_very_serious"),
        ("moderate = 0.5", "moderate = 0.1", "certainty.sizes.SMD: small, moderate and large rise"),
        ("[certainty.sizes.OR]", "[certainty.sizes.HR]", "certainty.sizes: unknown key 'HR'"),
        ("[certainty.alpha]", "seed = 1\n[certainty.alpha]", "top level: unknown key 'seed'; allowed: certainty"),
        ("[certainty.alpha]", "[certainty.alpha", "not valid TOML"),
    ],
)
def test_slips_of_the_pen_are_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_protocol(_TEXT.replace(old, new, 1))
    assert str(caught.value).startswith("protocol.toml: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_threshold_needs_its_reason() -> None:
    start = _TEXT.index("reason = ")
    end = _TEXT.index("\n", start)
    with pytest.raises(InvalidInput, match=r"certainty\.alpha\.reason is ''"):
        parse_protocol(_TEXT[:start] + 'reason = ""' + _TEXT[end:])


@pytest.mark.parametrize("text", ["", "certainty = 1", "[certainty]\nalpha = 0.05"])
def test_what_is_not_the_protocol_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^protocol\.toml: "):
        parse_protocol(text)
