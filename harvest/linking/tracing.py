"""Leads pages that tell of a study to the report they tell of: by the identifier or the title in the reference they print.

Never takes a page for evidence, and never guesses: a page without a match stays untraced, for a person.
"""

from collections.abc import Iterator, Mapping, Sequence

from corpus.domain.harvested import HarvestedRecord, Relation
from corpus.domain.links import SECONDARY_OF, LinkVerdict, RecordLink, in_order
from harvest.linking.blocking import TITLE_ENDS
from harvest.linking.candidate import Candidate, Kind
from harvest.linking.normalise import squeezed, title_forms

_TELLING = 30  # letters that a title needs before finding it in a reference says anything


def keys_named(page: HarvestedRecord) -> Iterator[str]:
    """The keys under which blocking finds what a page's references name: each place of the text may begin a title."""
    for printed in page.relations:
        if printed.doi:
            yield f"d{printed.doi}"
        if printed.pmid:
            yield f"p{printed.pmid}"
        text = _text(printed)
        yield from (f"b{text[at : at + TITLE_ENDS]}" for at in range(len(text) - TITLE_ENDS + 1))


def trace(pages: Mapping[str, HarvestedRecord], works: Sequence[Candidate]) -> Iterator[RecordLink]:
    """A link from a page to each of the works that one of its references names."""
    for name, page in pages.items():
        for printed in page.relations:
            for work, reason in _named(printed, works):
                a, b = in_order(name, work.id)
                yield RecordLink(a=a, b=b, verdict=LinkVerdict.RELATED, reason=reason, relation=SECONDARY_OF)


def _named(printed: Relation, works: Sequence[Candidate]) -> Iterator[tuple[Candidate, str]]:
    reference = _text(printed)
    for work in works:
        if work.kind is Kind.SECONDARY:
            continue
        if printed.doi and printed.doi == work.doi:
            yield work, f"its reference has the DOI {work.doi}"
        elif printed.pmid and printed.pmid == work.pmid:
            yield work, f"its reference has the PMID {work.pmid}"
        elif not (printed.doi or printed.pmid) and any(len(t) >= _TELLING and t in reference for t in work.squeezed):
            yield work, "its reference has the title"


def _text(printed: Relation) -> str:
    return squeezed(title_forms(printed.text)[0]) if printed.text else ""
