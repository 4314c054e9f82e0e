"""What somebody said while another looked at an older page: the mark of what was shown, and what stands instead.

Never decides whose word stands: the second sees both, and says it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from corpus.errors import InvalidInput

NOTHING = ""  # the mark of what nobody has said anything of


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands now of a thing that several people may change, in words."""

    mark: str
    what: str
    who: str
    why: str = ""


class SaidMeanwhile(InvalidInput):
    """Somebody said something else since the page was shown; it stands until the second has seen it."""

    def __init__(self, now: Standing, mine: str) -> None:
        why = f" ({now.why})" if now.why else ""
        super().__init__(f"{now.who} said meanwhile: {now.what}{why}; that stands, and yours is not saved: {mine}")
        self.now = now
        self.mine = mine


def mark_of(values: Mapping[str, object]) -> str:
    """Tells one state of a thing from another; equal states have equal marks."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
