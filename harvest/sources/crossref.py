"""Crossref's works: titles with the hormone by day of indexing, and the notices about known reports.

Never relies on one side of a notice: `updated-by` stands on the article, `update-to` on the notice.
"""

from urllib.parse import urlencode

from harvest.readers import crossref
from harvest.readers.reading import Reading
from harvest.sources.job import WATCH, Ask, Job

_KINDS = ("doi", "updates")  # the reports themselves, then what updates them


class Crossref:
    """See https://api.crossref.org, "works"; several filters of one name mean "any of these"."""

    name = "crossref"

    def ask(self, job: Job, cursor: str | None) -> Ask:
        if job.window.search == WATCH:
            return self._watch(job, cursor or "0")
        window = job.window
        return Ask(
            f"{job.contract.url}/works?"
            + urlencode(
                {
                    "query.title": job.query,
                    "filter": f"from-index-date:{window.since},until-index-date:{window.until}",
                    "rows": job.contract.page,
                    "cursor": cursor or "*",
                    "mailto": job.settings.email,
                }
            )
        )

    def read(self, payload: bytes, url: str) -> Reading:
        return crossref.read(payload, url=url)

    def following(self, job: Job, cursor: str | None, reading: Reading) -> str | None:
        if job.window.search == WATCH:
            place = int(cursor or "0") + 1
            return str(place) if job.some(place // len(_KINDS)) else None
        last = len(reading.records) + len(reading.rejected) < job.contract.page
        return None if last else reading.next

    def _watch(self, job: Job, cursor: str) -> Ask:
        place, kind = divmod(int(cursor), len(_KINDS))
        wanted = ",".join(f"{_KINDS[kind]}:{doi}" for doi in job.some(place))
        address = f"{job.contract.url}/works?" + urlencode(
            {"filter": wanted, "rows": 1000, "mailto": job.settings.email}
        )
        return Ask(address, never_empty=_KINDS[kind] == "doi")
