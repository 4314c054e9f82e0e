"""The review's protocol as the machine reads it: thresholds, criteria and searches, each with its reason.

Never holds a result or a judgement; what a person decides against a threshold stands in the file of the question.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.resources import files

from corpus.criteria import Criteria, parse_criteria
from corpus.errors import InvalidInput
from corpus.searches import Searches, parse_searches

_FILE = "protocol.toml"
# From the printed scale of a measure to the one it is pooled on.
_TO_ANALYSIS = {"SMD": float, "ZCOR": math.atanh, "OR": math.log}


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A number that decides, why it is this number, and the publication it rests on."""

    value: float
    reason: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Where small, moderate and large effects begin, as printed: SMD, r or odds ratio (above 1)."""

    measure: str
    small: float
    moderate: float
    large: float
    reason: str
    reference: str

    def on_analysis_scale(self) -> tuple[float, float, float]:
        """The three beginnings on the scale that is pooled: Fisher z for r, log for odds ratios."""
        convert = _TO_ANALYSIS[self.measure]
        return convert(self.small), convert(self.moderate), convert(self.large)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertaintyThresholds:
    """What the domains of certainty are judged by. Shares are 0 to 1, I² is in percent."""

    alpha: Threshold
    power: Threshold
    i2_serious: Threshold
    i2_very_serious: Threshold
    overlap_least: Threshold
    prediction_least_k: Threshold
    asymmetry_least_k: Threshold
    asymmetry_p: Threshold
    weak_share_serious: Threshold
    weak_share_very_serious: Threshold
    high_risk_share_serious: Threshold
    high_risk_share_very_serious: Threshold
    low_risk_share_least: Threshold
    not_assessed_share_most: Threshold
    sizes: tuple[Sizes, ...]

    def sizes_of(self, measure: str) -> Sizes:
        """The sizes of one measure. Raises InvalidInput where the protocol has none."""
        for sizes in self.sizes:
            if sizes.measure == measure:
                return sizes
        known = ", ".join(sizes.measure for sizes in self.sizes)
        raise InvalidInput(
            f"{_FILE}: no sizes for the measure {measure!r}; add [certainty.sizes.{measure}] or use {known}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """Everything the protocol states for machines."""

    certainty: CertaintyThresholds
    screening: Criteria
    search: Searches


# Where a value may lie (both ends left out, except for the upper end of shares): anything else is a slip of the pen.
_RANGES: Mapping[str, tuple[float, float]] = {
    "alpha": (0, 0.5),
    "power": (0.5, 0.9999),
    "i2_serious": (0, 100),
    "i2_very_serious": (0, 100),
    "prediction_least_k": (1, 100),
    "asymmetry_least_k": (2, 1000),
}
_SHARE = (0.0, 1.0)
_RISING = (
    ("i2_serious", "i2_very_serious"),
    ("weak_share_serious", "weak_share_very_serious"),
    ("high_risk_share_serious", "high_risk_share_very_serious"),
)


def read_protocol() -> Protocol:
    """The protocol of this checkout. Raises InvalidInput naming file, key and what is allowed."""
    return parse_protocol(files("corpus").joinpath("curated", _FILE).read_text(encoding="utf-8"))


def parse_protocol(text: str) -> Protocol:
    """The protocol from the text of its file."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{_FILE}: not valid TOML: {error}") from error
    _keys("top level", data, [field.name for field in fields(Protocol)])
    certainty = _table("certainty", data["certainty"])
    names = [field.name for field in fields(CertaintyThresholds)]
    _keys("certainty", certainty, names)
    thresholds = {name: _threshold(name, certainty[name]) for name in names if name != "sizes"}
    for lower, upper in _RISING:
        if not thresholds[lower].value < thresholds[upper].value:
            raise InvalidInput(f"{_FILE}: certainty.{lower} is not below certainty.{upper}; serious begins first")
    sizes = _table("certainty.sizes", certainty["sizes"])
    _keys("certainty.sizes", sizes, list(_TO_ANALYSIS))
    return Protocol(
        certainty=CertaintyThresholds(
            **thresholds, sizes=tuple(_sizes(measure, value) for measure, value in sizes.items())
        ),
        screening=parse_criteria(_table("screening", data["screening"])),
        search=parse_searches(_table("search", data["search"])),
    )


def _threshold(name: str, value: object) -> Threshold:
    where = f"certainty.{name}"
    table = _table(where, value)
    _keys(where, table, [field.name for field in fields(Threshold)])
    low, high = _RANGES.get(name, _SHARE)
    number = _number(where, "value", table)
    if not low < number <= high:
        raise InvalidInput(f"{_FILE}: {where}.value is {number:g}; allowed is above {low:g} and up to {high:g}")
    return Threshold(value=number, reason=_text(where, "reason", table), reference=_text(where, "reference", table))


def _sizes(measure: str, value: object) -> Sizes:
    where = f"certainty.sizes.{measure}"
    table = _table(where, value)
    _keys(where, table, [field.name for field in fields(Sizes) if field.name != "measure"])
    sizes = Sizes(
        measure=measure,
        small=_number(where, "small", table),
        moderate=_number(where, "moderate", table),
        large=_number(where, "large", table),
        reason=_text(where, "reason", table),
        reference=_text(where, "reference", table),
    )
    least, most = (1.0, math.inf) if measure == "OR" else (0.0, 1.0 if measure == "ZCOR" else math.inf)
    if not least < sizes.small < sizes.moderate < sizes.large < most:
        raise InvalidInput(f"{_FILE}: {where}: small, moderate and large rise, above {least:g} and below {most:g}")
    return sizes


def _keys(where: str, table: Mapping[str, object], allowed: Sequence[str]) -> None:
    """Exactly the allowed keys: none missing, none unknown."""
    for key in table:
        if key not in allowed:
            raise InvalidInput(f"{_FILE}: {where}: unknown key {key!r}; allowed: {', '.join(allowed)}")
    for key in allowed:
        if key not in table:
            raise InvalidInput(f"{_FILE}: {where}: {key} is missing; needed: {', '.join(allowed)}")


def _table(where: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise InvalidInput(f"{_FILE}: {where} is {value!r}; a table [{where}] is expected")
    return value


def _number(where: str, key: str, table: Mapping[str, object]) -> float:
    value = table[key]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise InvalidInput(f"{_FILE}: {where}.{key} is {value!r}; a finite number is expected")
    return float(value)


def _text(where: str, key: str, table: Mapping[str, object]) -> str:
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput(
            f"{_FILE}: {where}.{key} is {value!r}; a text is expected: a threshold without one is not used"
        )
    return value
