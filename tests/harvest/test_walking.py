"""One window from its first request to its last: split where too much is in it, resumed, and never closed over a gap."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import pytest

from corpus.database import Transactions, transactions
from corpus.domain.windows import Window, WindowState
from corpus.settings import Settings
from corpus.store import Ledger
from harvest.contract import read_contract
from harvest.readers.reading import BadReply
from harvest.sources import Job, source_named
from harvest.sources.job import MAIN, Ask
from harvest.walking import Outcome, Step, Walk
from tests.servers.eutils import EUtils
from tests.servers.faulty import Answer, Request
from tests.servers.works import works

SINCE, UNTIL = date(2026, 1, 1), date(2026, 3, 21)
MADE = works(120, since=SINCE, until=UNTIL)
SETTINGS = Settings(email="reviewer@example.org", pubmed_url="http://127.0.0.1")
Serve = Callable[[Ask], Answer]


def serving(made: tuple[object, ...] = MADE) -> Serve:
    """The E-utilities without a wire."""
    service = EUtils(made)  # type: ignore[arg-type]

    def serve(ask: Ask) -> Answer:
        parts = urlsplit(ask.url)
        pairs = tuple(parse_qsl(parts.query) + parse_qsl(ask.body.decode()))
        return service(Request(method="GET", path=parts.path, query=dict(pairs), many=pairs, headers={}, at=0.0), None)

    return serve


def job(window: Window, *, capped: int | None = 9_999) -> Job:
    contract = replace(read_contract("pubmed").at(SETTINGS), page=20, capped=capped, most=10_000)
    return Job(window=window, query="made", contract=contract, settings=SETTINGS)


def walked(walk: Walk, serve: Serve, most: int = 1_000) -> Outcome:
    """Walk until the window is over, or until so many replies were taken."""
    outcome = walk.begin()
    for _ in range(most):
        if outcome.step is not Step.MORE:
            return outcome
        ask = walk.ask()
        outcome = walk.take(serve(ask).body, ask.url)
    return outcome


@pytest.fixture
def opened(url: str) -> Iterator[Transactions]:
    with transactions(url) as found:
        yield found


def planned(opened: Transactions, since: date = SINCE, until: date = UNTIL) -> Window:
    window = Window(source="pubmed", search=MAIN, since=since, until=until)
    with opened() as session:
        Ledger(session).plan([(window, "made")])
    return window


def test_a_window_with_more_than_a_search_gives_out_is_cut_in_two_until_it_fits(opened: Transactions) -> None:
    planned(opened)
    serve = serving()
    steps = []
    while True:
        with opened() as session:
            entries = Ledger(session).open("pubmed")
        if not entries:
            break
        steps.append(walked(Walk(opened, source_named("pubmed"), job(entries[0].window, capped=25)), serve).step)
    assert steps.count(Step.SPLIT) > 2
    with opened() as session:
        ledger = Ledger(session)
        done = sorted(entry.window.since for entry in ledger.entries("pubmed"))
        windows = sorted((entry.window for entry in ledger.entries("pubmed")), key=lambda window: window.since)
        assert {entry.state for entry in ledger.entries("pubmed")} == {WindowState.DONE}
        assert len(ledger.checksums()) == 120
    assert (done[0], windows[-1].until) == (SINCE, UNTIL)
    assert all((after.since - before.until).days == 1 for before, after in pairwise(windows))  # no day is left out


def test_a_day_with_too_many_cannot_be_cut_and_says_so(opened: Transactions) -> None:
    window = planned(opened, SINCE, SINCE)
    crowded = works(30, since=SINCE, until=SINCE)
    found = walked(Walk(opened, source_named("pubmed"), job(window, capped=25)), serving(crowded))
    assert (found.step, found.message) == (
        Step.FAILED,
        "more than 25 records on one day; narrow the search terms",
    )


def test_a_killed_walk_goes_on_at_its_cursor(opened: Transactions) -> None:
    window = planned(opened)
    asked: list[Ask] = []

    def serve(ask: Ask, inner: Serve = serving()) -> Answer:  # noqa: B008
        asked.append(ask)
        return inner(ask)

    assert walked(Walk(opened, source_named("pubmed"), job(window)), serve, most=3).step is Step.MORE
    assert walked(Walk(opened, source_named("pubmed"), job(window)), serve).step is Step.DONE
    assert len(asked) == 7  # the search, and six pages: nothing was asked for twice
    with opened() as session:
        assert len(Ledger(session).checksums()) == 120


def test_a_total_that_shrinks_on_the_way_is_no_end(opened: Transactions) -> None:
    window = planned(opened)
    inner, pages = serving(), iter(range(100))

    def serve(ask: Ask) -> Answer:
        answer = inner(ask)
        if b"efetch" in ask.url.encode() and next(pages) == 2:
            return Answer(body=b'<?xml version="1.0"?><PubmedArticleSet></PubmedArticleSet>', kind="text/xml")
        return answer

    walk = Walk(opened, source_named("pubmed"), job(window))
    assert walked(walk, serve).step is Step.DONE
    with opened() as session:
        (entry,) = Ledger(session).entries("pubmed")
        assert len(Ledger(session).checksums()) == 120
    assert entry.total == 120


def test_an_item_that_cannot_be_read_is_asked_for_again_and_then_told(opened: Transactions) -> None:
    window = planned(opened)
    inner = serving()

    def serve(ask: Ask) -> Answer:
        body = inner(ask).body
        return Answer(body=body.replace(b"<Volume>1</Volume>", b"<Volume>1</Volume"), kind="text/xml")

    walk = Walk(opened, source_named("pubmed"), job(window))
    outcome = walk.begin()
    ask = walk.ask()
    outcome = walk.take(serve(ask).body, ask.url, last=False)  # the search
    ask = walk.ask()
    with pytest.raises(BadReply, match="1 item could not be read"):
        walk.take(serve(ask).body, ask.url, last=False)
    while outcome.step is Step.MORE:
        ask = walk.ask()
        outcome = walk.take(serve(ask).body, ask.url, last=True)
    assert outcome.step is Step.DONE
    with opened() as session:
        (entry,) = Ledger(session).entries("pubmed")
        assert entry.message.startswith("3 items could not be read")
        assert len(Ledger(session).checksums()) == 117


def test_every_request_is_built_as_the_service_documents(opened: Transactions) -> None:
    window = planned(opened)
    walk = Walk(opened, source_named("pubmed"), job(window))
    walk.begin()
    search = dict(parse_qsl(urlsplit(walk.ask().url).query))
    assert search["db"] == "pubmed"
    assert (search["mindate"], search["maxdate"], search["datetype"]) == ("2026/01/01", "2026/03/21", "edat")
    assert (search["usehistory"], search["tool"], search["email"]) == ("y", "oxysynth", "reviewer@example.org")
    near = replace(job(window), window=replace(window, search="similar"), query="1 2")
    link = source_named("pubmed").ask(near, None)
    assert [value for name, value in parse_qsl(urlsplit(link.url).query) if name == "id"] == ["1", "2"]
    many = replace(near, window=replace(window, search="watch"), query=" ".join(map(str, range(10**7, 10**7 + 300))))
    assert len(parse_qsl(urlsplit(source_named("pubmed").ask(many, None).url).query)) > 3
