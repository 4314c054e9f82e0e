"""Killing the harvest (SIGKILL) at random moments and resuming: the same corpus, byte for byte, as one undisturbed run.

Never part of the tests, which kill a few times; this kills until it has been killed as often as asked. Local servers.
Usage: .venv/bin/python bench/kill_and_resume.py [--kills 100] [--works 120]
"""

import argparse
import hashlib
import random
import shutil
import tempfile
import time
from datetime import date
from pathlib import Path

from tests.harvest.running import SPAN, Program
from tests.servers.works import works
from tests.servers.world import world

LONGEST = 5.0  # seconds until a kill: an undisturbed run takes a little longer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--works", type=int, default=120)
    options = parser.parse_args()
    made = works(options.works, since=date(2026, 9, 1), until=date(2026, 11, 20))
    moments = random.Random(1)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as name, world(made) as server:
        folder = Path(name)
        empty = Program(f"sqlite:///{folder / 'empty.sqlite'}", server, folder)
        empty.document("init")
        whole = Program(f"sqlite:///{shutil.copy(folder / 'empty.sqlite', folder / 'whole.sqlite')}", server, folder)
        whole.document("harvest", *SPAN)
        expected = digest(whole)
        kills = resumed = differing = 0
        while kills < options.kills:
            path = folder / f"run{resumed}.sqlite"
            run = Program(f"sqlite:///{shutil.copy(folder / 'empty.sqlite', path)}", server, folder)
            for _ in range(min(10, options.kills - kills)):
                kills += run.killed(moments.uniform(0.5, LONGEST), "harvest", *SPAN)
            run.document("harvest", *SPAN)
            resumed += 1
            differing += digest(run) != expected
            path.unlink()
        again = whole.document("harvest", *SPAN)
        changed = sum(told.get("new", 0) + told.get("changed", 0) for told in again["sources"].values())
        same = digest(whole) == expected
    print(
        f"{kills} kills in {resumed} runs, {time.perf_counter() - start:.0f} s: {differing} exports differ from the "
        f"undisturbed run's (wanted: 0); running twice: {changed} records new or changed, export {'equal' if same else 'DIFFERENT'}"
    )
    return 0 if differing == 0 and changed == 0 and same else 1


def digest(program: Program) -> str:
    """Of every record and every link."""
    return hashlib.sha256("\n".join(program.export()).encode()).hexdigest()


if __name__ == "__main__":
    raise SystemExit(main())
