"""The lines of a tagged text cut apart where its records begin.

Never knows a format.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from harvest.readers.exports.fields import lines_of


@dataclass(frozen=True, slots=True)
class Chunk:
    """The lines of one record, and the number of the first, from 1."""

    line: int
    lines: tuple[str, ...]


def chunks(text: str, begins: Callable[[str, bool], bool]) -> Iterator[Chunk]:
    """The text cut where a record begins; ``begins`` sees each line and whether a blank line stands before it."""
    start, held, after_blank = 1, list[str](), True
    for number, line in enumerate(lines_of(text), 1):
        if begins(line, after_blank):
            if any(one.strip() for one in held):
                yield Chunk(start, tuple(held))
            start, held = number, []
        held.append(line)
        after_blank = not line.strip()
    if any(one.strip() for one in held):
        yield Chunk(start, tuple(held))
