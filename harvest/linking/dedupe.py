"""Duplicates in files of records: what `oxysynth dedupe FILE…` prints.

Never writes: the files stay as they are.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from corpus.domain.harvested import HarvestedRecord
from harvest.linking.candidate import Candidate
from harvest.linking.harvested import candidates_of
from harvest.linking.index import Index
from harvest.linking.tables import is_table, read_table

ReadExport = Callable[[Path], Iterable[HarvestedRecord]]


class Duplicates(TypedDict):
    """Records read, groups of ids that are one work, and pairs that a person must judge."""

    records: int
    clusters: list[list[str]]
    unsure: list[tuple[str, str, float]]


def dedupe_file(paths: Sequence[Path], read_export: ReadExport | None = None) -> Duplicates:
    """Duplicates within and between files; an id that two files use is printed with its file's name before it.

    Tables (CSV with record_id and title) are read here, everything else by `read_export`. Raises InvalidInput for a
    file that is neither.
    """
    records = read_all(paths, read_export)
    index = Index()
    linked = index.add(records)
    return Duplicates(
        records=len(records),
        clusters=index.clusters(),
        unsure=[(pair.a, pair.b, pair.score) for pair in linked.unsure],
    )


def read_all(paths: Sequence[Path], read_export: ReadExport | None = None) -> list[Candidate]:
    """The candidates of all files, their ids unique."""
    read = []
    for path in paths:
        if read_export is None or is_table(path):
            read.append((path, list(read_table(path))))
        else:
            read.append((path, list(candidates_of(read_export(path), path.name))))
    uses = Counter(record.id for _, records in read for record in records)
    return [
        replace(record, id=f"{path.name}:{record.id}") if uses[record.id] > 1 else record
        for path, records in read
        for record in records
    ]
