"""How a value of the reference folder is compared: its place, what we got, what metafor got, and by which rule.

Never loosens a rule for one data set: a block declares its rules once, with the worst difference it has seen beside them.
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Path_ = tuple[str, ...]

ORACLE = Path(__file__).resolve().parents[3] / "shared" / "oracle"
WITHOUT_EFFECTS = {"escalc_conversions", "escalc_conversions_metafor48"}  # conversions: tests/parity/test_escalc.py
NAMES = sorted(path.stem for path in ORACLE.glob("*.json") if path.stem not in WITHOUT_EFFECTS)


@dataclass(frozen=True, slots=True)
class Rule:
    """When two numbers agree: |got - want| ≤ max(relative·|want|, absolute); p-values below 1e-250 by their logarithm."""

    relative: float
    absolute: float = 0.0
    p_value: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """One leaf of ``expected`` in a reference file (an array is one leaf), and what we make of it.

    ``got`` has the shape of ``want``: numbers, texts, booleans, None, or lists of them.
    """

    path: Path_
    got: Any
    want: Any
    rule: Rule


def load(name: str) -> Json:
    """A reference file by the name of its data set."""
    content: Json = json.loads((ORACLE / f"{name}.json").read_text())
    return content


def leaves(value: object, path: Path_ = ()) -> Iterator[tuple[Path_, object]]:
    """Every leaf below ``value`` with its path; an array is one leaf."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    else:
        yield path, value


def at(content: Json, path: Path_) -> Any:
    """The leaf of ``expected`` at ``path``."""
    value: Any = content["expected"]
    for key in path:
        value = value[key]
    return value


def disagreement(compared: Compared) -> tuple[float, float]:
    """Worst relative and absolute difference of one comparison; (inf, inf) where shapes, texts or missing values differ."""
    return _difference(compared.got, compared.want, compared.rule)


def agrees(compared: Compared) -> bool:
    """Whether every number of the comparison meets the rule."""
    return _agrees(compared.got, compared.want, compared.rule)


def _agrees(got: Any, want: Any, rule: Rule) -> bool:
    if _is_list(got) or _is_list(want):
        return (
            _is_list(got)
            and _is_list(want)
            and len(got) == len(want)
            and all(_agrees(g, w, rule) for g, w in zip(got, want, strict=True))
        )
    relative, absolute = _difference(got, want, rule)
    return relative <= rule.relative or absolute <= rule.absolute


def _difference(got: Any, want: Any, rule: Rule) -> tuple[float, float]:
    if _is_list(got) or _is_list(want):
        if not (_is_list(got) and _is_list(want) and len(got) == len(want)):
            return math.inf, math.inf
        pairs = [_difference(g, w, rule) for g, w in zip(got, want, strict=True)]
        return max((r for r, _ in pairs), default=0.0), max((a for _, a in pairs), default=0.0)
    got, want = _number(got), _number(want)
    if not isinstance(got, float) or not isinstance(want, float):
        return (0.0, 0.0) if got == want and type(got) is type(want) else (math.inf, math.inf)
    if got == want:
        return 0.0, 0.0
    if not (math.isfinite(got) and math.isfinite(want)):
        return math.inf, math.inf
    if rule.p_value and want < 1e-250:
        # metafor prints 0 where its own distribution function underflows.
        return (0.0, 0.0) if want == 0 and got < 1e-250 else (abs(math.log(got) / math.log(want) - 1), abs(got - want))
    return abs(got - want) / max(abs(want), math.ulp(0.0)), abs(got - want)


def _number(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return float(value)
    return {"Inf": math.inf, "-Inf": -math.inf}.get(value, value)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
