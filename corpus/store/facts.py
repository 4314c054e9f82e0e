"""What the desk remembers of itself, by name.

Never holds what a person decided: that has tables of its own, and a trail.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlmodel import Session

from corpus.store.rows import table_of
from corpus.tables import desk

_FACT = table_of(desk.DeskFactRow)
_CALLED = select(_FACT.c.value).where(_FACT.c.name == bindparam("name"))  # asked for by every page: put together once


class Facts:
    """The facts in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def remember(self, name: str, value: Mapping[str, Any]) -> None:
        """Put a fact in place of what was remembered before."""
        self._session.execute(delete(_FACT).where(_FACT.c.name == name))
        row = {"name": name, "value": json.dumps(value), "at": datetime.now(UTC)}
        self._session.execute(insert(_FACT), row)

    def recall(self, name: str) -> Mapping[str, Any] | None:
        """A fact, or nothing."""
        found = self._session.execute(_CALLED, {"name": name}).scalar()
        return None if found is None else json.loads(found)
