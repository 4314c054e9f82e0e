"""A full refresh against local servers with 10,000 records over all sources, with its time by stage.

Never part of the tests: a machine's speed is not a property of the code.
Usage: .venv/bin/python bench/refresh.py [--records 10000]
"""

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path

from tests.harvest.running import Program
from tests.servers.works import works
from tests.servers.world import world

RECORDS_OF_A_WORK = 5.05  # in PubMed, Europe PMC, Crossref, OpenAlex, mostly the repository, every tenth registered


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    options = parser.parse_args()
    made = works(round(options.records / RECORDS_OF_A_WORK), since=date(2015, 1, 1), until=date(2026, 11, 20))
    with tempfile.TemporaryDirectory() as name, world(made) as server:
        program = Program(f"sqlite:///{Path(name) / 'refresh.sqlite'}", server, Path(name))
        program.document("init")
        for title in ("from the beginning", "again, nothing new"):
            start = time.perf_counter()
            found = program.document("refresh", "--out", "site")
            seconds = time.perf_counter() - start
            records = program.document("status")["harvest"]["records"]
            print(f"{title}: {sum(records.values()):,} records of {len(records)} sources, {seconds:.1f} s: ", end="")
            print(", ".join(f"{stage['stage']} {stage['seconds']:.1f}" for stage in found["stages"]))
            print(f"  {found['headline']}")


if __name__ == "__main__":
    main()
