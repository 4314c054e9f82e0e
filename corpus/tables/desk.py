"""What the desk keeps: the queue of found works, decisions, people, and drafts of coding, one row for each value.

Never refers to records or to the coded corpus by foreign key: both are rebuilt, the work of people stays.
"""

from datetime import datetime

from sqlalchemy import DateTime, Index, text
from sqlmodel import Field

from corpus.tables.base import Row, identity, place, word
from corpus.tables.harvest import LONG

PATH = 300  # of a value within a draft
_WAITS, _IS_REPORT = text("state = 'waiting' AND report = ''"), text("report != ''")


class FoundWorkRow(Row, table=True):
    """A work as the queue shows it; made anew from records, links, decisions and ranking."""

    __tablename__ = "found_work"
    __table_args__ = (
        Index("ix_found_work_queue", "stage", "state", "report", "place", "key"),
        Index("ix_found_work_place", "place", "key"),
        Index("ix_found_work_stage", "stage", "place", "key"),
        # What waits, counted and in order, however many before it are decided on.
        Index("ix_found_work_waiting", "stage", "place", "key", sqlite_where=_WAITS, postgresql_where=_WAITS),
        Index("ix_found_work_report", "report", sqlite_where=_IS_REPORT, postgresql_where=_IS_REPORT),
    )
    key: str = Field(primary_key=True, max_length=LONG)
    place: int
    likely: bool
    probability: float | None = None
    reason: str
    title: str
    folded: (
        str  # the title without capitals, as it is looked through: lower() of a database is slow, or knows ASCII only
    )
    year: int | None = None
    report: str
    stage: str = word()
    state: str = word()
    excluded_for: str = word()  # key of the criterion; empty for a work that is not excluded


class WorkMemberRow(Row, table=True):
    __tablename__ = "work_member"
    record: str = Field(primary_key=True, max_length=LONG)
    work: str = Field(max_length=LONG, index=True)


class ScreeningDecisionRow(Row, table=True):
    """A decision that somebody made; one that was taken back or replaced stays, with the moment when it ended."""

    __tablename__ = "screening_decision"
    __table_args__ = (
        Index("ix_screening_decision_who_at", "who", "at"),
        Index("ix_screening_decision_record", "record", "stage", "who"),
        # One person has one decision that stands on a record at a stage.
        Index(
            "uq_screening_decision_standing",
            "record",
            "stage",
            "who",
            unique=True,
            sqlite_where=text("ended IS NULL"),
            postgresql_where=text("ended IS NULL"),
        ),
    )
    number: int | None = Field(default=None, primary_key=True)
    record: str = Field(max_length=LONG)
    stage: str = word()
    who: str = word()
    verdict: str = word()
    reason: str = word()
    note: str
    at: datetime = Field(sa_type=DateTime(timezone=True))
    needed: int
    settles: bool
    together: bool
    ended: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    replaces: int | None = None  # number of the decision whose place it took


class ScreeningSkipRow(Row, table=True):
    __tablename__ = "screening_skip"
    record: str = Field(primary_key=True, max_length=LONG)
    stage: str = identity()
    who: str = identity()
    at: datetime = Field(sa_type=DateTime(timezone=True))


class LinkProposalRow(Row, table=True):
    """What somebody holds a pair of records to be, until an editor says it."""

    __tablename__ = "link_proposal"
    a: str = Field(primary_key=True, max_length=LONG)
    b: str = Field(primary_key=True, max_length=LONG, index=True)
    saying: str = word()
    reason: str
    who: str = word()
    at: datetime = Field(sa_type=DateTime(timezone=True))


class AmendmentRow(Row, table=True):
    """A field of a record that its source left empty, added by a person."""

    __tablename__ = "record_amendment"
    record: str = Field(primary_key=True, max_length=LONG)
    field: str = identity()
    text: str
    who: str = word()
    at: datetime = Field(sa_type=DateTime(timezone=True))


class HighlightRow(Row, table=True):
    __tablename__ = "highlight_word"
    text: str = identity()
    kind: str = word()
    who: str = word()


class FullTextRow(Row, table=True):
    """A file that was attached to a record, or an address where its text is."""

    __tablename__ = "full_text"
    record: str = Field(primary_key=True, max_length=LONG)
    position: int = place()
    name: str
    url: str
    sha256: str = word()
    size: int
    who: str = word()
    at: datetime = Field(sa_type=DateTime(timezone=True))
    taken_by: str = word()  # who took it away; empty while it is there


class AccountRow(Row, table=True):
    __tablename__ = "account"
    key: str = identity()
    name: str
    role: str = word()
    active: bool
    orcid: str
    screens: bool  # counts among those who decide
    password: str  # argon2 hash; empty where the person enters another way
    subject: str = Field(max_length=LONG, index=True)  # who the identity provider says it is; empty for none


class InvitationRow(Row, table=True):
    __tablename__ = "invitation"
    token: str = identity()  # keyed hash of what the link holds
    role: str = word()
    name: str
    by: str = word()
    expires: datetime = Field(sa_type=DateTime(timezone=True))
    account: str = word()  # whose password it renews; empty for a place that somebody new takes
    screens: bool  # whether who takes the place counts among those who decide


class LoginSessionRow(Row, table=True):
    __tablename__ = "login_session"
    token: str = identity()  # keyed hash of the cookie
    account: str = word()
    csrf: str = word()
    expires: datetime = Field(sa_type=DateTime(timezone=True))


class LoginFailureRow(Row, table=True):
    """An attempt to enter; it is taken away when it succeeds."""

    __tablename__ = "login_failure"
    number: int | None = Field(default=None, primary_key=True)
    of: str = Field(max_length=LONG, index=True)  # "account:…" or "address:…"
    at: datetime = Field(sa_type=DateTime(timezone=True))


class CaseRow(Row, table=True):
    """A study that is being coded: new, or one of the corpus that is coded again."""

    __tablename__ = "coding_case"
    key: str = identity()
    work: str = Field(max_length=LONG)  # a record of the work it came from; empty for a study of the corpus
    study: str = word()  # key of the study of the corpus it is a new coding of; empty for a new one
    base: str  # digest of what the corpus said of that study, its report and its sample when it was last looked at
    coders: int  # who must have finished before it is compared
    state: str = word()
    opened_by: str = word()
    at: datetime = Field(sa_type=DateTime(timezone=True))


class DraftRow(Row, table=True):
    """One person's coding of a case, or (by nobody) the settled one."""

    __tablename__ = "coding_draft"
    case: str = identity()
    who: str = identity()
    state: str = word()
    at: datetime = Field(sa_type=DateTime(timezone=True))


class DraftValueRow(Row, table=True):
    """One value of a draft, as it was typed; or of what the corpus said of a study that is coded again."""

    __tablename__ = "draft_value"
    case: str = identity()
    who: str = identity()
    path: str = Field(primary_key=True, max_length=PATH)
    value: str


class SettlementRow(Row, table=True):
    """How a difference between two codings was settled."""

    __tablename__ = "settlement"
    case: str = identity()
    path: str = Field(primary_key=True, max_length=PATH)
    value: str
    reason: str
    who: str = word()
    at: datetime = Field(sa_type=DateTime(timezone=True))


class SyncedRow(Row, table=True):
    """What an entity of the corpus was when files and database last agreed on it."""

    __tablename__ = "synced_file"
    entity: str = Field(primary_key=True, max_length=LONG)
    digest: str = word()


class DeskFactRow(Row, table=True):
    """One thing the desk remembers of itself, such as what the last ranking said; the value is JSON."""

    __tablename__ = "desk_fact"
    name: str = identity()
    value: str
    at: datetime = Field(sa_type=DateTime(timezone=True))


class FileConflictRow(Row, table=True):
    """The files' side of an entity that the desk has changed too, or that stands or falls with one."""

    __tablename__ = "file_conflict"
    entity: str = Field(primary_key=True, max_length=LONG)
    text: str
    digest: str = word()
    together: str = Field(max_length=LONG)  # names those that are settled at once; the entity itself where it is alone
    at: datetime = Field(sa_type=DateTime(timezone=True))


class MatterRow(Row, table=True):
    """What was done about a matter that waited for a person."""

    __tablename__ = "matter"
    kind: str = identity()
    item: str = Field(primary_key=True, max_length=LONG)
    outcome: str = word()
    note: str
    who: str = word()
    at: datetime = Field(sa_type=DateTime(timezone=True))


class ReaderReportRow(Row, table=True):
    """What a reader of the site holds to be wrong."""

    __tablename__ = "reader_report"
    number: int | None = Field(default=None, primary_key=True)
    about: str = Field(max_length=LONG)
    said: str
    sender: str = word()  # keyed hash of the address it came from, to stop floods; never the address
    at: datetime = Field(sa_type=DateTime(timezone=True))
