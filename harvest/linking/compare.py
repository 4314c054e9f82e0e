"""How two records compare, field by field: the facts that vetoes and rules speak of.

Never decides; where a field is missing on one side its comparison is None.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz

from harvest.linking import normalise
from harvest.linking.candidate import Candidate
from harvest.linking.normalise import Pages

NAME_LIKENESS = 84.0  # Yeshayahu / Yeshaaiahu, Cobano?lu / Cobanoglu
CONTAINER_LIKENESS = 84.0
WORD_LIKENESS = 84.0  # a slip (phosphorous / phsophorous), but not agonist / antagonist, male / female
ABSTRACT_LIKENESS = 90.0
VERSION_LENGTH = 25  # letters a version of a title needs before its agreement says anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What agrees between two records, and how well."""

    title: float  # likeness of the most alike versions, 0 to 100
    subtitle: bool  # one title is the beginning of the other, which goes on
    authors: float | None  # share of the shorter list that the other one has, 0 to 1
    years: int | None  # how far apart
    container: bool | None
    volume: bool | None
    page: bool | None
    last_page: bool | None
    abstract: bool | None
    numbers: tuple[frozenset[str], frozenset[str]]  # what only the first and only the second title has

    @property
    def place(self) -> bool:
        """Volume and first page agree (both pages, where a volume of proceedings has no number): few works share it."""
        return bool(self.page and (self.volume or (self.volume is None and self.container and self.last_page)))

    @property
    def elsewhere(self) -> bool:
        """Volume or first page is printed on both sides and differs."""
        return self.volume is False or self.page is False


def compare(a: Candidate, b: Candidate, title: float | None = None) -> Comparison:
    """All comparisons of a pair; `title` if its likeness is known already."""
    return Comparison(
        title=title_likeness(a, b) if title is None else title,
        subtitle=begins_alike(a, b),
        authors=_shared_authors(a, b),
        years=abs(a.year - b.year) if a.year is not None and b.year is not None else None,
        container=same_container(a.container, b.container) if a.container and b.container else None,
        volume=_same(a.volume, b.volume),
        page=_same_page(a.pages, b.pages),
        last_page=_same(a.pages.last, b.pages.last),
        abstract=fuzz.ratio(a.abstract, b.abstract) >= ABSTRACT_LIKENESS if a.abstract and b.abstract else None,
        numbers=(a.numbers - b.numbers, b.numbers - a.numbers),
    )


def title_likeness(a: Candidate, b: Candidate) -> float:
    """Likeness of the two most alike versions of the titles, blanks aside."""
    if a.squeezed[0] == b.squeezed[0]:
        return 100.0
    best = fuzz.ratio(a.squeezed[0], b.squeezed[0])
    if len(a.squeezed) == len(b.squeezed) == 1:
        return best
    versions = (
        fuzz.ratio(one, other)
        for one in a.squeezed
        for other in b.squeezed
        if min(len(one), len(other)) >= VERSION_LENGTH
    )
    return max(best, *versions, 0.0)


def begins_alike(a: Candidate, b: Candidate) -> bool:
    """Whether one title is the beginning or the end of the other: a subtitle or a heading was left out."""
    short, long = sorted((a.squeezed[0], b.squeezed[0]), key=len)
    return len(short) >= 15 and len(short) < len(long) and (long.startswith(short) or long.endswith(short))


def reworded(a: Candidate, b: Candidate) -> bool:
    """Whether each title has a word that the other one lacks, even misspelt: "in schizophrenia", "in anorexia"."""
    here, there = a.titles[0].split(), b.titles[0].split()
    return _own_word(here, there) and _own_word(there, here)


@lru_cache(maxsize=1 << 18)
def same_container(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether two lists of parallel names can be one journal: same words, likeness, or an abbreviation."""
    return any(_same_name(one, other) for one in a for other in b)


def _same_name(a: str, b: str) -> bool:
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if normalise.squeezed(short) == normalise.squeezed(long):
        return True
    if fuzz.ratio(short, long) >= CONTAINER_LIKENESS or normalise.is_abbreviation(short, long):
        return True
    return len(short.split()) >= 2 and fuzz.token_set_ratio(short, long) == 100.0


def _own_word(words: list[str], others: list[str]) -> bool:
    known = {*others, *(one + next_one for one, next_one in pairwise(others))}  # "follow up" is "followup"
    joined = {one + next_one for one, next_one in pairwise(words)} & known
    return any(
        len(word) >= 4
        and word not in known
        and not any(word in pair for pair in joined)
        and not any(fuzz.ratio(word, other) >= WORD_LIKENESS or _longer_form(word, other) for other in others)
        for word in words
    )


def _longer_form(word: str, other: str) -> bool:
    return len(other) >= 4 and (word.startswith(other) or other.startswith(word))


def _shared_authors(a: Candidate, b: Candidate) -> float | None:
    fewest = min(len(a.families), len(b.families))
    if not fewest:
        return None
    families_a, families_b = set(a.families), set(b.families)
    equal = families_a & families_b
    found = max(sum(name in equal for name in a.families), sum(name in equal for name in b.families))
    if found < fewest:
        rest_a, rest_b = families_a - equal, families_b - equal
        here = sum(_has(rest_b, b.names, name) for name in rest_a)
        found += max(here, sum(_has(rest_a, a.names, name) for name in rest_b))
    return min(1.0, found / fewest)


def _has(families: set[str], names: frozenset[str], family: str) -> bool:
    """Whether a name is there misspelt, without a part of it, or as a given name."""
    if family in names:
        return True
    for name in families:
        if len(family) >= 4 and len(name) >= 4 and (family.endswith(name) or name.endswith(family)):
            return True
        # A slip in the first letter is rare; asking for it spares most comparisons of long lists.
        if family[0] == name[0] and fuzz.ratio(family, name) >= NAME_LIKENESS:
            return True
    return False


def _same(a: str, b: str) -> bool | None:
    return a == b if a and b else None


def _same_page(a: Pages, b: Pages) -> bool | None:
    """Whether the first pages agree.

    Unknown where one side gives an article number, counts from 1 as preprints do, or prints a page of the other's range.
    """
    if not a.first or not b.first:
        return None
    if a.first == b.first:
        return True
    if a.electronic is not b.electronic or "1" in (a.first, b.first):
        return None
    if abs(len(a.first) - len(b.first)) >= 3 or (a.last and a.last == b.last):
        return None
    apart = int(a.last or a.first) < int(b.first) or int(b.last or b.first) < int(a.first)
    return False if apart else None
