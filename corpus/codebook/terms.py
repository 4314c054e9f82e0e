"""The shape of a codebook term: a word that is stored, with its definition and what it means for validity.

Never lists terms itself; the vocabularies stand in the files beside this one.
"""

from enum import StrEnum
from typing import Self

# Words that are written in capitals wherever they stand.
_ACRONYMS = {word.lower(): word for word in ("RCT", "CBT", "CBASP", "DNA", "CSF", "ELISA", "RIA")} | {"lc_ms": "LC-MS"}


class Term(StrEnum):
    """One word of a vocabulary; ``value`` is what files and tables hold."""

    definition: str
    validity: str

    def __new__(cls, value: str, definition: str, validity: str = "") -> Self:
        term = str.__new__(cls, value)
        term._value_ = value
        term.definition = definition
        term.validity = validity
        return term

    @property
    def label(self) -> str:
        """The word as a page prints it."""
        if self.value in _ACRONYMS:
            return _ACRONYMS[self.value]
        return " ".join(_ACRONYMS.get(word, word) for word in self.value.split("_"))
