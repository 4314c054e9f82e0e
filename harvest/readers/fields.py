"""The fields of a JSON reply, taken one by one with the type that is expected; what is left or odd becomes a warning.

Never guesses: a value of another type is left out, and said.
"""

import html
import json
import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

from harvest.readers.draft import squeezed
from harvest.readers.reading import CONTROLS, BadReply

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ESCAPED = re.compile(
    rb"(?<!\\)((?:\\\\)*)\\u00(?:0[0-8bcefBCEF]|1[0-9a-fA-F])"
)  # control characters, as JSON writes them
_SHOWN = 80


def read_document(payload: bytes, url: str) -> dict[str, Any]:
    """The JSON object of a reply. Raises BadReply for anything else, with the beginning of what was seen."""
    try:
        data = json.loads(_ESCAPED.sub(rb"\1", payload.translate(None, CONTROLS)))
    except (ValueError, RecursionError) as error:
        seen = squeezed(payload[:_SHOWN].decode("utf-8", "replace"))
        raise BadReply(f"{url}: JSON expected; saw {seen!r} ({type(error).__name__})") from error
    if not isinstance(data, dict):
        raise BadReply(f"{url}: a JSON object expected; saw {type(data).__name__}")
    return data


def plain(text: str) -> str:
    """A text without markup: tags out, then entities resolved, blanks squeezed. A sign `<` that opens no tag stays."""
    return squeezed(html.unescape(_TAG.sub(" ", text)) if "<" in text or "&" in text else text)


class Fields:
    """The fields of one JSON object that have not been taken yet."""

    def __init__(self, data: Any, warn: Callable[[str], None], name: str = "") -> None:
        self._warn, self._name = warn, name
        self._data: dict[str, Any] = dict(data) if isinstance(data, dict) else {}
        if not isinstance(data, dict | None):
            warn(f"{name or 'the item'}: an object expected, saw {type(data).__name__}")

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def text(self, key: str) -> str:
        """A text or a number as text; empty where there is none."""
        value = self._data.pop(key, None)
        if isinstance(value, str):
            return squeezed(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        return "" if value is None else self._odd(key, "a text", value, "")

    def texts(self, key: str) -> list[str]:
        """The texts of a list; a single text is a list of one."""
        value = self._data.pop(key, None)
        if isinstance(value, str):
            return [squeezed(value)]
        if not isinstance(value, list):
            return [] if value is None else self._odd(key, "a list", value, [])
        return [squeezed(item) for item in value if isinstance(item, str)]

    def part(self, key: str) -> "Fields":
        """An object within this one; empty where there is none."""
        return Fields(self._data.pop(key, None), self._warn, self._place(key))

    def parts(self, key: str) -> "Iterator[Fields]":
        """The objects of a list."""
        value = self._data.pop(key, None)
        if not isinstance(value, list):
            if value is not None:
                self._odd(key, "a list", value, None)
            return
        for item in value:
            yield Fields(item, self._warn, self._place(key))

    def flag(self, key: str) -> bool:
        """Whether a field is true; absent is false."""
        return self._data.pop(key, None) in (True, "Y", "true")

    def raw(self, key: str) -> Any:
        """A value as it is."""
        return self._data.pop(key, None)

    def finish(self, unused: Collection[str]) -> None:
        """Warn about every field that was neither taken nor is known to carry nothing for a record."""
        for key in sorted(self._data.keys() - set(unused)):
            self._warn(f"unknown field {self._place(key)}: not used")

    def _odd(self, key: str, expected: str, value: object, instead: Any) -> Any:
        self._warn(f"{self._place(key)}: {expected} expected, saw {type(value).__name__}")
        return instead

    def _place(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key
