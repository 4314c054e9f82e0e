"""Identifiers that refuse a bad value and say what they saw.

Never looks anything up: a well-formed identifier may still name nothing.
"""

import re
from typing import ClassVar, Self

from corpus.errors import InvalidInput


class InvalidIdentifier(InvalidInput):
    """A text that is not the identifier it is offered as."""


class Identifier(str):
    """A string in one canonical form; subclasses say which."""

    __slots__ = ()
    name: ClassVar[str]
    pattern: ClassVar[re.Pattern[str]]
    example: ClassVar[str]
    base_url: ClassVar[str]

    def __new__(cls, text: str) -> Self:
        canonical = cls.canonical(text.strip())
        if not cls.pattern.fullmatch(canonical):
            raise InvalidIdentifier(f"{cls.name} expected, for example {cls.example}; saw {text!r}")
        return super().__new__(cls, canonical)

    @classmethod
    def canonical(cls, text: str) -> str:
        """The form in which equal identifiers are equal strings."""
        return text

    @property
    def url(self) -> str:
        """The public page of the thing named."""
        return self.base_url + self


class Doi(Identifier):
    """A DOI, lower case, without resolver; DOI names are case-insensitive (DOI Handbook 2.4)."""

    __slots__ = ()
    name = "DOI"
    pattern = re.compile(r"10\.\d{4,9}/\S*[^\s.,;]")
    example = "10.1016/j.jad.2023.06.013"
    base_url = "https://doi.org/"

    @classmethod
    def canonical(cls, text: str) -> str:
        if text.startswith("10."):
            return text.lower()
        return re.sub(r"^(https?://(dx\.|www\.)?doi\.org/|doi:\s*)", "", text, flags=re.IGNORECASE).lower()


class Pmid(Identifier):
    """A PubMed number: one to eight digits, no leading zero."""

    __slots__ = ()
    name = "PMID"
    pattern = re.compile(r"[1-9]\d{0,7}")
    example = "19246160"
    base_url = "https://pubmed.ncbi.nlm.nih.gov/"


class Pmcid(Identifier):
    """A PubMed Central number with its letters."""

    __slots__ = ()
    name = "PMCID"
    pattern = re.compile(r"PMC[1-9]\d{0,8}")
    example = "PMC4332939"
    base_url = "https://pmc.ncbi.nlm.nih.gov/articles/"

    @classmethod
    def canonical(cls, text: str) -> str:
        return text.upper()


class NctId(Identifier):
    """A ClinicalTrials.gov number: NCT and eight digits."""

    __slots__ = ()
    name = "NCT number"
    pattern = re.compile(r"NCT\d{8}")
    example = "NCT02728557"
    base_url = "https://clinicaltrials.gov/study/"

    @classmethod
    def canonical(cls, text: str) -> str:
        return text.upper()
