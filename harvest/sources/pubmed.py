"""PubMed through the E-utilities: search into a session, then the articles in batches; known ids, and their neighbours.

Never opens a connection: Bio.Entrez builds the request, the transport that all sources share sends it.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from harvest.readers import eutils, pubmed_xml
from harvest.readers.reading import Reading
from harvest.sources.job import SIMILAR, WATCH, Ask, Job

# The five nearest by words, and everything that cites: names of links, see the list at the NLM ("Entrez Link Descriptions").
_LINKS = "pubmed_pubmed_five,pubmed_pubmed_citedin"


class PubMed:
    """See https://www.ncbi.nlm.nih.gov/books/NBK25499/: esearch, efetch, elink."""

    name = "pubmed"

    def ask(self, job: Job, cursor: str | None) -> Ask:
        state = json.loads(cursor) if cursor else {}
        if job.window.search == WATCH:
            return self._named(job, job.some(state.get("place", 0)))
        if "ids" in state and not state.get("place"):
            return self._named(job, state["ids"][: job.contract.page])
        if job.window.search == SIMILAR:
            ids = job.some(state.get("place", 0))
            return self._build(job, "elink", dbfrom="pubmed", linkname=_LINKS, cmd="neighbor", id=ids)
        if not state:
            return self._build(
                job,
                "esearch",
                term=job.query,
                datetype="edat",
                mindate=f"{job.window.since:%Y/%m/%d}",
                maxdate=f"{job.window.until:%Y/%m/%d}",
                usehistory="y",
                retmax=0,
            )
        page = {"retstart": state["at"], "retmax": job.contract.page}
        return self._fetch(job, WebEnv=state["webenv"], query_key=state["key"], **page)

    def read(self, payload: bytes, url: str) -> Reading:
        if not eutils.is_small(payload):
            return pubmed_xml.read(payload, url=url)
        links = b"<eLinkResult" in payload[:4000]
        return eutils.read_links(payload, url) if links else eutils.read_search(payload, url)

    def following(self, job: Job, cursor: str | None, reading: Reading) -> str | None:
        state: dict[str, Any] = json.loads(cursor) if cursor else {}
        if job.window.search == WATCH:
            place = state.get("place", 0) + 1
            return json.dumps({"place": place}) if job.some(place) else None
        if job.window.search == SIMILAR:
            return self._after_links(job, state, reading)
        if not state:
            return json.dumps({**json.loads(reading.next), "at": 0, "of": reading.total}) if reading.next else None
        at = state["at"] + job.contract.page
        return json.dumps({**state, "at": at}) if at < state["of"] else None

    def _after_links(self, job: Job, state: dict[str, Any], reading: Reading) -> str | None:
        """First all links, then the articles they lead to."""
        if "ids" in state and not state.get("place"):
            left = state["ids"][job.contract.page :]
            return json.dumps({"ids": left}) if left else None
        known = set(job.query.split())
        found = dict.fromkeys([*state.get("ids", ()), *json.loads(reading.next or "[]")])
        ids = [number for number in found if number not in known]
        place = state.get("place", 0) + 1
        if job.some(place):
            return json.dumps({"place": place, "ids": ids})
        return json.dumps({"ids": ids}) if ids else None

    def _named(self, job: Job, ids: Sequence[str]) -> Ask:
        return replace(self._fetch(job, id=",".join(ids)), never_empty=True)

    def _fetch(self, job: Job, **asked: object) -> Ask:
        return self._build(job, "efetch", rettype="xml", retmode="xml", **asked)

    def _build(self, job: Job, utility: str, **asked: object) -> Ask:
        from Bio import Entrez

        known: Any = Entrez
        known.email, known.tool = job.settings.email, "oxysynth"
        known.api_key = job.settings.ncbi_api_key or None
        # Private to Biopython, and used on purpose: its public functions send at once, without a time limit, and do
        # not wait as long as the server asks. A test of every utility keeps an eye on it.
        request = known._build_request(f"{job.contract.url}/{utility}.fcgi", {"db": "pubmed", **asked}, join_ids=False)
        return Ask(request.full_url, request.data or b"")
