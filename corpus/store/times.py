"""Times as the databases give them back.

Never lets a time without a zone out.
"""

from datetime import UTC, datetime


def utc(at: datetime) -> datetime:
    """The moment in UTC: SQLite gives back a time without its zone, PostgreSQL one in the session's zone."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
