"""What the desk gives a browser to hold for some minutes: readable by its owner, and sealed so that nobody can change it.

Never a place for secrets, and never more than a few short values.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from corpus.desk.desk import Desk


def seal(desk: Desk, purpose: str, values: Mapping[str, str], lasts: timedelta) -> str:
    """The values as one text for a cookie, good for this purpose and this long."""
    until = datetime.now(UTC) + lasts
    body = base64.urlsafe_b64encode(json.dumps([until.isoformat(), dict(values)]).encode()).decode()
    return f"{body}.{_mark(desk, purpose, body)}"


def unseal(desk: Desk, purpose: str, text: str) -> Mapping[str, str] | None:
    """The values, where this desk sealed them for this purpose and their time is not over."""
    body, _, mark = text.partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(desk, purpose, body).encode()):
        return None
    until, values = json.loads(base64.urlsafe_b64decode(body))
    return values if datetime.now(UTC) < datetime.fromisoformat(until) else None


def _mark(desk: Desk, purpose: str, body: str) -> str:
    return hmac.new(desk.secret, f"{purpose}\0{body}".encode(), hashlib.sha256).hexdigest()
