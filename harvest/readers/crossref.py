"""Reads Crossref's works, one or many, with the notices that stand on either side.

Never takes a correction or a new version for a retraction.
"""

from typing import Any

from corpus.domain.harvested import HarvestedRecord, Rejected, RelationKind
from harvest.readers import dates
from harvest.readers.draft import Draft
from harvest.readers.fields import Fields, plain, read_document
from harvest.readers.reading import BadReply, Reading

SOURCE = "crossref"

# Crossref's update types: on the article (`updated-by`) the notice is elsewhere, on the notice (`update-to`) it is here.
_UPDATED_BY = {
    "retraction": RelationKind.RETRACTION_IN,
    "withdrawal": RelationKind.RETRACTION_IN,
    "removal": RelationKind.RETRACTION_IN,
    "partial_retraction": RelationKind.ERRATUM_IN,  # a part is withdrawn, the report stands
    "correction": RelationKind.ERRATUM_IN,
    "corrigendum": RelationKind.ERRATUM_IN,
    "erratum": RelationKind.ERRATUM_IN,
    "addendum": RelationKind.UPDATE_IN,
    "clarification": RelationKind.UPDATE_IN,
    "expression_of_concern": RelationKind.EXPRESSION_OF_CONCERN_IN,
    "new_version": RelationKind.UPDATE_IN,
    "new_edition": RelationKind.UPDATE_IN,
}
_OTHER_SIDE = {
    RelationKind.RETRACTION_IN: RelationKind.RETRACTION_OF,
    RelationKind.ERRATUM_IN: RelationKind.ERRATUM_FOR,
    RelationKind.EXPRESSION_OF_CONCERN_IN: RelationKind.EXPRESSION_OF_CONCERN_FOR,
    RelationKind.UPDATE_IN: RelationKind.UPDATE_OF,
}
_RELATION = {
    "is-preprint-of": RelationKind.PREPRINT_OF,
    "has-preprint": RelationKind.PREPRINT_IN,
    "is-comment-on": RelationKind.COMMENT_ON,
    "has-comment": RelationKind.COMMENT_IN,
}
_DATES = ("published-print", "published", "issued", "published-online", "posted")
_UNUSED = frozenset(
    """_id accepted aliases alternative-id approved archive article-number assertion award-start chair component-number
    content-created content-domain content-updated contributor created degree deposited edition-number editor event
    free-to-read funder group-title indexed institution is-referenced-by-count isbn-type ISBN issn-type issue-title
    journal-issue license link member original-title part-number posted prefix project publisher publisher-location
    reference-count references-count resource review score short-title source special_numbering standards-body status
    subject subtype translator update-policy version proceedings-subject blind""".split()
)


def read(payload: bytes, *, url: str = "") -> Reading:
    """A list of works, or one work. Raises BadReply where the reply is neither."""
    name = url or "Crossref reply"
    data = read_document(payload, name)
    message = data.get("message")
    if data.get("status") != "ok" or not isinstance(message, dict):
        raise BadReply(f"{name}: a Crossref message expected; saw status {data.get('status')!r}: {str(message)[:120]}")
    if data.get("message-type") == "work":
        record = read_work(message)
        if record is None:
            raise BadReply(f"{name}: a work without a DOI")
        return Reading(records=(record,), total=1)
    items, total = message.get("items"), message.get("total-results")
    if not isinstance(items, list) or not isinstance(total, int):
        raise BadReply(f"{name}: items and total-results expected; saw {', '.join(sorted(message)[:8])}")
    records: list[HarvestedRecord] = []
    rejected: list[Rejected] = []
    for item in items:
        record = read_work(item)
        if record is None:
            rejected.append(Rejected(file=name, line=None, reason="a work without a valid DOI"))
        else:
            records.append(record)
    cursor = message.get("next-cursor")
    return Reading(
        records=tuple(records),
        rejected=tuple(rejected),
        total=total,
        next=cursor if items and isinstance(cursor, str) else None,
    )


def read_work(item: Any) -> HarvestedRecord | None:
    """One work as Crossref's object; nothing where it has no DOI."""
    draft = Draft(SOURCE)
    fields = Fields(item, draft.warn)
    draft.give_doi(fields.text("DOI"))
    if draft.doi is None:
        return None
    draft.source_id, draft.url = str(draft.doi), draft.doi.url
    titles, subtitles = fields.texts("title"), fields.texts("subtitle")
    draft.title = ": ".join(plain(text) for text in (*titles[:1], *subtitles[:1]) if plain(text))
    draft.abstract = plain(fields.text("abstract"))
    draft.journal = plain(next(iter(fields.texts("container-title")), ""))
    draft.journal_abbreviation = plain(next(iter(fields.texts("short-container-title")), ""))
    draft.volume, draft.issue, draft.pages = fields.text("volume"), fields.text("issue"), fields.text("page")
    draft.types += [kind for kind in (fields.text("type"),) if kind]
    draft.language += [language for language in (fields.text("language"),) if language]
    for issn in fields.texts("ISSN"):
        draft.give_issn(issn)
    for author in fields.parts("author"):
        draft.give_author(
            family=plain(author.text("family")),
            given=plain(author.text("given")),
            collective=plain(author.text("name")),
            orcid=author.text("ORCID"),
        )
    printed = [_date(fields.part(name)) for name in _DATES]
    draft.date = next((one for one in printed if one), "")
    for trial in fields.parts("clinical-trial-number"):
        if (number := trial.text("clinical-trial-number").upper()).startswith("NCT"):
            draft.give_nct(number)
    _notices(draft, fields)
    _references(draft, fields)
    fields.raw("URL")
    fields.finish(_UNUSED)
    draft.retracted = any(relation.kind is RelationKind.RETRACTION_IN for relation in draft.relations)
    return draft.record()


def _date(part: Fields) -> str:
    held = part.raw("date-parts")
    parts = held[0] if isinstance(held, list) and held and isinstance(held[0], list) else []
    year, month, day = [*parts[:3], None, None, None][:3]
    return dates.iso(year, month, day) if isinstance(year, int | str) else ""


def _notices(draft: Draft, fields: Fields) -> None:
    for notice in fields.parts("updated-by"):
        draft.relate(_kind(draft, notice), doi=notice.text("DOI"))
    for notice in fields.parts("update-to"):
        kind = _kind(draft, notice)
        draft.relate(_OTHER_SIDE.get(kind, kind), doi=notice.text("DOI"))
    relations = fields.raw("relation")
    for name, targets in relations.items() if isinstance(relations, dict) else ():
        for target in targets if isinstance(targets, list) else ():
            if isinstance(target, dict) and target.get("id-type") == "doi" and name in _RELATION:
                draft.relate(_RELATION[name], doi=str(target.get("id", "")))


def _kind(draft: Draft, notice: Fields) -> RelationKind:
    printed = notice.text("type").lower().replace("-", "_").replace(" ", "_")
    kind = _UPDATED_BY.get(printed)
    if kind is None:
        draft.warn(f"unknown type of update {printed!r}: kept as related")
    return kind or RelationKind.RELATED


def _references(draft: Draft, fields: Fields) -> None:
    for reference in fields.parts("reference"):
        doi, text = reference.text("DOI"), plain(reference.text("unstructured"))
        names = ("author", "year", "article-title", "journal-title", "volume", "first-page")
        printed = text or ", ".join(filter(None, (plain(reference.text(name)) for name in names)))
        draft.relate(RelationKind.CITES, doi=doi or None, text=printed)
