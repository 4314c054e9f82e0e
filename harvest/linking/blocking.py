"""Which pairs are worth a look: records that share a key, found by sorting numbers instead of comparing everything.

Never compares fields, and never lets one crowded key (a congress, a recurring title) grow quadratically.
"""

from array import array
from collections.abc import Iterator, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from harvest.linking.candidate import Candidate

TITLE_ENDS = 18  # letters of a title's beginning and end: a slip rarely hits both
CROWDED = 60  # a key shared by more records than this is taken in order, neighbours only
NEIGHBOURS = 12
ORDERED = 8  # letters, the bytes of one number

Numbers = NDArray[np.uint64]
Rows = NDArray[np.int64]


def keys_of(record: Candidate) -> Iterator[tuple[str, str]]:
    """The keys of one record, each with the letters by which a crowded key is put in order.

    Two records of one work share at least one key.
    """
    start = record.squeezed[0][:ORDERED]
    if record.doi:
        yield f"d{record.doi}", start
    if record.pmid:
        yield f"p{record.pmid}", start
    for title in record.squeezed:
        if title:
            yield f"b{title[:TITLE_ENDS]}", title[TITLE_ENDS : TITLE_ENDS + ORDERED]
            yield f"e{title[-TITLE_ENDS:]}", title[:ORDERED]
    page = record.pages.first
    if page and (record.volume or record.year):
        yield f"v{record.volume}/{page}/{record.year}", start
        if record.families:
            yield f"a{record.families[0][:5]}/{page}/{record.volume}", start
    if record.families:
        longest = sorted(record.titles[0].split(), key=lambda word: (-len(word), word))[:2]
        yield f"w{record.families[0][:5]}/{'/'.join(longest)}", start


def number_of(key: str) -> int:
    """A key as 64 bits."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest())


def stored(number: int) -> int:
    """The same 64 bits with a sign, as databases hold them."""
    return number - (1 << 64) if number >> 63 else number


class Blocks:
    """All keys of the records known so far, sorted, each with its place in a crowd and its record's row."""

    def __init__(self) -> None:
        self._keys: Numbers = np.empty(0, dtype=np.uint64)
        self._places: Numbers = np.empty(0, dtype=np.uint64)
        self._rows: Rows = np.empty(0, dtype=np.int64)

    def add(self, records: Sequence[Candidate], first_row: int) -> NDArray[np.int64]:
        """Take in a batch whose rows count from `first_row`; gives the pairs with a new record, each once, (n, 2)."""
        keys, places, rows = _numbered(records, first_row)
        touched = np.isin(self._keys, np.unique(keys))
        pairs = _pairs(
            np.concatenate([self._keys[touched], keys]),
            np.concatenate([self._places[touched], places]),
            np.concatenate([self._rows[touched], rows]),
            first_row,
        )
        self._keep(keys, places, rows)
        return pairs

    def know(self, records: Sequence[Candidate], first_row: int) -> None:
        """Take in records whose pairs have been looked at before."""
        self._keep(*_numbered(records, first_row))

    def _keep(self, keys: Numbers, places: Numbers, rows: Rows) -> None:
        self._keys = np.concatenate([self._keys, keys])
        self._places = np.concatenate([self._places, places])
        self._rows = np.concatenate([self._rows, rows])


def _numbered(records: Sequence[Candidate], first_row: int) -> tuple[Numbers, Numbers, Rows]:
    keys, places, rows = array("Q"), array("Q"), array("q")
    for row, record in enumerate(records, first_row):
        for key, letters in dict(keys_of(record)).items():
            keys.append(number_of(key))
            places.append(int.from_bytes(letters.encode()[:ORDERED].ljust(ORDERED, b"\0")))
            rows.append(row)
    return np.array(keys, dtype=np.uint64), np.array(places, dtype=np.uint64), np.array(rows, dtype=np.int64)


def _pairs(keys: Numbers, places: Numbers, rows: Rows, first_row: int) -> NDArray[np.int64]:
    """Pairs of rows under one key, of which at least one is new."""
    order = np.lexsort((rows, places, keys))
    keys, rows = keys[order], rows[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.empty(0, dtype=np.int64)
    sizes = np.diff(np.r_[starts, len(keys)])
    reach = np.repeat(np.where(sizes > CROWDED, NEIGHBOURS, CROWDED), sizes)
    found = []
    for distance in range(1, CROWDED):
        same = keys[distance:] == keys[:-distance]
        if not same.any():
            break
        hit = np.flatnonzero(same & (reach[distance:] >= distance))
        a, b = rows[hit], rows[hit + distance]
        fresh = np.maximum(a, b) >= first_row
        found.append(np.minimum(a, b)[fresh] << 32 | np.maximum(a, b)[fresh])
    if not found:
        return np.empty((0, 2), dtype=np.int64)
    pairs = np.unique(np.concatenate(found))
    return np.stack([pairs >> 32, pairs & 0xFFFFFFFF], axis=1)
