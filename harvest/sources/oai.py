"""A journal's OAI-PMH repository: everything whose datestamp lies in the window, pages by resumption token.

Never sends dates with a token: the protocol forbids it (OAI-PMH 2.0, section 3.5).
"""

from urllib.parse import urlencode

from harvest.readers import oai
from harvest.readers.reading import Reading
from harvest.sources.job import Ask, Job


class Oai:
    """See https://www.openarchives.org/OAI/openarchivesprotocol.html, "ListRecords"."""

    name = "oai"

    def ask(self, job: Job, cursor: str | None) -> Ask:
        asked = {"verb": "ListRecords"}
        if cursor is not None:
            asked["resumptionToken"] = cursor
        else:
            asked |= {"metadataPrefix": "oai_dc", "from": f"{job.window.since}", "until": f"{job.window.until}"}
        return Ask(f"{job.contract.url}?" + urlencode(asked))

    def read(self, payload: bytes, url: str) -> Reading:
        return oai.read(payload, url=url)

    def following(self, job: Job, cursor: str | None, reading: Reading) -> str | None:
        return reading.next
