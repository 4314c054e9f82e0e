"""Whatever is typed where a number is asked for: the preview says what it becomes, or what does not fit; it never fails."""

import math

import pytest

from corpus.coding.inputs import inputs_of
from corpus.coding.preview import preview
from corpus.coding.ways import WAYS

EFFECT = "study/effects/1"
# What a hand or a clipboard puts where a number stands.
TYPED = (
    *(
        "0",
        "-0",
        "1",
        "-1",
        "0.0",
        ".5",
        "5.",
        "1e308",
        "1e-308",
        "1e400",
        "-1e400",
        "9" * 400,
        "9" * 5000,
        "0." + "9" * 400,
    ),
    *("²", "٣", "½", "1,5", "1 000", "−1", "nan", "inf", "-inf", "0x10", "1_0", "", " ", "<.001", "12\n13", "\u202e1"),
    *("0e999", "1e-999", "1ex", "12e", "1e²"),
)
KINDS = sorted({way.kind for way in WAYS if way.kind})


def values_of(kind: str, numbers: dict[str, str]) -> dict[str, str]:
    """A draft with one effect."""
    inputs = {f"{EFFECT}/computation/inputs/{name}": number for name, number in numbers.items()}
    return {
        "study/outcomes/1/instrument": "BDI",  # whole-number scores, so that every check runs
        f"{EFFECT}/outcome": "1",
        f"{EFFECT}/n": numbers.get("n1", "12"),
        f"{EFFECT}/p/value": next(iter(numbers.values()), ""),
        f"{EFFECT}/computation/kind": kind,
        f"{EFFECT}/computation/positive_means": "higher_outcome",
        f"{EFFECT}/computation/positive_basis": "made up",
        **inputs,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_preview_never_fails(kind: str) -> None:
    names = [one.key for one in inputs_of(kind)]
    assert names
    for typed in TYPED:
        every = dict.fromkeys(names, typed)
        ordinary = dict.fromkeys(names, "12")
        for numbers in (every, *(ordinary | {name: typed} for name in names)):
            shown = preview(values_of(kind, numbers), EFFECT)
            for number in (shown.yi, shown.vi):
                assert number is None or math.isfinite(number), (kind, numbers)
