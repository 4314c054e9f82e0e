"""Tables of people, sources, records and reports.

Never holds an abstract: bibliographic facts only.
"""

from datetime import date

from sqlmodel import Field

from corpus.tables.base import Row, identity, optional_word, place, word


class PersonRow(Row, table=True):
    __tablename__ = "person"
    key: str = identity()
    position: int
    name: str
    role: str
    orcid: str | None = None


class BibliographicSourceRow(Row, table=True):
    __tablename__ = "bibliographic_source"
    key: str = identity()
    position: int
    name: str
    kind: str
    url: str | None = None
    note: str | None = None


class RecordRow(Row, table=True):
    __tablename__ = "record"
    key: str = identity()
    position: int
    source: str = Field(max_length=64, foreign_key="bibliographic_source.key")
    title: str
    authors: str | None = None
    year: int | None = None
    doi_as_printed: str | None = None
    report: str | None = optional_word("report.key")
    note: str | None = None


class ReportRow(Row, table=True):
    __tablename__ = "report"
    key: str = identity()
    position: int
    kind: str = word()
    status: str = word()
    reason: str
    year: int | None = None
    title: str
    journal: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = Field(default=None, index=True)
    pmid: str | None = Field(default=None, index=True)
    pmcid: str | None = None
    nct: str | None = None
    registration: str | None = None
    study: str | None = optional_word("study.key")
    note: str | None = None


class ReportLinkRow(Row, table=True):
    __tablename__ = "report_link"
    report: str = identity("report.key")
    position: int = place()
    kind: str = word()
    to: str = Field(max_length=64, foreign_key="report.key")
    basis: str


class DatabaseSearchRow(Row, table=True):
    __tablename__ = "database_search"
    report: str = identity("report.key")
    position: int = place()
    database: str
    start: str
    end: str


class ClaimRow(Row, table=True):
    __tablename__ = "claim"
    report: str = identity("report.key")
    key: str = identity()
    position: int
    statement: str
    question: str | None = None


class RetractionRow(Row, table=True):
    __tablename__ = "retraction"
    report: str = identity("report.key")
    position: int
    notice: str
    reason: str
    corrected: str | None = None
    noticed_on: date | None = None
