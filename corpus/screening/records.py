"""What screening reads of a record: its words, and the year that breaks ties.

Never reads authors, journals or counts of citations: who wrote a report must not decide whether it is read.
"""

from dataclasses import dataclass

from corpus.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningRecord:
    """A record as the ranking sees it. An empty abstract means that the source gave none."""

    key: str
    title: str
    abstract: str = ""
    year: int | None = None
    keywords: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.key.strip():
            raise InvalidInput(f"the record {self.title!r} has an empty key; give each record a key of its own")

    @property
    def text(self) -> str:
        """Title, abstract and keywords, as one text."""
        return " ".join(part for part in (self.title, self.abstract, "; ".join(self.keywords)) if part)
