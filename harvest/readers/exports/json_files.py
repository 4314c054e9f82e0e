"""Reads replies that somebody saved: JSON of Europe PMC, Crossref, OpenAlex, ClinicalTrials.gov, DOAJ, whole or by line.

Never guesses: an object whose keys belong to none of them is rejected.
"""

import json
from collections.abc import Iterator
from typing import Any

from corpus.domain.harvested import HarvestedRecord, Rejected
from harvest.readers import crossref, ctgov, dates, europepmc, openalex
from harvest.readers.draft import Draft
from harvest.readers.fields import Fields, plain
from harvest.readers.reading import BadReply


def read_json(text: str, file: str) -> Iterator[HarvestedRecord | Rejected]:
    """Every record of one reply, or of one object in each line."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                try:
                    yield from _object(json.loads(line), file, number)
                except (ValueError, RecursionError) as error:
                    yield Rejected(file=file, line=number, reason=f"no JSON: {error}")
    else:
        yield from _object(whole, file, 1)


def _object(data: Any, file: str, line: int) -> Iterator[HarvestedRecord | Rejected]:
    readers = (
        (europepmc, "resultList"),
        (crossref, "message"),
        (openalex, "meta"),
        (openalex, "authorships"),
        (ctgov, "studies"),
        (ctgov, "protocolSection"),
    )
    found = next((reader for reader, key in readers if isinstance(data, dict) and key in data), None)
    if found is not None:
        try:
            reading = found.read(json.dumps(data).encode(), url=file)
        except BadReply as error:
            yield Rejected(file=file, line=line, reason=str(error))
            return
        yield from reading.records
        yield from reading.rejected
    elif isinstance(data, dict) and "bibjson" in data:
        yield _doaj(data)
    elif isinstance(data, dict) and "DOI" in data and (record := crossref.read_work(data)):
        yield record
    else:
        keys = ", ".join(sorted(map(str, data))[:6]) if isinstance(data, dict) else type(data).__name__
        yield Rejected(file=file, line=line, reason=f"no reply of a known service; saw {keys}")


def _doaj(data: Any) -> HarvestedRecord:
    """An article of the Directory of Open Access Journals."""
    draft = Draft("doaj")
    fields = Fields(data, draft.warn)
    draft.source_id = fields.text("id")
    article = fields.part("bibjson")
    draft.title, draft.abstract = plain(article.text("title")), plain(article.text("abstract"))
    for author in article.parts("author"):
        given, _, family = plain(author.text("name")).rpartition(" ")
        draft.give_author(family=family, given=given, orcid=author.text("orcid_id"))
    draft.date = dates.iso(article.text("year"), article.text("month"))
    journal = article.part("journal")
    draft.journal, draft.volume, draft.issue = journal.text("title"), journal.text("volume"), journal.text("number")
    draft.language += journal.texts("language")
    first, last = article.text("start_page"), article.text("end_page")
    draft.pages = f"{first}-{last}" if first and last and first != last else first
    for identifier in article.parts("identifier"):
        kind, number = identifier.text("type").lower(), identifier.text("id")
        if kind == "doi":
            draft.give_doi(number)
        elif kind in ("issn", "eissn", "pissn"):
            draft.give_issn(number)
    draft.keywords += [plain(word) for word in article.texts("keywords")]
    return draft.record()
