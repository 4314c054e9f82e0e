"""Pages that tell of a study: which records they are, and which of them lead to no work yet.

Never traces one: that needs the rules of linking.
"""

from collections.abc import Iterable

from corpus.domain.harvested import PAGES
from corpus.domain.links import SECONDARY_OF, LinkVerdict, RecordLink


def is_page(name: str) -> bool:
    """Whether an id is that of a page which tells of a study."""
    return name.partition(":")[0] in PAGES


def untraced_pages(names: Iterable[str], links: Iterable[RecordLink]) -> tuple[str, ...]:
    """The pages among the ids that no link leads to a work yet."""
    found = [link for link in links if link.verdict is LinkVerdict.RELATED and link.relation == SECONDARY_OF]
    traced = {name for link in found for name in (link.a, link.b)}
    return tuple(name for name in names if is_page(name) and name not in traced)
