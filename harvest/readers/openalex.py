"""Reads OpenAlex's works, one or many; abstracts come as lists of places of words.

Never takes OpenAlex's own numbers of cited works for references: they name nothing outside it.
"""

from typing import Any

from corpus.domain.harvested import HarvestedRecord, Rejected
from harvest.readers import dates
from harvest.readers.draft import Draft
from harvest.readers.fields import Fields, plain, read_document
from harvest.readers.reading import BadReply, Reading

SOURCE = "openalex"

_LONGEST = 20_000  # words of an abstract; more is an error of the index
_UNUSED = frozenset(
    """abstract_inverted_index_v3 apc_list apc_paid authors_count awards best_oa_location citation_normalized_percentile
    cited_by_api_url cited_by_count cited_by_percentile_year concepts concepts_count content_url content_urls
    corresponding_author_ids datasets corresponding_institution_ids countries_distinct_count counts_by_year created_date
    display_name fulltext_origin funders fwci grants has_abstract has_content has_fulltext
    indexed_in institution_assertions institutions institutions_distinct_count is_authors_truncated is_paratext is_xpac
    locations locations_count ngrams_url open_access primary_topic primary_location referenced_works
    referenced_works_count related_works relevance_score sustainable_development_goals title topics topics_count
    type_crossref updated_date versions""".split()
)


def read(payload: bytes, *, url: str = "") -> Reading:
    """A page of works, or one work. Raises BadReply where the reply is neither."""
    name = url or "OpenAlex reply"
    data = read_document(payload, name)
    if "error" in data:
        raise BadReply(f"{name}: the server says: {data['error']}: {str(data.get('message', ''))[:120]}")
    if "results" not in data and str(data.get("id", "")).startswith("https://openalex.org/W"):
        record = _record(data)
        return Reading(records=(record,) if record else (), total=1)
    meta, items = data.get("meta"), data.get("results")
    if not isinstance(meta, dict) or not isinstance(items, list) or not isinstance(meta.get("count"), int):
        raise BadReply(f"{name}: meta.count and results expected; saw {', '.join(sorted(data)[:8])}")
    records: list[HarvestedRecord] = []
    rejected: list[Rejected] = []
    for item in items:
        record = _record(item)
        if record is None:
            rejected.append(Rejected(file=name, line=None, reason="a work without a number of OpenAlex"))
        else:
            records.append(record)
    cursor = meta.get("next_cursor")
    return Reading(
        records=tuple(records),
        rejected=tuple(rejected),
        total=meta["count"],
        next=cursor if items and isinstance(cursor, str) else None,
    )


def _record(item: Any) -> HarvestedRecord | None:
    draft = Draft(SOURCE)
    fields = Fields(item, draft.warn)
    number = fields.text("id").rpartition("/")[2]
    if not number.startswith("W"):
        return None
    draft.source_id, draft.url = number, f"https://openalex.org/{number}"
    draft.title = plain(fields.text("title") or fields.text("display_name"))
    draft.give_doi(fields.text("doi"))
    ids = fields.part("ids")
    draft.give_doi(ids.text("doi"))
    draft.give_pmid(ids.text("pmid").rstrip("/").rpartition("/")[2])
    pmcid = ids.text("pmcid").rstrip("/").rpartition("/")[2]
    draft.give_pmcid(f"PMC{pmcid}" if pmcid.isdigit() else pmcid)
    draft.date = dates.printed(fields.text("publication_date")) or dates.printed(fields.text("publication_year"))
    fields.raw("publication_year")
    for authorship in fields.parts("authorships"):
        author = authorship.part("author")
        name = plain(author.text("display_name") or authorship.text("raw_author_name"))
        given, _, family = name.rpartition(" ")
        draft.give_author(family=family, given=given, orcid=author.text("orcid"))
    source = fields.part("primary_location").part("source")
    draft.journal = plain(source.text("display_name"))
    for issn in source.texts("issn"):
        draft.give_issn(issn)
    biblio = fields.part("biblio")
    draft.volume, draft.issue = biblio.text("volume"), biblio.text("issue")
    first, last = biblio.text("first_page"), biblio.text("last_page")
    draft.pages = first if last in ("", first) else f"{first}-{last}"
    draft.types += [kind for kind in (fields.text("type"),) if kind]
    draft.language += [language for language in (fields.text("language"),) if language]
    draft.keywords += [
        plain(keyword.text("display_name") or keyword.text("keyword")) for keyword in fields.parts("keywords")
    ]
    for heading in fields.parts("mesh"):
        descriptor, qualifier = heading.text("descriptor_name"), heading.text("qualifier_name")
        draft.mesh.append(f"{descriptor}/{qualifier}" if qualifier else descriptor)
    draft.abstract = _abstract(fields.raw("abstract_inverted_index"), draft)
    draft.retracted = fields.flag("is_retracted")
    fields.finish(_UNUSED)
    return draft.record()


def _abstract(index: Any, draft: Draft) -> str:
    """The words of an abstract put in their places."""
    if not isinstance(index, dict):
        return ""
    placed = {
        place: word
        for word, places in index.items()
        if isinstance(places, list)
        for place in places
        if isinstance(place, int)
    }
    if len(placed) > _LONGEST:
        draft.warn(f"the abstract has {len(placed)} words: left out")
        return ""
    return plain(" ".join(placed[place] for place in sorted(placed)))
