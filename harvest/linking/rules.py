"""When two records are the same work: identifiers with a title check, then rules over the other fields; each has a reason.

Never links against a veto, and never on a title alone.
"""

from dataclasses import dataclass
from enum import StrEnum

from harvest.linking.candidate import Candidate
from harvest.linking.compare import Comparison, begins_alike, compare, reworded, title_likeness
from harvest.linking.vetoes import Veto, recurring, veto

SAME_TITLE = 97.0  # a slip of the pen in a title of 60 letters
NEAR_TITLE = 88.0
LIKE_TITLE = 70.0  # a shortened or retranslated title; the place must then speak for itself
UNLIKE_TITLE = 45.0  # below this nothing but the place or an identifier can make a pair
MOST_AUTHORS = 0.6
MOST_UNSURE = 0.79  # scores below are for a person
TELLING_TITLE = 30  # letters; a shorter title can be shared by two works of the same people
# A congress abstract and its paper, or one statement printed in several journals: two reports.
TOLD_ELSEWHERE = "told elsewhere"


class Verdict(StrEnum):
    """What is held of a pair."""

    SAME = "same"
    UNSURE = "unsure"  # for a person
    RELATED = "related"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The verdict on a pair, why, and how strong the likeness is (0 to 1)."""

    verdict: Verdict
    reason: str
    score: float
    relation: str = ""


DIFFERENT = Decision(verdict=Verdict.DIFFERENT, reason="nothing speaks for the same work", score=0.0)


def decide(a: Candidate, b: Candidate) -> Decision:
    """The verdict on two records, whichever comes first."""
    title = title_likeness(a, b)
    same_id = bool((a.pmid and a.pmid == b.pmid) or (a.doi and a.doi == b.doi))
    same_page = bool(a.pages.first and a.pages.first == b.pages.first)
    if title < (UNLIKE_TITLE if same_page else NEAR_TITLE) and not same_id and not begins_alike(a, b):
        return DIFFERENT
    seen = compare(a, b, title)
    score = likeness(seen)
    reason = _identifier(a, b, seen) or _place(a, b, seen) or _title(a, b, seen)
    if against := veto(a, b, seen):
        return _vetoed(a, b, seen, against, alike=bool(reason), same_id=same_id, score=score)
    if reason:
        return Decision(verdict=Verdict.SAME, reason=reason, score=max(score, 0.8))
    if _told_elsewhere(seen) and not reworded(a, b):
        reason = "same title and authors in another journal"
        return Decision(verdict=Verdict.RELATED, reason=reason, score=score, relation=TOLD_ELSEWHERE)
    if doubt := _doubt(a, b, seen, same_id):
        return Decision(verdict=Verdict.UNSURE, reason=doubt, score=min(score, MOST_UNSURE))
    return DIFFERENT


def likeness(seen: Comparison) -> float:
    """Mean agreement of what both sides print, the title counting three times; rounded, for ordering only."""
    parts = [(seen.title / 100.0, 3.0)]
    if seen.authors is not None:
        parts.append((seen.authors, 2.0))
    if seen.years is not None:
        parts.append((max(0.0, 1.0 - seen.years / 3.0), 1.0))
    for fact in (seen.container, seen.volume, seen.page, seen.abstract):
        if fact is not None:
            parts.append((float(fact), 1.0))
    return round(sum(value * weight for value, weight in parts) / sum(weight for _, weight in parts), 3)


def _vetoed(
    a: Candidate, b: Candidate, seen: Comparison, against: Veto, *, alike: bool, same_id: bool, score: float
) -> Decision:
    """What a vetoed pair is instead: related, a matter for a person where only one identifier contradicts, or nothing."""
    if against.relation:
        if alike or seen.title >= NEAR_TITLE or seen.subtitle:
            return Decision(verdict=Verdict.RELATED, reason=against.reason, score=score, relation=against.relation)
    elif seen.title >= SAME_TITLE and not recurring(a) and not reworded(a, b):
        if same_id or (seen.place and seen.container and _people(seen)):
            reason = f"{against.reason}; but everything else agrees"
            return Decision(verdict=Verdict.UNSURE, reason=reason, score=min(score, MOST_UNSURE))
        if _people(seen) and seen.container is False:
            return Decision(verdict=Verdict.RELATED, reason=against.reason, score=score, relation=TOLD_ELSEWHERE)
    return Decision(verdict=Verdict.DIFFERENT, reason=against.reason, score=score)


def _identifier(a: Candidate, b: Candidate, seen: Comparison) -> str:
    """An identifier is believed when the title agrees: congress supplements give one DOI to many abstracts."""
    name = f"PMID {a.pmid}" if a.pmid and a.pmid == b.pmid else f"DOI {a.doi}" if a.doi and a.doi == b.doi else ""
    if not name:
        return ""
    if seen.title >= NEAR_TITLE or seen.subtitle:
        return f"same {name}, and the titles agree"
    if seen.title >= LIKE_TITLE and _people(seen) and seen.page is not False:
        return f"same {name} and authors, and the titles are alike"
    return ""


def _place(a: Candidate, b: Candidate, seen: Comparison) -> str:
    """Volume and first page agree: then a shortened, misspelt or retranslated title is the same work."""
    if not seen.place:
        return ""
    near_in_time = seen.years is None or seen.years <= 1
    if _people(seen):
        if seen.title >= NEAR_TITLE and (near_in_time or seen.container):
            return "same title, authors, volume and page"
        if (seen.title >= LIKE_TITLE or seen.subtitle) and near_in_time and seen.container is not False:
            return "same authors, volume, page and year, and the titles are alike"
        if seen.container and seen.last_page and near_in_time and seen.title >= UNLIKE_TITLE:
            return "same authors, journal, volume, pages and year"
        return ""
    # Names differ or are missing: a study group beside its writer, a misspelling, a list cut short.
    named_so = seen.title >= NEAR_TITLE and not recurring(a) and (seen.authors is None or seen.container)
    return "same title, volume, page and year" if named_so and near_in_time else ""


def _title(a: Candidate, b: Candidate, seen: Comparison) -> str:
    """The title agrees, enough else agrees with it, and what contradicts can be a misprint."""
    if seen.title < NEAR_TITLE or seen.years not in (0, 1):
        return ""
    if recurring(a) or recurring(b):
        told = seen.abstract and seen.volume and seen.container and seen.years == 0 and not seen.elsewhere
        return "same standing title, journal, volume, year and abstract" if told and seen.title >= SAME_TITLE else ""
    telling = min(len(a.squeezed[0]), len(b.squeezed[0])) >= TELLING_TITLE
    exact = seen.title >= SAME_TITLE
    if not telling and not seen.abstract and not seen.volume and not seen.page:
        return ""
    if seen.title < 100.0 and reworded(a, b):  # "in male students", "in female students"
        return ""
    if not seen.elsewhere and _people(seen):
        if seen.container and (seen.years == 0 or seen.volume or seen.page):
            if exact:
                return "same title, authors, journal and year"
            if telling and not (seen.numbers[0] or seen.numbers[1]):
                return "same authors, journal and year, and the titles agree"
        if seen.abstract and exact and seen.years == 0:
            return "same title, authors, abstract and year"
    if not exact or not telling or not seen.container or seen.years != 0:
        return ""
    if not seen.elsewhere and seen.volume and not a.families and not b.families:
        return "same title, journal, volume and year, without authors"
    if _people(seen) and seen.page and seen.volume is False:
        return "same title, authors, journal, page and year; one volume is misprinted"
    if _people(seen) and seen.volume and seen.page is False and seen.abstract:
        # Without the abstract this may be a congress abstract and its paper, which stand in one volume.
        return "same title, authors, journal, volume, year and abstract; one page is misprinted"
    return ""


def _told_elsewhere(seen: Comparison) -> bool:
    journals_differ = seen.container is False and seen.volume is not True and seen.page is not True
    return journals_differ and seen.elsewhere and seen.title >= NEAR_TITLE and _people(seen)


def _doubt(a: Candidate, b: Candidate, seen: Comparison, same_id: bool) -> str:
    """What a person should look at: much agrees, but something is missing or contradicts."""
    if recurring(a) or recurring(b):
        return ""
    if same_id and (seen.title >= LIKE_TITLE or (_people(seen) and seen.place)):
        return "same identifier, but the titles differ"
    if seen.title >= NEAR_TITLE and (seen.years or 0) <= 1 and not (seen.elsewhere and reworded(a, b)):
        if _people(seen):
            return "same title and authors, but another place" if seen.elsewhere else "same title and authors only"
        if seen.authors is None and not seen.elsewhere:
            return "same title, authors unknown"
    if seen.place and seen.container and seen.years == 0 and (seen.authors is None or _people(seen)):
        return "same journal, volume, page and year, but the titles differ"
    return ""


def _people(seen: Comparison) -> bool:
    return seen.authors is not None and seen.authors >= MOST_AUTHORS
