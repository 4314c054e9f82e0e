"""Reasons for which two records are not the same work, however alike they look; some of them make the two related.

Never links: a pair without a veto is not a duplicate yet.
"""

from dataclasses import dataclass

from corpus.domain.links import SECONDARY_OF
from harvest.linking.candidate import Candidate, Kind
from harvest.linking.compare import Comparison
from harvest.linking.normalise import WORD

# Words of the titles under which journals print something new every time; alone they identify nothing.
RECURRING = frozenset(
    WORD.findall(
        """editorial editorials editor editors introduction guest board foreword preface news comment comments commentary
    letter letters reply replies author authors response issue special contents table index book books review reviews
    abstracts abstract poster posters session conclusion discussion overview summary acknowledgements acknowledgments
    acknowledgement acknowledgment reviewers referees obituary correspondence erratum corrigendum correction remarks
    note notes message announcement announcements proceedings minitrack track welcome chair chairs
    the a an of from to in on this and s for our by"""
    )
)


EXACT_TITLE = 97.0  # likeness; "Erratum:" before a title of usual length makes it less alike than this


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """Why a pair is not one work; `relation` says what it may be instead."""

    reason: str
    relation: str = ""


def veto(a: Candidate, b: Candidate, seen: Comparison) -> Veto | None:
    """The first reason against the pair, in the order of their weight."""
    if a.pmid and b.pmid and a.pmid != b.pmid:
        return Veto(reason=f"different PMIDs: {a.pmid} and {b.pmid}", relation=_relation(a.kind, b.kind))
    if a.doi and b.doi and a.doi != b.doi:
        return Veto(reason=f"different DOIs: {a.doi} and {b.doi}", relation=_relation(a.kind, b.kind))
    if (relation := _relation(a.kind, b.kind)) and not _same_print(a, b, seen):
        return Veto(reason=f"one is a {relation.removesuffix(' of')}, the other is not", relation=relation)
    only_a, only_b = seen.numbers
    if only_a and only_b and not seen.place:
        return Veto(reason=f"the titles count differently: {_words(only_a)} and {_words(only_b)}")
    return None


def _same_print(a: Candidate, b: Candidate, seen: Comparison) -> bool:
    """Whether the two are one publication of which only one source says what kind it is."""
    if seen.title < EXACT_TITLE or Kind.SECONDARY in (a.kind, b.kind):
        return False
    same_id = bool((a.pmid and a.pmid == b.pmid) or (a.doi and a.doi == b.doi))
    if same_id or (seen.place and seen.container):
        return True
    # A congress abstract is marked as such by some databases only.
    marked = {a.kind, b.kind} == {Kind.ABSTRACT, Kind.WORK}
    return marked and not seen.elsewhere and seen.container is not False and seen.years in (0, None)


def recurring(record: Candidate) -> bool:
    """Whether the title has no word beyond those of standing columns, the journal's name and numbers."""
    journal = {word for name in record.container for word in name.split()}
    return all(word in RECURRING or word in journal or word.isdigit() for word in record.titles[0].split())


def _relation(a: Kind, b: Kind) -> str:
    if a is b:
        return ""
    if Kind.SECONDARY in (a, b):
        return SECONDARY_OF
    for kind in (Kind.NOTICE, Kind.COMMENT, Kind.REGISTRATION, Kind.PROTOCOL, Kind.PREPRINT, Kind.ABSTRACT):
        if kind in (a, b):
            return f"{kind.value} of"
    return ""


def _words(numbers: frozenset[str]) -> str:
    return ", ".join(sorted(numbers))
