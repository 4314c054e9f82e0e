"""Tables that belong to values of every kind: reasons of missing values, short lists of text, provenance, audit trail.

Never references its owner by foreign key: ``entity`` names the owner's table, ``entity_key`` its key within it.
"""

from datetime import datetime

from sqlalchemy import DateTime
from sqlmodel import Field

from corpus.tables.base import Row, place, word


class MissingValueRow(Row, table=True):
    __tablename__ = "missing_value"
    entity: str = Field(primary_key=True, max_length=64)
    entity_key: str = Field(primary_key=True)
    field: str = Field(primary_key=True, max_length=64)
    reason: str = word()
    note: str | None = None


class TextItemRow(Row, table=True):
    __tablename__ = "text_item"
    entity: str = Field(primary_key=True, max_length=64)
    entity_key: str = Field(primary_key=True)
    field: str = Field(primary_key=True, max_length=64)
    position: int = place()
    text: str


class ProvenanceRow(Row, table=True):
    __tablename__ = "provenance"
    entity: str = Field(primary_key=True, max_length=64)
    entity_key: str = Field(primary_key=True)
    report: str = Field(max_length=64, foreign_key="report.key")
    locator: str
    tier: str = word()
    read_at: str | None = None


class AuditEventRow(Row, table=True):
    __tablename__ = "audit_event"
    sequence: int = place()
    at: datetime = Field(sa_type=DateTime(timezone=True))
    who: str = Field(index=True)
    action: str
    entity: str = Field(index=True)
    before: str
    after: str
    previous: str
    hash: str
    told: str | None = None


class TrailHeadRow(Row, table=True):
    """Where the audit trail ended when somebody last added to it: whoever did (by ``database``), or the desk with its seal."""

    __tablename__ = "trail_head"
    by: str = Field(primary_key=True, max_length=64)
    events: int
    hash: str
    seal: str
