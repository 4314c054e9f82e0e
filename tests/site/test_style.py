"""The style sheets: contrast of every pair of ink and ground in both modes, and colours that files carry along."""

import re
from pathlib import Path

import pytest

# WCAG 2.2: 1.4.3 for text, 1.4.11 for shapes and the edges of controls.
TEXT, SHAPE = 4.5, 3.0
GROUNDS = ("paper", "card", "tint", "sand")
INKS = {"ink": TEXT, "soft": TEXT, "towards": TEXT, "away": TEXT, "none": SHAPE}
MODES = ("light", "dark", "print")


@pytest.fixture(scope="module")
def assets(root: Path) -> Path:
    return root / "site" / "oxysite" / "assets"


def palette(assets: Path, mode: str) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", (assets / "style.css").read_text(), re.DOTALL)
    assert len(blocks) == len(MODES)
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", blocks[MODES.index(mode)]))


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", INKS)
def test_contrast(assets: Path, mode: str, ground: str, ink: str) -> None:
    colours = palette(assets, mode)
    assert contrast(colours[ink], colours[ground]) >= INKS[ink]


@pytest.mark.parametrize("mode", MODES)
def test_letters_in_marks_and_edges_of_controls_can_be_seen(assets: Path, mode: str) -> None:
    colours = palette(assets, mode)
    for mark in ("towards", "away", "none"):
        assert contrast(colours["paper"], colours[mark]) >= TEXT
    for ground in ("paper", "card"):
        assert contrast(colours["edge"], colours[ground]) >= SHAPE


def test_contrast_is_computed_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the usual example of a near miss


def test_the_colours_a_file_carries_are_those_of_light_paper(assets: Path) -> None:
    light = palette(assets, "light")
    carried = re.findall(r"var\(--([a-z]+), (#[0-9a-f]{6})\)", (assets / "figures.css").read_text())
    assert carried
    for name, colour in carried:
        assert light[name] == colour, name


@pytest.mark.parametrize("name", ["style.css", "figures.css"])
def test_nothing_is_loaded_from_elsewhere(assets: Path, name: str) -> None:
    text = (assets / name).read_text()
    assert "url(" not in text
    assert "@import" not in text
    assert "@font-face" not in text
    assert text.count("{") == text.count("}")


def test_every_custom_property_used_is_defined(assets: Path) -> None:
    defined = set(re.findall(r"(--[a-z]+):", (assets / "style.css").read_text())) | {"--columns"}
    for name in ("style.css", "figures.css"):
        assert set(re.findall(r"var\((--[a-z]+)", (assets / name).read_text())) <= defined
