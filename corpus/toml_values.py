"""Values of a TOML table, checked; a wrong one is named with its key and what is allowed.

Never knows what a value is for.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.errors import InvalidInput


def exactly(where: str, table: Any, allowed: Sequence[str]) -> None:
    """Exactly the allowed keys: none missing, none unknown."""
    if not isinstance(table, dict):
        raise InvalidInput(f"{where} is {table!r}; a table is expected")
    if unknown := sorted(set(table) - set(allowed)):
        raise InvalidInput(f"{where}: unknown key {unknown[0]!r}; allowed: {', '.join(allowed)}")
    if missing := [key for key in allowed if key not in table]:
        raise InvalidInput(f"{where}: {missing[0]} is missing; needed: {', '.join(allowed)}")


def text(where: str, key: str, table: Mapping[str, Any]) -> str:
    """A text that says something."""
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput(f"{where}: {key} is {value!r}; a text is expected")
    return value


def texts(where: str, value: Any) -> tuple[str, ...]:
    """A list of words or terms."""
    if not isinstance(value, list) or any(
        not isinstance(item, str) or not item.strip() or set(item) & set('"*') for item in value
    ):
        raise InvalidInput(f"{where} is {value!r}; a list of texts without quotation marks and asterisks is expected")
    return tuple(value)
