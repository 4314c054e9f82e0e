"""Renders one page: the templates' environment plus what pages of the corpus need.

Never decides what a page shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from corpus.domain import Missing
from corpus.living import Living
from oxysite import links, notation
from oxysite.citing import cited_as, source_address
from oxysite.pages.page import Page
from oxysite.pages.updates import in_words, search_state
from oxysite.templating import environment
from synthesis.answers import Answer

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True, slots=True)
class Status:
    """How fresh the review is; ``kind`` picks the sign in front."""

    kind: str
    word: str
    detail: str


@dataclass(frozen=True, slots=True)
class Site:
    """What every page says of the whole: its name, its state and what it was built from."""

    name: str
    about: str
    status: Status
    build: tuple[tuple[str, str], ...]
    desk: str = ""  # the address where readers tell what they hold to be wrong

    @classmethod
    def of(cls, living: Living, answers: Sequence[Answer], desk: str = "") -> "Site":
        """The state of the site for this corpus.

        Until the weekly search has run, the status says so; it is never "live" on the strength of a build alone.
        """
        corpus = living.corpus
        return cls(
            name="OxySynth",
            about="A living evidence synthesis of oxytocin and psychotherapy: every number leads back to the place it was read.",
            status=_status(living),
            build=(
                ("Version", version("oxysynth")),
                ("Corpus", f"{len(corpus.reports)} reports, {len(corpus.studies)} studies"),
                ("Questions", str(len(answers))),
            ),
            desk=desk.rstrip("/"),
        )


def _status(living: Living) -> Status:
    coded = max((study.coding.coded_on for study in living.corpus.studies), default=None)
    until = f"coded up to {in_words(coded)}" if coded else "nothing coded yet"
    state = search_state(living)
    if state is None:
        return Status("late", "Not yet live", f"{until}; the weekly search has not run on this corpus")
    if state.failed:
        kind, word = "late", "Searched with gaps"
        until = f"{', '.join(state.failed)} did not answer; {until}"
    else:
        kind, word = "live", "Live"
    return Status(kind, word, f"searched on {in_words(state.on)}; {until}")


def render(page: Page, site: Site) -> str:
    """The page as HTML."""
    return _environment().get_template(page.template).render(page=page, site=site, **page.context)


@cache
def _environment() -> "Environment":
    made = environment().overlay()
    made.filters = {
        **made.filters,
        "cited_as": cited_as,
        "direction_mark": notation.direction_mark,
        "filters_in_words": notation.filters_in_words,
        "minus": notation.minus,
        "printed": notation.printed,
        "question_path": links.question_path,
        "report_path": links.report_path,
        "source_address": source_address,
        "study_path": links.study_path,
    }
    made.tests = {**made.tests, "missing": lambda value: isinstance(value, Missing)}
    return made
