"""Europe PMC's search: one query, pages by cursor mark.

Never asks for less than the core result: the lite one has no abstract and no index terms.
"""

from urllib.parse import urlencode

from harvest.readers import europepmc
from harvest.readers.reading import Reading
from harvest.sources.job import Ask, Job


class EuropePmc:
    """See https://europepmc.org/RestfulWebService, "search"."""

    name = "europepmc"

    def ask(self, job: Job, cursor: str | None) -> Ask:
        window = job.window
        return Ask(
            f"{job.contract.url}/search?"
            + urlencode(
                {
                    "query": f"({job.query}) AND FIRST_IDATE:[{window.since} TO {window.until}]",
                    "resultType": "core",
                    "format": "json",
                    "pageSize": job.contract.page,
                    "cursorMark": cursor or "*",
                    "email": job.settings.email,
                }
            )
        )

    def read(self, payload: bytes, url: str) -> Reading:
        return europepmc.read(payload, url=url)

    def following(self, job: Job, cursor: str | None, reading: Reading) -> str | None:
        """The end is a page that is not full, or a mark that stays."""
        last = len(reading.records) + len(reading.rejected) < job.contract.page
        return None if last or reading.next == cursor else reading.next
