"""The fields of one exported record under the names its file gives them, cleaned, before they get a meaning.

Never interprets a value: which tag is the title is the business of each format.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from corpus.domain.harvested import HarvestedRecord, Rejected
from harvest.readers.draft import Draft

LONGEST = 100_000  # characters of a field: the longest abstracts have a tenth of it
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_LINE = re.compile(r"\r\n|\n|\r")

Part = HarvestedRecord | Rejected


class Fields:
    """Values by tag in their order; a value may have several lines."""

    __slots__ = ("_last", "_values", "line", "warnings")

    def __init__(self, line: int) -> None:
        self.line = line
        self.warnings: list[str] = []
        self._values: dict[str, list[list[str]]] = {}
        self._last: list[str] | None = None

    def __contains__(self, tag: str) -> bool:
        return tag in self._values

    def __bool__(self) -> bool:
        return bool(self._values)

    def add(self, tag: str, text: str | None) -> None:
        """A value; an empty one only marks that its tag was there, and may be continued."""
        self._last = [self._clean(tag, text or "")]
        self._values.setdefault(tag, []).append(self._last)

    def extend(self, text: str) -> None:
        """The next line of the value that was added last."""
        if self._last is not None:
            self._last.append(self._clean("", text))

    def all(self, *tags: str) -> list[str]:
        """Every value of these tags that is not empty, its lines made one."""
        return [self._cut(tag, text) for tag in tags for value in self._values.get(tag, ()) if (text := _joined(value))]

    def first(self, *tags: str) -> str:
        """The first value of the first of these tags that has one."""
        return next((text for tag in tags for text in self.all(tag)), "")

    def lines(self, *tags: str) -> list[str]:
        """Every line of these tags' values as one value: how names and key words are listed."""
        return [
            self._cut(tag, line)
            for tag in tags
            for value in self._values.get(tag, ())
            for text in value
            if (line := text.strip())
        ]

    def _clean(self, tag: str, text: str) -> str:
        cleaned, count = _CONTROL.subn("", text)
        if count:
            self.warnings.append(f"{count} control characters removed{f' from {tag}' if tag else ''}")
        return cleaned

    def _cut(self, tag: str, text: str) -> str:
        if len(text) <= LONGEST:
            return text
        self.warnings.append(f"{tag} has {len(text)} characters and is cut after {LONGEST}")
        return text[:LONGEST]


def cleaned(text: str, warn: Callable[[str], None]) -> str:
    """A value fit to be kept: blanks squeezed, control characters out and what is too long cut, both with a warning."""
    bare, count = _CONTROL.subn("", text)
    if count:
        warn(f"{count} control characters removed")
    bare = " ".join(bare.split())
    if len(bare) > LONGEST:
        warn(f"a field has {len(bare)} characters and is cut after {LONGEST}")
    return bare[:LONGEST]


def finished(draft: Draft, fields: Fields, file: str) -> Part:
    """The record; or why there is none: one without title and number could never be found again."""
    for text in fields.warnings:
        draft.warn(text)
    if not (draft.title or draft.original_title or draft.doi or draft.pmid or draft.source_id):
        return Rejected(file=file, line=fields.line, reason="a record without title, DOI and accession number")
    draft.title = draft.title or draft.original_title
    draft.retracted = draft.retracted or any("retracted" in printed.lower() for printed in draft.types)
    return draft.record()


def lines_of(text: str) -> list[str]:
    """The lines of a text; only line feeds and carriage returns end one, so numbers agree with an editor's."""
    return _LINE.split(text)


def pieces(texts: Iterable[str], separator: str = ";") -> Iterator[str]:
    """The parts of lists in one string."""
    for text in texts:
        yield from filter(None, (" ".join(piece.split()) for piece in text.split(separator)))


def _joined(value: list[str]) -> str:
    return " ".join(" ".join(value).split())
