"""Reads MEDLINE's tagged text (nbib), as PubMed and ERIC export it.

Never cuts a record at a blank line within it: Bio.Medline alone would make two of one.
"""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

from Bio import Medline

from corpus.domain.harvested import HarvestedRecord, Rejected, RelationKind
from harvest.readers import dates
from harvest.readers.draft import Draft
from harvest.readers.exports.fields import cleaned, lines_of

_TAGGED = re.compile(r"^[A-Z]{2,4} {0,2}- ")
_RELATIONS = {
    "RIN": RelationKind.RETRACTION_IN,
    "ROF": RelationKind.RETRACTION_OF,
    "EIN": RelationKind.ERRATUM_IN,
    "EFR": RelationKind.ERRATUM_FOR,
    "ECI": RelationKind.EXPRESSION_OF_CONCERN_IN,
    "ECF": RelationKind.EXPRESSION_OF_CONCERN_FOR,
    "CIN": RelationKind.COMMENT_IN,
    "CON": RelationKind.COMMENT_ON,
    "UIN": RelationKind.UPDATE_IN,
    "UOF": RelationKind.UPDATE_OF,
    "RPI": RelationKind.REPUBLISHED_IN,
    "RPF": RelationKind.REPUBLISHED_FROM,
}


def read_medline(text: str, file: str) -> Iterator[HarvestedRecord | Rejected]:
    """Every record, or the reason why it could not be used."""
    start, held, after_blank = 1, list[str](), True
    for number, line in enumerate(lines_of(text), 1):
        if line.startswith("PMID- ") or (after_blank and line.startswith("OWN - ")):
            if any(one.strip() for one in held):
                yield _record(start, held, file)
            start, held = number, []
        held.append(line)
        after_blank = not line.strip()
    if any(one.strip() for one in held):
        yield _record(start, held, file)


def _record(start: int, held: list[str], file: str) -> HarvestedRecord | Rejected:
    lines = [line for line in held if line.strip()]
    for place, line in enumerate(lines):
        if not _TAGGED.match(line) and not line.startswith("      "):
            lines[place] = "      " + line.strip()  # a line that lost its indentation belongs to the field before
    try:
        data = Medline.read(StringIO("\n".join(lines) + "\n"))  # type: ignore[no-untyped-call, unused-ignore]
    except (ValueError, KeyError, IndexError) as error:
        return Rejected(file=file, line=start, reason=f"not MEDLINE: {' '.join(str(error).split()) or 'unreadable'}")
    record = _made(data)
    if not record.title and record.pmid is None:
        return Rejected(file=file, line=start, reason="neither a title nor a PMID")
    return record


def _made(data: Any) -> HarvestedRecord:
    draft = Draft("medline")

    def text(name: str) -> str:
        value = data.get(name, "")
        return cleaned(" ".join(value) if isinstance(value, list) else str(value), draft.warn)

    def texts(name: str) -> list[str]:
        value = data.get(name, [])
        return [cleaned(str(item), draft.warn) for item in (value if isinstance(value, list) else [value])]

    if data.get("OWN") in (None, "NLM", "NASA", "PIP", "KIE", "NOTNLM", "HSR"):
        draft.give_pmid(text("PMID"))
    draft.source_id = str(draft.pmid or text("OID"))
    draft.source = "medline" if draft.pmid else "nbib"
    title = text("TI")
    draft.title = (
        title.rstrip(".")[1:-1].strip() if title.startswith("[") and title.rstrip(".").endswith("]") else title
    )
    draft.original_title = text("TT")
    for name in texts("FAU") or texts("AU"):
        draft.give_name(name)
    for name in texts("CN"):
        draft.give_author(collective=name)
    draft.date = dates.printed(text("DP"))
    draft.journal, draft.journal_abbreviation = text("JT"), text("TA")
    draft.volume, draft.issue, draft.pages = text("VI"), text("IP"), text("PG")
    for issn in re.findall(r"\d{4}-\d{3}[\dXx]", text("IS")):
        draft.give_issn(issn)
    for printed in re.findall(r"(\S+) \[doi\]", f"{text('LID')} {text('AID')}"):
        draft.give_doi(printed)
    draft.give_pmcid(text("PMC"))
    for number in re.findall(r"NCT\d{8}", " ".join(texts("SI"))):
        draft.give_nct(number)
    draft.abstract = text("AB")
    draft.language += [one for one in texts("LA") if one]
    draft.types += [one for one in texts("PT") if one]
    draft.mesh += [one for one in texts("MH") if one]
    draft.keywords += [one for one in texts("OT") if one]
    for tag, kind in _RELATIONS.items():
        for printed in texts(tag):
            match = re.search(r"PMID: (\d+)", printed)
            draft.relate(kind, pmid=match[1] if match else None, text=printed)
    draft.retracted = "Retracted Publication" in draft.types or any(
        relation.kind is RelationKind.RETRACTION_IN for relation in draft.relations
    )
    if draft.pmid:
        draft.url = draft.pmid.url
    return draft.record()
