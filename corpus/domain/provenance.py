"""Where a coded value was read, who coded it, and who checked it.

Never changes with the value's meaning: provenance describes the reading, not the result.
"""

from dataclasses import dataclass
from datetime import date

from corpus.codebook import SourceTier
from corpus.domain.values import Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The text in which a value was read."""

    report: str  # key of the report that prints it: for a tabulated value, the later meta-analysis
    locator: str  # page, table, abstract, file
    tier: SourceTier
    read_at: str = ""  # address of the copy that was read


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """Who coded, who checked, and how a disagreement was settled."""

    coded_by: str  # key of a person
    coded_on: date
    checked_by: str | Missing
    checked_on: date | Missing
    settled: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who codes, checks or decides."""

    key: str
    name: str
    role: str
    orcid: str = ""
