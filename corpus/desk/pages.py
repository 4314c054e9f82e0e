"""Turns what a route found into a page, or into the part of one that HTMX asked for.

Never lets a text through unescaped: the environment escapes everything, and a missing value is a mistake.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from corpus.codebook import MissingReason
from corpus.coding.inputs import inputs_of
from corpus.coding.ways import GROUPS, path_of, way_of
from corpus.desk.desk import Desk, desk_of
from corpus.desk.entering import Visitor
from corpus.desk.formdata import judgement_part
from corpus.desk.guard import SAFE
from corpus.desk.practice.tour import Progress, progress
from corpus.domain.screening import Stage, State, Verdict
from corpus.store.queue import COUNTED

AROUND = 2  # equal lines shown on each side of a difference


@cache
def environment() -> Environment:
    """The environment of every template of the desk."""
    made = Environment(
        loader=PackageLoader("corpus.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(moment=_moment, number=_number, thousands=_thousands, counted=_counted, duration=_duration)
    made.filters["keys"] = lambda text: Markup(re.sub(r"`([^`]+)`", r"<kbd>\1</kbd>", str(escape(text))))
    made.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    made.tests["in_group"] = lambda path, group: path.startswith(f"{group}/")
    made.globals.update(Stage=Stage, State=State, Verdict=Verdict, MissingReason=MissingReason, COUNTED=COUNTED)
    made.globals.update(compared=compared, way_of=way_of, WAYS=GROUPS, inputs_of=inputs_of, path_of=path_of)
    made.globals.update(judgement_part=judgement_part)
    return made


def compile_templates() -> None:
    """Compile every template, which nobody's first page needs to wait for then."""
    for name in environment().list_templates():
        environment().get_template(name)


def page(request: Request, template: str, visitor: Visitor | None, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The page of a template; only its part for HTMX where that asked."""
    asked_by_htmx = request.headers.get("hx-request") == "true" and "hx-boosted" not in request.headers
    desk = desk_of(request)
    values |= {"desk": desk, "visitor": visitor, "tour": lambda: _tour(desk, visitor)}
    text = environment().get_template(template).render(layout="part.html" if asked_by_htmx else "page.html", **values)
    reply = HTMLResponse(text, status_code=status)
    if desk.practice and asked_by_htmx and request.method not in SAFE:
        reply.headers["hx-trigger"] = "practised"  # the guided case looks where it stands now
    return reply


def ask_whether_sure(
    request: Request, visitor: Visitor, said: str, back: str, action: str, form: Sequence[tuple[str, str]]
) -> HTMLResponse:
    """What a change would do, and the question whether it is meant; ``form`` is what was asked for, and is asked again."""
    values = {"said": said, "back": back, "address": f"{back}/{action}", "form": form}
    return page(request, "sure.html", visitor, status=409, **values)


def beside(request: Request, reply: HTMLResponse) -> HTMLResponse:
    """What is said beside a page rather than in its place: within the desk it goes where the messages are."""
    if request.headers.get("hx-request") == "true":
        reply.headers["hx-retarget"] = "#message"
        reply.headers["hx-reswap"] = "innerHTML"
        reply.headers["hx-push-url"] = "false"
    return reply


def moved(request: Request, address: str) -> HTMLResponse:
    """Sends the browser to another page, HTMX or not."""
    if request.headers.get("hx-request") == "true":
        return HTMLResponse("", headers={"hx-redirect": address})
    return HTMLResponse("", status_code=303, headers={"location": address})


def compared(left: str, right: str) -> Iterator[tuple[str, str, str]]:
    """Two texts line by line: (equal, replace, delete or insert; the left line; the right line), with what is equal cut short."""
    ours, theirs = left.splitlines(), right.splitlines()
    for kind, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if kind == "equal" and b - a > 2 * AROUND:
            shown = [*range(AROUND), -1, *range(b - a - AROUND, b - a)]
            yield from ((kind, ours[a + at], theirs[c + at]) if at >= 0 else ("cut", "…", "…") for at in shown)
            continue
        for at in range(max(b - a, d - c)):
            yield kind, ours[a + at] if a + at < b else "", theirs[c + at] if c + at < d else ""


def _tour(desk: Desk, visitor: Visitor | None) -> Progress | None:
    if not desk.practice or visitor is None:
        return None
    with desk.database.read() as session:
        return progress(session, visitor.account)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _number(value: float, decimals: int = 2) -> str:
    return f"{value:.{decimals}f}".replace("-", "−")


def _duration(time: timedelta) -> str:
    minutes = max(1, round(time.total_seconds() / 60))
    if minutes < 90:
        return f"{minutes} minute{'s' if minutes != 1 else ''}"
    return f"{minutes / 60:.0f} hours"


def _thousands(value: int) -> str:
    return f"{value:,}".replace(",", " ")


def _counted(value: int) -> str:
    return _thousands(value) if value <= COUNTED else f"more than {_thousands(COUNTED)}"
