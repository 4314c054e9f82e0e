"""Pages that reviewers name in the protocol: aggregators with a table of concepts, and pages that tell of a study.

Never takes a page for evidence: it leads to a report, or to a person who looks.
"""

from harvest.readers import aggregator_page, secondary_page
from harvest.readers.reading import BadReply, Reading
from harvest.sources.job import Ask, Job

_SUBJECT = b"oxytocin"  # in all languages of the protocol's pages, so far


class Pages:
    """The query is the addresses with blanks between them; the cursor is how many have been read."""

    name = "pages"

    def ask(self, job: Job, cursor: str | None) -> Ask:
        return Ask(job.query.split()[int(cursor or "0")])

    def read(self, payload: bytes, url: str) -> Reading:
        """A page with a table of concepts is an aggregator's; any other tells of a study."""
        if _SUBJECT not in payload.lower():
            raise BadReply(f"{url}: the page does not speak of oxytocin; it is no longer the one that was named")
        try:
            return aggregator_page.read(payload, url=url)
        except BadReply:
            return secondary_page.read(payload, url=url)

    def following(self, job: Job, cursor: str | None, reading: Reading) -> str | None:
        place = int(cursor or "0") + 1
        return str(place) if place < len(job.query.split()) else None
