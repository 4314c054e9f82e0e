"""Filters of a list that work without JavaScript: each choice is a style rule that hides what does not match.

Never changes the list itself; with styles off, everything is shown.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Filter:
    """One drop-down: rows carry their values, separated by spaces, in the attribute ``data-<name>``."""

    name: str
    label: str
    options: tuple[tuple[str, str, int], ...]  # (token, text, how many rows)


def token(text: str) -> str:
    """A word that can stand in a class attribute and in a selector."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "none"


def make_filter(name: str, label: str, values_of_rows: Sequence[Sequence[str]]) -> Filter:
    """A filter over the values that rows have, most frequent first."""
    counts: dict[str, int] = {}
    for values in values_of_rows:
        for value in set(values):
            counts[value] = counts.get(value, 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Filter(name, label, tuple((token(value), value, count) for value, count in ordered))


def filter_rules(filters: Sequence[Filter]) -> str:
    """The style rules of all filters; each choice narrows further."""
    return "\n".join(
        f'.filtered:has(#filter-{f.name} option[value="{option}"]:checked) [data-row]:not([data-{f.name}~="{option}"])'
        "{display:none}"
        for f in filters
        for option, _, _ in f.options
    )


def attributes(values: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The data attributes of a row, by filter name."""
    return {name: " ".join(sorted({token(value) for value in words})) for name, words in values.items()}
