"""Where a value was read, as every table and plot without pooling carries it along.

Never interprets tier or locator: both are shown as they came in.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The kind of text a value was read in, and the place in it."""

    tier: str
    locator: str
