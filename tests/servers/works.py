"""Made-up works that the local servers hand out, the same in all of them.

Never taken from a real publication: names, titles and numbers are invented by a rule.
"""

from dataclasses import dataclass
from datetime import date, timedelta

_SUBJECTS = (
    "Intranasal oxytocin before {n} sessions of psychotherapy",
    "Salivary oxytocin and the working alliance in {n} dyads",
    "Oxytocin and milk ejection in herd {n}",
    "Therapist oxytocin in <i>brief</i> therapy, cohort {n}",
    "Receptor density in vole line {n} &amp; its neighbours",
    "Günther’s test of oxytocin in group therapy, wave {n}",
)
_FAMILIES = ("Muster", "Beispiel", "O’Made", "Făcut", "Van Verzonnen", "Åkesson")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One invented publication, and the registration beside it."""

    number: int
    title: str  # with markup, as publishers deposit it
    abstract: str
    authors: tuple[tuple[str, str], ...]  # (family, given)
    published: date
    indexed: date
    doi: str
    pmid: str
    nct: str
    journal: str
    volume: str
    pages: str
    retracted: bool
    cites: tuple[str, ...]  # DOIs


def works(count: int, *, since: date, until: date) -> tuple[Work, ...]:
    """The first ``count`` works, their days of entry spread over the window."""
    days = (until - since).days + 1
    return tuple(_work(number, since + timedelta(days=number * days // count)) for number in range(count))


def _work(number: int, indexed: date) -> Work:
    family = _FAMILIES[number % len(_FAMILIES)]
    return Work(
        number=number,
        title=_SUBJECTS[number % len(_SUBJECTS)].format(n=f"{number:05d}"),
        abstract=f"We invented {number + 12} people and measured nothing. Nothing was found in sample {number}.",
        authors=((family, "Anna"), (f"{family}-{number % 97}", "Bo C")),
        published=indexed - timedelta(days=20),
        indexed=indexed,
        doi=f"10.5555/made.{number:06d}",
        pmid=str(30_000_000 + number),
        nct=f"NCT{90_000_000 + number:08d}",
        journal=f"Journal of Invented Trials {number % 7}",
        volume=str(number % 40 + 1),
        pages=f"{number % 900 + 1}-{number % 900 + 9}",
        retracted=number % 50 == 49,
        cites=(f"10.5555/made.{number // 2:06d}", "10.5555/elsewhere.1"),
    )
