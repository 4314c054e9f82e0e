"""ClinicalTrials.gov, version 2: registrations by day of their last update, pages by token.

Never asks for posted results by themselves: they come with the registration.
"""

from urllib.parse import urlencode

from harvest.readers import ctgov
from harvest.readers.reading import Reading
from harvest.sources.job import Ask, Job


class ClinicalTrials:
    """See https://clinicaltrials.gov/data-api/api, "/studies"."""

    name = "ctgov"

    def ask(self, job: Job, cursor: str | None) -> Ask:
        window = job.window
        asked: dict[str, object] = {
            "query.term": job.query,
            "filter.advanced": f"AREA[LastUpdatePostDate]RANGE[{window.since},{window.until}]",
            "pageSize": job.contract.page,
            "countTotal": "true",
            "format": "json",
        }
        if cursor is not None:
            asked["pageToken"] = cursor
        return Ask(f"{job.contract.url}/studies?" + urlencode(asked))

    def read(self, payload: bytes, url: str) -> Reading:
        return ctgov.read(payload, url=url)

    def following(self, job: Job, cursor: str | None, reading: Reading) -> str | None:
        return reading.next
