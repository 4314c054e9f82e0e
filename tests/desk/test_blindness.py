"""Nobody can tell from any page what the other one has decided before both are settled: no page changes with it."""

import re
from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.testclient import TestClient

from corpus.desk.application import create_application
from corpus.desk.blindness import Seen
from corpus.desk.desk import Desk
from corpus.domain.people import Role
from corpus.domain.screening import State
from tests.desk.screened import ONE, TEXTS, THREE, TITLES, TWO, Team, decide, renew, screened_desk, state

# What a page is asked about, for every parameter of a route that has one of these names.
ASKED: Mapping[str, tuple[str, ...]] = {
    "record": (ONE, TWO),
    "who": ("anna", "bo", "ada"),
    "entity": (f"screening/{ONE}/title_abstract/anna", f"screening/{ONE}", "screening", "account/anna"),
    "state": tuple(one.value for one in Seen),
    "stage": ("title_abstract", "full_text"),
    "words": ("oxytocin",),
    "before": ("1000",),
    "after": ("1",),
    "start": ("1",),
}
PLACES = {"stage": ("title_abstract", "full_text"), "section": ("report",)}
OPEN = {State.WAITING, State.CONFLICT}
# What anna may have said of the trial: nothing, one thing, another, and the first again.
ANNA: tuple[tuple[str, str] | None, ...] = (
    None,
    ("exclude", "no_psychotherapy"),
    ("include", ""),
    ("exclude", "no_oxytocin"),
)
BO: tuple[tuple[str, str] | None, ...] = (None, ("exclude", "not_human"), ("include", ""))


@pytest.fixture(params=[Role.CODER, Role.ADJUDICATOR], ids=lambda role: role.value)
def desk(request: pytest.FixtureRequest, loaded: str) -> Iterator[tuple[Desk, Team]]:
    """Two reviewers, and an adjudicator who decides on nothing; the second of the two in every role."""
    with screened_desk(loaded, {"anna": Role.CODER, "bo": request.param, "ada": Role.ADJUDICATOR}) as held:
        yield held


def addresses(desk: Desk) -> list[str]:
    """Every page behind the doors, asked about everything that its address may name."""
    found = []
    for context in iter_route_contexts(create_application(desk, ()).routes):
        route = context.original_route
        assert isinstance(route, APIRoute)
        if "GET" not in (route.methods or ()) or not any(
            hasattr(one.call, "right") for one in route.dependant.dependencies
        ):
            continue
        names = re.findall(r"{(\w+)(?::path)?}", str(context.path))
        for values in product(*(PLACES.get(name, ("nothing",)) for name in names)):
            path = str(context.path)
            for name, value in zip(names, values, strict=True):
                path = re.sub(rf"{{{name}(:path)?}}", value, path)
            asked = [one.name for one in route.dependant.query_params if one.name in ASKED]
            found += [path, *(f"{path}?{name}={value}" for name in asked for value in ASKED[name])]
            if {"stage", "state"} <= set(asked):
                found += [f"{path}?stage={a}&state={b}" for a, b in product(ASKED["stage"], ASKED["state"])]
    return found


def told(client: TestClient, pages: list[str]) -> dict[str, str]:
    """What somebody sees on every page, apart from the time of day."""
    return {page: plain(client.get(page, follow_redirects=False)) for page in pages}


def plain(reply: object) -> str:
    text = f"{reply.status_code} {reply.headers.get('location', '')} {reply.text}"  # type: ignore[attr-defined]
    # How many decisions the last ranking has not seen goes by the second in which it was made, not by what they say.
    text = re.sub(
        r"; \d+ decisions? made since then (is|are) not in it yet, and the next ranking takes (it|them) in", "", text
    )
    return re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(\+00:00)?", "THEN", text)


def clear(client: TestClient, stage: str) -> None:
    """Take everything back at a stage."""
    while client.post(f"{stage}/undo", data={"sure": "true"}).status_code == 200:
        pass


def unsettled(held: Desk, stage: str) -> bool:
    at, stands = state(held, ONE)
    return f"/screening/{at.value}" == stage and stands in OPEN


@pytest.mark.parametrize("stage", [TITLES, TEXTS])
def test_no_page_changes_with_what_the_other_decided_while_it_is_not_settled(
    desk: tuple[Desk, Team], stage: str
) -> None:
    held, team = desk
    anna, bo = team["anna"], team["bo"]
    reasons = {"no_oxytocin", "no_psychotherapy", "not_human"}
    assert reasons <= {one.key for one in held.criteria.exclude}
    if stage == TEXTS:
        for client in (anna, bo):
            decide(client, ONE, "include")
    pages = addresses(held)
    assert len(pages) > 70
    seen_states, compared = set(), 0
    for own in BO:
        if own:
            decide(bo, ONE, *own, stage=stage)
        first: dict[str, str] | None = None
        for other in ANNA:
            if other:
                decide(anna, ONE, *other, stage=stage, note="anna's note", sure="true")
            if unsettled(held, stage):
                renew(held)
                seen_states.add(state(held, ONE)[1])
                shown = told(bo, pages)
                first = first or shown
                for page in pages:
                    assert shown[page] == first[page], (page, own, other)
                compared += 1
        clear(anna, stage)
        clear(bo, stage)
    assert seen_states == OPEN
    assert compared >= 11


@pytest.mark.parametrize("stage", [TITLES, TEXTS])
def test_no_answer_to_a_key_tells_what_the_other_decided(desk: tuple[Desk, Team], stage: str) -> None:
    held, team = desk
    anna, bo = team["anna"], team["bo"]
    if stage == TEXTS:
        for client in (anna, bo):
            decide(client, ONE, "include")
    conflicts = stage.replace("screening", "conflicts")
    form = {"record": ONE, "verdict": "exclude", "reason": "not_human"}
    first: list[str] | None = None
    for other in (None, ("exclude", "no_psychotherapy"), ("include", "")):
        if other:
            decide(anna, ONE, *other, stage=stage)
        answers = [
            bo.post(f"{stage}/decide", data=form),
            bo.post(f"{stage}/skip", data={"record": ONE}),
            bo.post(f"{stage}/undo"),
            bo.post(conflicts, data=form),
            bo.post(f"{conflicts}/reopen", data={"record": ONE}),
            bo.post(f"{conflicts}/undo"),
            bo.post(f"{stage}/decide", data={**form, "note": "changed"}),
            bo.post(f"{stage}/decide", data={"record": TWO, "verdict": "maybe", "also": [ONE]})
            if stage == TITLES
            else None,
            bo.post(f"{stage}/undo"),
            bo.post(f"{stage}/undo"),
        ]
        assert unsettled(held, stage)
        said = [plain(one) for one in answers if one is not None]
        first = first or said
        assert said == first, other
        clear(anna, stage)
        clear(bo, stage)


def test_what_one_has_decided_alone_moves_no_other_work(desk: tuple[Desk, Team]) -> None:
    """The ranking learns from what is settled: it would carry one person's decision to the other's queue."""
    held, team = desk
    renew(held)
    before = told(team["bo"], [TITLES, "/works", f"{TITLES}?record={THREE}", "/"])
    decide(team["anna"], ONE, "include")
    decide(team["anna"], TWO, "exclude", "not_human")
    renew(held)
    assert told(team["bo"], list(before)) == before
