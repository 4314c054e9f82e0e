"""Reads Europe PMC's search replies, lite and core.

Never takes a reply without a list of results for an empty one.
"""

from urllib.parse import unquote

from corpus.domain.harvested import HarvestedRecord, Rejected, RelationKind
from harvest.readers import dates
from harvest.readers.draft import Draft
from harvest.readers.fields import Fields, plain, read_document
from harvest.readers.reading import BadReply, Reading

SOURCE = "europepmc"

# Europe PMC's types of comments and corrections, which are PubMed's in words.
_RELATIONS = {
    "retraction in": RelationKind.RETRACTION_IN,
    "retraction of": RelationKind.RETRACTION_OF,
    "partial retraction in": RelationKind.ERRATUM_IN,  # a part is withdrawn, the report stands
    "partial retraction of": RelationKind.ERRATUM_FOR,
    "erratum in": RelationKind.ERRATUM_IN,
    "erratum for": RelationKind.ERRATUM_FOR,
    "expression of concern in": RelationKind.EXPRESSION_OF_CONCERN_IN,
    "expression of concern for": RelationKind.EXPRESSION_OF_CONCERN_FOR,
    "comment in": RelationKind.COMMENT_IN,
    "comment on": RelationKind.COMMENT_ON,
    "update in": RelationKind.UPDATE_IN,
    "update of": RelationKind.UPDATE_OF,
    "preprint in": RelationKind.PREPRINT_IN,
    "preprint of": RelationKind.PREPRINT_OF,
    "republished in": RelationKind.REPUBLISHED_IN,
    "republished from": RelationKind.REPUBLISHED_FROM,
    "corrected and republished in": RelationKind.REPUBLISHED_IN,
    "corrected and republished from": RelationKind.REPUBLISHED_FROM,
    "retracted and republished in": RelationKind.RETRACTION_IN,
    "retracted and republished from": RelationKind.RETRACTION_OF,
    "cites": RelationKind.CITES,
}
_UNUSED = frozenset(
    """affiliation authMan authorIdList bookOrReportDetails chemicalList citedByCount dataLinksTagsList dateOfCompletion
    dateOfCreation dateOfRevision embargoDate epmcAuthMan electronicPublicationDate firstIndexDate fullTextIdList
    fullTextReceivedDate fullTextUrlList grantsList hasBook hasData hasDbCrossReferences hasEvaluations hasLabsLinks
    hasPDF hasReferences hasSuppl hasTMAccessionNumbers hasTextMinedTerms inEPMC inPMC investigatorList isOpenAccess
    license manuscriptId nihAuthMan patentDetails pubModel publicationStatus publisher subsetList tmAccessionTypeList
    versionList versionNumber""".split()
)


def read(payload: bytes, *, url: str = "") -> Reading:
    """One search reply. Raises BadReply where it is none."""
    name = url or "Europe PMC reply"
    data = read_document(payload, name)
    if "errMsg" in data or "errCode" in data:
        raise BadReply(f"{name}: the server says: {data.get('errMsg') or data.get('errCode')}")
    results = data.get("resultList")
    items = results.get("result") if isinstance(results, dict) else None
    if not isinstance(items, list) or not isinstance(data.get("hitCount"), int):
        raise BadReply(f"{name}: hitCount and resultList.result expected; saw {', '.join(sorted(data)[:8])}")
    records: list[HarvestedRecord] = []
    rejected: list[Rejected] = []
    for item in items:
        record = _record(item)
        if record is None:
            rejected.append(Rejected(file=name, line=None, reason="a result without id and source"))
        else:
            records.append(record)
    request = data.get("request")
    asked = unquote(str(request.get("cursorMark", ""))) if isinstance(request, dict) else ""
    mark = data.get("nextCursorMark")
    return Reading(
        records=tuple(records),
        rejected=tuple(rejected),
        total=data["hitCount"],
        next=mark if items and isinstance(mark, str) and mark != asked else None,
    )


def _record(item: object) -> HarvestedRecord | None:
    draft = Draft(SOURCE)
    fields = Fields(item, draft.warn)
    number, source = fields.text("id"), fields.text("source")
    if not number or not source:
        return None
    draft.source_id, draft.url = f"{source}:{number}", f"https://europepmc.org/article/{source}/{number}"
    draft.give_pmid(fields.text("pmid"))
    draft.give_pmcid(fields.text("pmcid"))
    draft.give_doi(fields.text("doi"))
    draft.title = plain(fields.text("title"))
    draft.abstract = plain(fields.text("abstractText"))
    draft.pages = fields.text("pageInfo")
    _authors(draft, fields)
    _journal(draft, fields)
    for issn in fields.text("journalIssn").split(";"):
        draft.give_issn(issn)
    draft.language += [language for language in (fields.text("language"),) if language]
    draft.types += fields.part("pubTypeList").texts("pubType") or [
        name for name in fields.text("pubType").split("; ") if name
    ]
    for heading in fields.part("meshHeadingList").parts("meshHeading"):
        _mesh(draft, heading)
    draft.keywords += [plain(keyword) for keyword in fields.part("keywordList").texts("keyword")]
    for relation in fields.part("commentCorrectionList").parts("commentCorrection"):
        _relate(draft, relation)
    draft.retracted = any(name.lower() == "retracted publication" for name in draft.types) or any(
        relation.kind is RelationKind.RETRACTION_IN for relation in draft.relations
    )
    fields.finish(_UNUSED)
    return draft.record()


def _authors(draft: Draft, fields: Fields) -> None:
    printed = fields.text("authorString")
    for author in fields.part("authorList").parts("author"):
        identifier = author.part("authorId")
        orcid = identifier.text("value") if identifier.text("type") == "ORCID" else ""
        draft.give_author(
            family=author.text("lastName"),
            given=author.text("firstName") or author.text("initials"),
            collective=author.text("collectiveName"),
            orcid=orcid,
        )
    if not draft.authors:
        for name in printed.rstrip(".").split(", "):
            family, _, given = name.rpartition(" ")
            draft.give_author(family=family or given, given=given if family else "")


def _journal(draft: Draft, fields: Fields) -> None:
    info = fields.part("journalInfo")
    journal = info.part("journal")
    draft.journal = journal.text("title") or fields.text("journalTitle")
    draft.journal_abbreviation = journal.text("isoabbreviation") or journal.text("medlineAbbreviation")
    draft.give_issn(journal.text("issn"))
    draft.give_issn(journal.text("essn"))
    draft.volume = info.text("volume") or fields.text("journalVolume")
    draft.issue = info.text("issue") or fields.text("issue")
    exact, year = info.text("printPublicationDate"), fields.text("pubYear")
    draft.date = dates.printed(info.text("dateOfPublication")) or dates.printed(exact) or dates.printed(year)
    first = fields.text("firstPublicationDate")
    draft.date = draft.date or dates.printed(first)


def _mesh(draft: Draft, heading: Fields) -> None:
    name = heading.text("descriptorName")
    qualifiers = [one.text("qualifierName") for one in heading.part("meshQualifierList").parts("meshQualifier")]
    if name:
        draft.mesh.append("/".join([name, *filter(None, qualifiers)]))


def _relate(draft: Draft, relation: Fields) -> None:
    kind = _RELATIONS.get(relation.text("type").lower())
    source, number = relation.text("source"), relation.text("id")
    text = relation.text("reference")
    draft.relate(kind or RelationKind.RELATED, pmid=number if source == "MED" else None, text=text)
