"""Which days are still to be asked for: no gap, a week of overlap, and another query begins anew."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.domain.windows import LedgerEntry, Window, WindowState
from corpus.errors import InvalidInput
from harvest.windows import covered, due, halves

FIRST, TODAY = date(2015, 1, 1), date(2026, 11, 23)


def window(since: date, until: date) -> Window:
    return Window(source="pubmed", search="main", since=since, until=until)


def done(since: date, until: date, query: str = "q", state: WindowState = WindowState.DONE) -> LedgerEntry:
    return LedgerEntry(window=window(since, until), query=query, state=state)


def asked(*entries: LedgerEntry, query: str = "q", today: date = TODAY) -> Window | None:
    return due("pubmed", "main", query, entries, first=FIRST, today=today, overlap=7)


def test_the_first_window_reaches_from_the_first_day_to_today() -> None:
    assert asked() == window(FIRST, TODAY)


def test_the_next_one_begins_a_week_before_the_end_of_what_is_done() -> None:
    assert asked(done(FIRST, date(2026, 11, 16))) == window(date(2026, 11, 9), TODAY)


def test_what_was_searched_up_to_today_is_not_asked_again() -> None:
    assert asked(done(FIRST, TODAY)) is None


def test_a_gap_is_searched_again_from_its_beginning() -> None:
    entries = done(FIRST, date(2020, 1, 31)), done(date(2020, 3, 1), TODAY)
    assert asked(*entries) == window(date(2020, 1, 24), TODAY)


def test_a_failed_window_covers_nothing() -> None:
    assert asked(done(FIRST, TODAY, state=WindowState.FAILED)) == window(FIRST, TODAY)


def test_another_query_begins_from_the_first_day() -> None:
    assert asked(done(FIRST, TODAY), query="oxytocin OR carbetocin") == window(FIRST, TODAY)


def test_a_single_day_cannot_be_halved() -> None:
    with pytest.raises(InvalidInput, match="more records on one day"):
        halves(window(TODAY, TODAY))


@settings(deadline=None, max_examples=50)
@given(length=st.integers(2, 5000))
def test_halves_cover_the_window_and_share_no_day(length: int) -> None:
    whole = window(FIRST, FIRST + timedelta(days=length - 1))
    first, second = halves(whole)
    assert (first.since, second.until) == (whole.since, whole.until)
    assert second.since - first.until == timedelta(days=1)
    assert abs(first.days - second.days) <= 1


@settings(deadline=None, max_examples=50)
@given(
    spans=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60)), max_size=12),
)
def test_covered_days_are_all_in_a_window(spans: list[tuple[int, int]]) -> None:
    windows = [window(FIRST + timedelta(days=a), FIRST + timedelta(days=a + n)) for a, n in spans]
    reached = covered(windows, FIRST)
    days = {one.since + timedelta(days=n) for one in windows for n in range(one.days)}
    if reached is None:
        assert FIRST not in days
    else:
        assert all(FIRST + timedelta(days=n) in days for n in range((reached - FIRST).days + 1))
        assert reached + timedelta(days=1) not in days
