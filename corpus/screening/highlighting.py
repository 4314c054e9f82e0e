"""Finds the words that speak for or against a record, wherever they stand in a text.

Never decides by them: a highlighted word is for the eye.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from corpus.errors import InvalidInput

LONGEST = 60  # characters of a word or term
# Words of letters and digits, with a hyphen or an apostrophe within; a * at the very end.
_WORD = r"[^\W_]+(?:['’\-‐‑–][^\W_]+)*"
_TERM = re.compile(rf"{_WORD}(?: {_WORD})*\*?")
_BETWEEN = r"[\s\-‐‑–]+"  # between the words of a term: blanks, or any hyphen
Kind = Literal["", "for", "against"]


def as_term(text: str) -> str:
    """A word or term as it is kept: in small letters, with single blanks.

    Raises InvalidInput for what could never be found in a text as it is meant, such as a lone bracket or a * within.
    """
    term = _plain(unicodedata.normalize("NFC", text))
    if not 1 <= len(term) <= LONGEST:
        raise InvalidInput(f"a word to highlight has 1 to {LONGEST} characters")
    if not _TERM.fullmatch(term):
        raise InvalidInput(
            f"{term!r}: letters and digits make a word to highlight, with - or ' between them; a * may stand at the end only"
        )
    return term


class Segment(NamedTuple):
    """A piece of a text; put together, the pieces are the text."""

    text: str
    kind: Kind


class Highlighter:
    """Two lists of words or terms, looked for as whole words in any case of letters; a trailing * takes any ending."""

    def __init__(self, words_for: Collection[str], words_against: Collection[str]) -> None:
        kinds: dict[str, Kind] = {}
        for words, kind in ((words_for, "for"), (words_against, "against")):
            kinds |= {_plain(word): kind for word in words if word.strip(" *")}  # type: ignore[misc]
        self._kinds = kinds
        longest_first = sorted(kinds, key=lambda word: (-len(word), word))
        # Where a word begins is asked before which one it is: most places in a text are none.
        either = "|".join(f"({_looked_for(word)})" for word in longest_first)
        self._pattern = re.compile(rf"(?<!\w)(?:{either})", re.IGNORECASE)
        self._words = longest_first

    def segments(self, text: str) -> Sequence[Segment]:
        """The text in pieces, each with what it speaks for."""
        if not self._words:
            return [Segment(text, "")] if text else []
        found, at = [], 0
        for match in self._pattern.finditer(text):
            if match.start() > at:
                found.append(Segment(text[at : match.start()], ""))
            assert match.lastindex is not None
            found.append(Segment(match.group(), self._kinds[self._words[match.lastindex - 1]]))
            at = match.end()
        if at < len(text):
            found.append(Segment(text[at:], ""))
        return found


def _plain(word: str) -> str:
    return " ".join(word.lower().split())


def _looked_for(word: str) -> str:
    stem = word.rstrip("*")
    ending = r"\w*" if stem != word else ""
    words = _BETWEEN.join(re.escape(part) for part in stem.split())
    return rf"{words}{ending}(?!\w)"
