"""What harvesting keeps: windows, their replies, records, links between records, decisions about links.

Never refers to the coded corpus by foreign key: the corpus is rebuilt from its files, the harvest stays.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, DateTime, LargeBinary
from sqlmodel import Field

from corpus.tables.base import Row, identity, place, word

LONG = 300  # identifiers of sources: a DOI or an address


class HarvestWindowRow(Row, table=True):
    __tablename__ = "harvest_window"
    source: str = identity()
    search: str = identity()
    since: date = Field(primary_key=True)
    until: date = Field(primary_key=True)
    query: str
    state: str = word()
    attempts: int
    replies: int
    received: int
    total: int | None = None
    cursor: str | None = None
    message: str
    new: int
    changed: int
    started_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class HarvestReplyRow(Row, table=True):
    __tablename__ = "harvest_reply"
    source: str = identity()
    search: str = identity()
    since: date = Field(primary_key=True)
    until: date = Field(primary_key=True)
    position: int = place()
    url: str
    sha256: str = word()
    at: datetime = Field(sa_type=DateTime(timezone=True))


class PayloadRow(Row, table=True):
    __tablename__ = "payload"
    sha256: str = identity()
    size: int
    packed: bytes = Field(sa_type=LargeBinary)


class HarvestedRecordRow(Row, table=True):
    __tablename__ = "harvested_record"
    source: str = identity()
    source_id: str = Field(primary_key=True, max_length=LONG)
    sha256: str = word()
    record: str
    found: date  # last day of the window that first brought it
    deleted: bool


class RecordLinkRow(Row, table=True):
    __tablename__ = "record_link"
    a: str = Field(primary_key=True, max_length=LONG)
    b: str = Field(primary_key=True, max_length=LONG, index=True)
    verdict: str = word()
    relation: str
    reason: str
    score: float
    by: str = word()


class LinkBeforeRow(Row, table=True):
    """What rules said of a pair before a person did: it stands again when the person takes it back."""

    __tablename__ = "link_before"
    a: str = Field(primary_key=True, max_length=LONG)
    b: str = Field(primary_key=True, max_length=LONG, index=True)
    verdict: str = word()
    relation: str
    reason: str
    score: float
    by: str = word()


class LinkedRecordRow(Row, table=True):
    __tablename__ = "linked_record"
    id: str = Field(primary_key=True, max_length=LONG)
    sha256: str = word()


class RecordKeyRow(Row, table=True):
    __tablename__ = "record_key"
    key: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    record: str = Field(primary_key=True, max_length=LONG, index=True)


class WatchCheckRow(Row, table=True):
    __tablename__ = "watch_check"
    report: str = identity()
    source: str = identity()
    on: date = Field(primary_key=True)
    answered: str = word()
    notices: str
    message: str


class RefreshRow(Row, table=True):
    __tablename__ = "refresh"
    started_at: datetime = Field(primary_key=True, sa_type=DateTime(timezone=True))
    state: str = word()
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class RefreshStageRow(Row, table=True):
    __tablename__ = "refresh_stage"
    refresh: datetime = Field(primary_key=True, sa_type=DateTime(timezone=True))
    position: int = place()
    stage: str = word()
    state: str = word()
    message: str
    told: str
    seconds: float
