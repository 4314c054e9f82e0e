"""Where the audit trail ends, kept outside its chain: the chain alone does not show that its last events were taken out.

Never lets a head go on that does not fit the trail: what somebody took out stays to be seen, however much is added later.
"""

import hmac
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from corpus.audit import AuditEvent, Head, Seen, seal_of
from corpus.store.rows import table_of
from corpus.tables import shared

SECRET = "trail secret"  # where a session's info holds what the desk seals with
_HEAD = table_of(shared.TrailHeadRow)
_AUDIT = table_of(shared.AuditEventRow)
ANYBODY, DESK = "the database", "the desk"
# Asked for with every event: put together once.
_FOLLOWING = update(_HEAD).where(
    _HEAD.c.by == ANYBODY, _HEAD.c.events == bindparam("before"), _HEAD.c.hash == bindparam("previous")
)
_SEALED = select(_HEAD, _AUDIT.c.hash.label("told")).outerjoin(_AUDIT, _AUDIT.c.sequence == _HEAD.c.events)
_SEALED = _SEALED.where(_HEAD.c.by == DESK)
_SEALING = update(_HEAD).where(_HEAD.c.by == DESK)


class Heads:
    """The heads in one session's database."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._secret: bytes = session.info.get(SECRET, b"")

    def advance(self, added: Sequence[AuditEvent]) -> None:
        """Keep the new end of the trail; with a secret, sealed too."""
        first, head = added[0], Head(added[-1].sequence, added[-1].hash)
        if first.sequence == 1:
            self._put(ANYBODY, head)
        else:
            # Only from the event before: where events were taken out, or added by hand, the head stays behind.
            before = {"before": first.sequence - 1, "previous": first.previous}
            self._session.execute(_FOLLOWING, {**before, "events": head.events, "hash": head.hash})
        if self._secret and self._sealed_holds():
            self._seal(head)

    def begin(self, head: Head) -> bool:
        """Seal the trail as it is, where there is a secret and no seal; whether it was."""
        if not self._secret or self._row(DESK) is not None:
            return False
        self._put(DESK, head, seal_of(self._secret, head))
        return True

    def seen(self, secret: bytes) -> tuple[Seen, ...]:
        """Every head that is kept here; one that the desk has sealed is looked at with its secret, where that is given."""
        found = []
        for by in (ANYBODY, DESK):
            row = self._row(by)
            if row is not None:
                head = Head(row.events, row.hash)
                forged = bool(secret) and by == DESK and not hmac.compare_digest(row.seal, seal_of(secret, head))
                found.append(Seen(by=by, head=head, last=by == ANYBODY, forged=forged))
        return tuple(found)

    def _sealed_holds(self) -> bool:
        """Whether the head that was sealed last is the desk's own, and still in the trail."""
        row = self._session.execute(_SEALED).first()
        if row is None or not hmac.compare_digest(row.seal, seal_of(self._secret, Head(row.events, row.hash))):
            return False
        return bool(row.events == 0 or row.told == row.hash)

    def _seal(self, head: Head) -> None:
        values = {"events": head.events, "hash": head.hash, "seal": seal_of(self._secret, head)}
        self._session.execute(_SEALING, values)

    def _put(self, by: str, head: Head, seal: str = "") -> None:
        if self._row(by) is None:
            row = {"by": by, "events": head.events, "hash": head.hash, "seal": seal}
            self._session.execute(insert(_HEAD), row)

    def _row(self, by: str) -> Any:
        return self._session.execute(select(_HEAD).where(_HEAD.c.by == by)).first()
