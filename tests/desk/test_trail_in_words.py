"""The audit trail as people read it: a sentence for every event, what it was before, and what is sealed folded away."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import pytest

from corpus.audit import AuditEvent
from corpus.desk.telling import tell
from corpus.domain.people import Role
from tests.desk.marks import seen_on
from tests.desk.queue_world import PAGE, A, B, C, fill, give_notice
from tests.desk.visitors import Team, team_at

NAME = f"secondary_page:{PAGE.source_id}"


@pytest.fixture
def team(loaded: str) -> Iterator[Team]:
    with team_at(loaded) as held:
        fill(held.desk)
        yield held


def sentences(page: str) -> list[str]:
    """What stands before the folded part of each event: one line for what was done, one for what was before."""
    found = []
    for event in re.findall(r"<li><p class=\"small\"><span class=\"when\">.*?</li>", page, re.DOTALL):
        shown = re.sub(r"<details>.*?</details>", "", event, flags=re.DOTALL)
        lines = [unescape(re.sub(r"<[^>]+>", "", line)).strip() for line in re.findall(r"<p.*?</p>", shown, re.DOTALL)]
        found.append(" / ".join(lines[1:]))
    return found


def test_every_event_of_a_day_is_a_sentence(team: Team) -> None:
    report = give_notice(team.desk)
    judy = team.entered(Role.ADMIN, "judy", follow_redirects=True)
    kim = team.entered(Role.CODER, "kim")
    lee = team.entered(Role.CODER, "lee")
    title = "Another made-up work on oxytocin"
    stage = "/screening/title_abstract"
    kim.post(f"{stage}/decide", data={"record": C, "verdict": "maybe", "note": "no abstract"})
    kim.post(f"{stage}/decide", data={"record": C, "verdict": "include"})
    lee.post(f"{stage}/decide", data={"record": C, "verdict": "exclude", "reason": "no_oxytocin"})
    done = judy.post("/conflicts/title_abstract", data={"record": C, "verdict": "include", "note": "it is a trial"})
    assert done.status_code == 200
    kim.post(f"{stage}/abstract", data={"record": B, "abstract": "Thirty people."})
    kim.post("/full-texts/link", data={"record": C, "url": "https://x.example/one"})
    for kind in ("for", "against"):
        seen = re.search(
            r'name="seen" value="(\w+)"', judy.post("/screening/words", data={"text": "x", "kind": kind}).text
        )
        if seen:
            judy.post("/screening/words", data={"text": "x", "kind": kind, "seen": seen[1]})
    form = {"key": "lee", "role": "editor", "seen": seen_on(judy.get("/people").text, 'value="lee"')}
    assert judy.post("/people/change", data=form).status_code == 200
    judy.post("/people/invite", data={"name": "Mo Muster", "role": "coder"})
    pair = {"a": A, "b": B, "saying": "apart", "note": "two samples", "seen": seen_on(judy.get("/duplicates").text)}
    assert judy.post("/duplicates", data=pair).status_code == 200
    item = f"{report}|expression of concern|10.5555/notice"
    judy.post("/notices", data={"item": item, "outcome": "unchanged", "note": "about a figure"})
    judy.post("/untraced/none", data={"name": NAME, "note": "a joke"})
    judy.post("/untraced/again", data={"name": NAME, "seen": seen_on(judy.get("/untraced/said").text)})
    told = sentences(judy.get("/trail").text)
    both = "Oxytocin in a made-up trial <b>again</b> and Oxytocin in a made-up trial"
    for wanted in (
        f"judy settled title and abstract of {title}: include; “it is a trial”",
        f"lee decided on title and abstract of {title}: exclude (no oxytocin)",
        f"kim changed a decision on title and abstract of {title}: include / Before: maybe; “no abstract”",
        "kim added an abstract to Oxytocin in a made-up trial: “Thirty people.”",
        f"kim attached a full text to {title}: https://x.example/one",
        "judy said anew of the word x: speaks for exclusion / Before: speaks for inclusion",
        "judy changed the person lee: Lee is editor and may not enter, does not screen / Before: Lee is coder and may enter",
        f"judy said anew what these are: {both}: two different studies: two samples",
        f"judy said of the notice {item}: nothing changes; “about a figure”",
        f"judy took back what was said of the page {NAME} / Before: it tells of no study; “a joke”",
    ):
        assert wanted in told, (wanted, told)
    assert any(one.startswith("judy invited Mo Muster: coder, until 20") for one in told)
    page = judy.get("/trail", params={"who": "judy"}).text
    assert "{&#34;" not in re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
    assert "&#34;it is a trial&#34;" in page  # what is sealed is still there, folded away


def test_what_was_before_stays_hidden_where_its_event_is(team: Team) -> None:
    kim, lee = team.entered(Role.CODER, "kim"), team.entered(Role.CODER, "lee")
    for verdict in ("maybe", "include"):
        kim.post("/screening/title_abstract/decide", data={"record": C, "verdict": verdict, "note": f"{verdict} it is"})
    assert "maybe it is" not in lee.get("/trail").text
    assert "Before: maybe; “maybe it is”" in unescape(kim.get("/trail").text)


@pytest.mark.parametrize(
    ("entity", "values", "sentence"),
    [
        ("case/x2020", {"state": "accepted"}, "opened the case x2020: it is in the corpus"),
        (
            "draft/x2020/kim",
            {"who": "kim", "state": "finished"},
            "took up the coding of x2020: kim's coding is finished",
        ),
        ("draft/x2020/kim/study/label", {"value": "X 2020"}, "typed in x2020, Label: “X 2020”"),
        (
            "settlement/x2020/study/label",
            {"value": "X", "reason": "p. 3"},
            "settled in x2020, Label: “X”; “p. 3”",
        ),
        ("files/study/x2020", {"side": "desk"}, "settled between desk and files study/x2020: the desk's stands"),
        ("study/x2020", {}, "brought into the corpus study x2020: "),
        ("reader_report/3", {"about": "study/x", "said": "no"}, "told that something is wrong with study/x: “no”"),
        ("something/new", {"a_b": "c", "d": ""}, "entered something/new: a b: c"),
        ("case/x2020", {"state": "no such"}, "opened the case x2020: state: no such"),
    ],
)
def test_each_kind_has_its_words_and_what_has_none_is_told_too(
    entity: str, values: dict[str, str], sentence: str
) -> None:
    event = AuditEvent(
        sequence=1,
        at=datetime.now(UTC),
        who="kim",
        action="create",
        entity=entity,
        before="",
        after="x",
        previous="",
        hash="",
        told=json.dumps(values) if values else "",
    )
    told = tell(event, None, {})
    assert f"{told.did} {told.what}: {told.now}" == sentence
