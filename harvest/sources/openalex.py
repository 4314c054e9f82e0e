"""OpenAlex's works: one search in title and abstract, pages by cursor.

Never asks without a key: since February 2026 an answer without one is refused.
"""

from urllib.parse import urlencode

from harvest.readers import openalex
from harvest.readers.reading import Reading
from harvest.sources.job import Ask, Job


class OpenAlex:
    """See https://docs.openalex.org, "Get lists of entities"."""

    name = "openalex"

    def ask(self, job: Job, cursor: str | None) -> Ask:
        window = job.window
        wanted = (
            f"title_and_abstract.search:{job.query.replace(',', ' ')},"
            f"from_publication_date:{window.since},to_publication_date:{window.until}"
        )
        return Ask(
            f"{job.contract.url}/works?"
            + urlencode(
                {
                    "filter": wanted,
                    "per-page": job.contract.page,
                    "cursor": cursor or "*",
                    "mailto": job.settings.email,
                    "api_key": job.settings.openalex_api_key,
                }
            )
        )

    def read(self, payload: bytes, url: str) -> Reading:
        return openalex.read(payload, url=url)

    def following(self, job: Job, cursor: str | None, reading: Reading) -> str | None:
        last = len(reading.records) + len(reading.rejected) < job.contract.page
        return None if last else reading.next
