"""The desk under load: 20 reviewers at once for two minutes over 100,000 made records, on PostgreSQL and on SQLite.

Measured from the first byte asked to the last byte read, by clients on the same machine, which take their share of it.
Wanted: p95 below 150 ms on PostgreSQL and 250 ms on SQLite, no error, every acknowledged save found in the database
afterwards, and the next record within 100 ms of a decision. The queue is ranked by the project's own ranking, once, and
renewed while people decide, as it is in use.
Usage: .venv/bin/python bench/desk_load.py [--records 100000] [--reviewers 20] [--seconds 120] [--only sqlite|postgresql]
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from loading.kept import missing
from loading.keys import pressed
from loading.reviewer import MIX, STAGE, THINKS, Reviewer, enter, shown_on
from loading.world import build, put_queue, queue_of, ranked

from tests.desk.people import RunningDesk

WANTED = {"postgresql": 150, "sqlite": 250}  # ms, p95
NEXT = 100  # ms, from a decision to the next record
ALONE = 200  # decisions of one reviewer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--reviewers", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--only", choices=sorted(WANTED))
    options = parser.parse_args()
    mix = ", ".join(f"{name} {share}" for name, share in MIX.items())
    print(
        f"{options.reviewers} reviewers, {THINKS[0]} to {THINKS[1]} s between an answer and the next request; of 100: {mix}"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sqlite = f"sqlite:///{folder / 'load.sqlite'}"
        start = time.perf_counter()
        build(sqlite, options.records, options.reviewers)
        print(f"{options.records:,} synthetic records entered in {time.perf_counter() - start:.0f} s", flush=True)
        print(f"one renewal of the queue takes {ranked(sqlite):.0f} s", flush=True)
        good = True
        if options.only != "sqlite":
            with postgres(folder) as url:
                build(url, options.records, options.reviewers)
                put_queue(url, *queue_of(sqlite))
                good &= measured("postgresql", url, folder, options.reviewers, options.seconds)
        if options.only != "postgresql":
            good &= measured("sqlite", sqlite, folder, options.reviewers, options.seconds)
    return 0 if good else 1


def measured(system: str, url: str, folder: Path, count: int, seconds: int) -> bool:
    """Load one desk, and look for what it acknowledged; then one reviewer alone, by request and by key."""
    desk = RunningDesk(url, folder, "--team").start()
    try:
        people = [Reviewer(number, desk.address) for number in range(1, count + 1)]
        print(f"{system}, load of the machine before: {os.getloadavg()[0]:.1f}", flush=True)
        asyncio.run(together(people, seconds))
    finally:
        desk.stop()
    lost = missing(url, people)
    good = told(system, people, seconds) and not lost
    saves = sum(one.saves for one in people)
    print(
        f"  {saves:,} saves acknowledged, {len(lost)} people whose work is not all there (wanted: 0) {' | '.join(lost[:3])}"
    )
    desk = RunningDesk(url, folder, "--team").start()
    try:
        good &= next_record(system, sorted(asyncio.run(alone(people[0], desk.address))), "by request")
        good &= next_record(system, sorted(pressed(desk, people[0].key)), "from key to title, in Chromium")
    finally:
        desk.stop()
    return good


async def together(people: Sequence[Reviewer], seconds: int) -> None:
    """Everybody at once; the time counts once all have entered."""
    for person in people:
        await person.open()
    until = time.monotonic() + seconds
    await asyncio.gather(*(person.work(until) for person in people))


async def alone(person: Reviewer, address: str) -> list[float]:
    """Decisions of one reviewer, one after the other; the seconds until each next record was there."""
    async with httpx.AsyncClient(base_url=address, timeout=60, follow_redirects=True) as client:
        shown = await enter(client, person.key)
        found = []
        for _ in range(ALONE):
            start = time.perf_counter()
            form = {"record": shown, "verdict": "exclude", "reason": "not_human"}
            reply = await client.post(f"{STAGE}/decide", data=form)
            found.append(time.perf_counter() - start)
            shown = shown_on(reply.text)
            await asyncio.sleep(0.05)
        return found


def told(system: str, people: Sequence[Reviewer], seconds: int) -> bool:
    """Print what the requests took; whether it is as wanted."""
    kinds = {kind: sorted(t for one in people for t in one.times.get(kind, ())) for kind in MIX}
    whole = sorted(t for times in kinds.values() for t in times)
    errors = [error for one in people for error in one.errors]
    print(
        f"  {len(whole):,} requests, {len(whole) / seconds:.0f} a second, {len(errors)} errors (wanted: 0) {errors[:2] or ''}"
    )
    for kind, times in {**kinds, "all": whole}.items():
        if times:
            print(
                f"  {kind:<14}{len(times):>6}  p50 {at(times, 50):5.0f}  p95 {at(times, 95):5.0f}  p99 {at(times, 99):5.0f} ms"
            )
    p95 = at(whole, 95)
    print(f"  p95 of all: {p95:.0f} ms (wanted: below {WANTED[system]})", flush=True)
    return p95 < WANTED[system] and not errors


def next_record(system: str, times: Sequence[float], how: str) -> bool:
    """Print how soon the next record is there for one reviewer; whether it is as wanted."""
    median, p95 = 1000 * statistics.median(times), at(times, 95)
    print(
        f"  next record after a decision, {how}: median {median:.0f} ms, p95 {p95:.0f} ms (wanted: below {NEXT})",
        flush=True,
    )
    return median < NEXT


def at(times: Sequence[float], percent: int) -> float:
    """A percentile of sorted seconds, in milliseconds."""
    return 1000 * times[min(len(times) - 1, len(times) * percent // 100)]


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL of one's own, with the settings it ships with."""
    import pgserver

    server = pgserver.get_server(folder / "pg")
    server.psql("CREATE DATABASE load")
    yield server.get_uri(database="load")
    server.cleanup()


if __name__ == "__main__":
    raise SystemExit(main())
