"""The JSON services and the OAI-PMH repository, over one list of works."""

import json
from collections.abc import Sequence
from datetime import date
from html import escape
from urllib.parse import quote

from tests.servers.faulty import Answer, Fault, Request
from tests.servers.works import Work


def within(works: Sequence[Work], since: str, until: str) -> list[Work]:
    """The works that entered between two days."""
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    return [work for work in works if first <= work.indexed <= last]


def page(found: Sequence[Work], start: int, size: int, fault: Fault | None) -> list[Work]:
    """One page; the fault of a page that is served again gives the one before."""
    if fault is Fault.EMPTY:
        return []
    if fault is Fault.DUPLICATE_PAGE:
        start = max(0, start - size)
    return list(found[start : start + size])


def as_json(document: object, status: int = 200) -> Answer:
    """A JSON answer."""
    return Answer(body=json.dumps(document, ensure_ascii=False).encode(), status=status)


class EuropePmc:
    """/search with FIRST_IDATE:[… TO …] in the query."""

    def __init__(self, works: Sequence[Work]) -> None:
        self._works = works

    def __call__(self, request: Request, fault: Fault | None) -> Answer:
        if fault is Fault.ERROR_DOCUMENT:
            return as_json({"errCode": 500, "errMsg": "The search engine is not available"})
        since, until = request.query["query"].rpartition("FIRST_IDATE:[")[2].rstrip("]").split(" TO ")
        found = within(self._works, since, until)
        mark, size = request.query["cursorMark"], int(request.query["pageSize"])
        if fault is Fault.TOKEN_EXPIRED and mark != "*":
            return as_json({"errCode": 404, "errMsg": f"cursorMark {mark} is not valid"}, status=404)
        start = 0 if mark == "*" else int(mark.removeprefix("mark"))
        held = page(found, start, size, fault)
        results = "results" if fault is Fault.CHANGED_SCHEMA else "resultList"
        return as_json(
            {
                "version": "6.9",
                "hitCount": 0 if fault is Fault.EMPTY else len(found),
                "nextCursorMark": f"mark{start + size}" if held else mark,
                "request": {"cursorMark": quote(mark)},
                results: {"result": [self._result(work) for work in held]},
            }
        )

    def _result(self, work: Work) -> dict[str, object]:
        return {
            "id": work.pmid,
            "source": "MED",
            "pmid": work.pmid,
            "doi": work.doi,
            "title": work.title,
            "authorList": {"author": [{"lastName": f, "firstName": g} for f, g in work.authors]},
            "journalInfo": {
                "volume": work.volume,
                "printPublicationDate": work.published.isoformat(),
                "journal": {"title": work.journal, "issn": "1234-5679"},
            },
            "pubYear": str(work.published.year),
            "pageInfo": work.pages,
            "abstractText": work.abstract,
            "language": "eng",
            "pubTypeList": {"pubType": ["Journal Article", *(["Retracted Publication"] if work.retracted else [])]},
        }


class Crossref:
    """/works by day of indexing, by DOI, and by the work that a notice updates."""

    def __init__(self, works: Sequence[Work]) -> None:
        self._works = works
        self._by_doi = {work.doi: work for work in works}

    def __call__(self, request: Request, fault: Fault | None) -> Answer:
        if fault is Fault.ERROR_DOCUMENT:
            return as_json({"status": "failed", "message-type": "exception", "message": {"name": "class Timeout"}})
        filters = [pair.split(":", 1) for pair in request.query["filter"].split(",")]
        asked = dict(filters)
        cursor, size = request.query.get("cursor", "*"), int(request.query["rows"])
        if "from-index-date" in asked:
            found = within(self._works, asked["from-index-date"], asked["until-index-date"])
            items = [self._item(work) for work in found]
        elif "doi" in asked:
            items = [self._item(self._by_doi[doi]) for name, doi in filters if doi in self._by_doi]
        else:
            items = [
                self._notice(self._by_doi[doi])
                for name, doi in filters
                if doi in self._by_doi and self._by_doi[doi].retracted
            ]
        if fault is Fault.TOKEN_EXPIRED and cursor != "*":
            return as_json({"status": "failed", "message": [{"type": "cursor-invalid"}]}, status=400)
        start = 0 if cursor == "*" else int(cursor.removeprefix("c"))
        if fault is Fault.EMPTY:
            items = []
        begin = max(0, start - size) if fault is Fault.DUPLICATE_PAGE else start
        message = {
            "total-results": len(items),
            "works" if fault is Fault.CHANGED_SCHEMA else "items": items[begin : begin + size],
            "next-cursor": f"c{start + size}",
        }
        return as_json({"status": "ok", "message-type": "work-list", "message-version": "1.0.0", "message": message})

    def _item(self, work: Work) -> dict[str, object]:
        published = work.published
        notice = {"DOI": f"{work.doi}.r", "type": "retraction", "label": "Retraction", "source": "publisher"}
        return {
            "DOI": work.doi,
            "type": "journal-article",
            "title": [work.title],
            "author": [{"family": family, "given": given} for family, given in work.authors],
            "container-title": [work.journal],
            "volume": work.volume,
            "page": work.pages,
            "issued": {"date-parts": [[published.year, published.month, published.day]]},
            "abstract": f"<jats:p>{escape(work.abstract)}</jats:p>",
            "reference": [{"key": doi, "DOI": doi} for doi in work.cites],
            **({"updated-by": [notice]} if work.retracted else {}),
        }

    def _notice(self, work: Work) -> dict[str, object]:
        return {
            "DOI": f"{work.doi}.r",
            "type": "journal-article",
            "title": [f"Retraction: {work.title}"],
            "issued": {"date-parts": [[work.published.year + 1]]},
            "update-to": [{"DOI": work.doi, "type": "retraction", "label": "Retraction"}],
        }


class OpenAlex:
    """/works by day of publication; a key is asked for."""

    def __init__(self, works: Sequence[Work]) -> None:
        self._works = works

    def __call__(self, request: Request, fault: Fault | None) -> Answer:
        if not request.query.get("api_key"):
            answer = as_json({"error": "Unauthorized", "message": "an API key is needed"}, status=429)
            return Answer(body=answer.body, status=429, headers={"Retry-After": "86400"})
        if request.query["api_key"] == "spent":  # the budget of the day, not the pace
            answer = as_json({"error": "Rate limit exceeded", "message": "Insufficient budget"}, status=429)
            return Answer(body=answer.body, status=429, headers={"Retry-After": "43200"})
        if fault is Fault.ERROR_DOCUMENT:
            return as_json({"error": "Service unavailable", "message": "the search index is being rebuilt"})
        asked = dict(pair.split(":", 1) for pair in request.query["filter"].split(",") if ":" in pair)
        found = within(self._works, asked["from_publication_date"], asked["to_publication_date"])
        cursor, size = request.query["cursor"], int(request.query["per-page"])
        if fault is Fault.TOKEN_EXPIRED and cursor != "*":
            return as_json({"error": "Invalid query parameters error.", "message": "cursor is expired"}, status=403)
        start = 0 if cursor == "*" else int(cursor.removeprefix("o"))
        held = page(found, start, size, fault)
        return as_json(
            {
                "meta": {"count": 0 if fault is Fault.EMPTY else len(found), "next_cursor": f"o{start + size}"},
                "works" if fault is Fault.CHANGED_SCHEMA else "results": [self._work(work) for work in held],
            }
        )

    def _work(self, work: Work) -> dict[str, object]:
        words: dict[str, list[int]] = {}
        for place, word in enumerate(work.abstract.split()):
            words.setdefault(word, []).append(place)
        return {
            "id": f"https://openalex.org/W{work.number + 1}",
            "doi": f"https://doi.org/{work.doi}",
            "title": work.title,
            "publication_date": work.published.isoformat(),
            "ids": {"pmid": f"https://pubmed.ncbi.nlm.nih.gov/{work.pmid}"},
            "authorships": [{"author": {"display_name": f"{given} {family}"}} for family, given in work.authors],
            "primary_location": {"source": {"display_name": work.journal, "issn": ["1234-5679"]}},
            "biblio": {
                "volume": work.volume,
                "first_page": work.pages.split("-")[0],
                "last_page": work.pages.split("-")[1],
            },
            "type": "article",
            "is_retracted": work.retracted,
            "abstract_inverted_index": words,
        }


class ClinicalTrials:
    """/studies by day of the last update: every tenth work has a registration."""

    def __init__(self, works: Sequence[Work]) -> None:
        self._works = [work for work in works if work.number % 10 == 0]

    def __call__(self, request: Request, fault: Fault | None) -> Answer:
        if fault is Fault.ERROR_DOCUMENT:
            return Answer(body=b"`query.term` parameter has too complicated query", kind="text/plain")
        since, until = request.query["filter.advanced"].rpartition("RANGE[")[2].rstrip("]").split(",")
        found = within(self._works, since, until)
        token, size = request.query.get("pageToken", ""), int(request.query["pageSize"])
        if fault is Fault.TOKEN_EXPIRED and token:
            return Answer(body=b"Request has invalid `pageToken` parameter", kind="text/plain", status=400)
        start = int(token.removeprefix("t") or 0)
        held = page(found, start, size, fault)
        document: dict[str, object] = {
            "trials" if fault is Fault.CHANGED_SCHEMA else "studies": [self._study(work) for work in held],
            "totalCount": 0 if fault is Fault.EMPTY else len(found),
        }
        if start + size < len(found) and fault is not Fault.EMPTY:
            document["nextPageToken"] = f"t{start + size}"
        return as_json(document)

    def _study(self, work: Work) -> dict[str, object]:
        return {
            "protocolSection": {
                "identificationModule": {"nctId": work.nct, "briefTitle": work.title, "officialTitle": work.title},
                "statusModule": {"startDateStruct": {"date": work.published.isoformat()}},
                "sponsorCollaboratorsModule": {"leadSponsor": {"name": "University of Nowhere"}},
                "descriptionModule": {"briefSummary": work.abstract},
                "conditionsModule": {"conditions": ["Depression"]},
                "designModule": {"studyType": "INTERVENTIONAL", "phases": ["NA"]},
                "referencesModule": {"references": [{"pmid": work.pmid, "type": "RESULT", "citation": "Invented"}]},
            }
        }


class Oai:
    """ListRecords in Dublin Core, a page at a time; every twentieth record is deleted."""

    def __init__(self, works: Sequence[Work], size: int = 100) -> None:
        self._works, self._size = works, size

    def __call__(self, request: Request, fault: Fault | None) -> Answer:
        if fault is Fault.ERROR_DOCUMENT:
            return self._answer('<error code="badArgument">the argument is not allowed</error>')
        if fault is Fault.CHANGED_SCHEMA:
            return self._answer("<ListThings/>")
        token = request.query.get("resumptionToken", "")
        if token:
            if fault is Fault.TOKEN_EXPIRED or token.count("/") != 2:
                return self._answer('<error code="badResumptionToken">the token has expired</error>')
            since, until, at = token.split("/")
        else:
            since, until, at = request.query["from"], request.query["until"], "0"
        found = within(self._works, since, until)
        if not found or fault is Fault.EMPTY:
            return self._answer('<error code="noRecordsMatch"/>')
        start = int(at)
        held = page(found, start, self._size, fault)
        following = f"{since}/{until}/{start + self._size}" if start + self._size < len(found) else ""
        resume = f'<resumptionToken completeListSize="{len(found)}">{following}</resumptionToken>'
        return self._answer(f"<ListRecords>{''.join(map(self._record, held))}{resume}</ListRecords>")

    def _answer(self, inside: str) -> Answer:
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
            f'<responseDate>2026-01-01T00:00:00Z</responseDate><request verb="ListRecords"/>{inside}</OAI-PMH>'
        )
        return Answer(body=text.encode(), kind="text/xml")

    def _record(self, work: Work) -> str:
        deleted = ' status="deleted"' if work.number % 20 == 19 else ""
        header = f"<header{deleted}><identifier>oai:made:article/{work.number}</identifier></header>"
        if deleted:
            return f"<record>{header}</record>"
        creators = "".join(f"<dc:creator>{escape(f'{family}, {given}')}</dc:creator>" for family, given in work.authors)
        first, last = work.pages.split("-")
        return (
            f'<record>{header}<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(work.title)}</dc:title>{creators}'
            f"<dc:description>{escape(work.abstract)}</dc:description><dc:date>{work.published}</dc:date>"
            f"<dc:identifier>{work.doi}</dc:identifier>"
            f"<dc:source>{work.journal}; Vol. {work.volume} No. 1 ({work.published.year}); {first}-{last}</dc:source>"
            "</oai_dc:dc></metadata></record>"
        )
