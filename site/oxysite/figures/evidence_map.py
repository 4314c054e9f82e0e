"""The evidence map: how oxytocin was given or measured, against the class of outcome, one circle per meeting.

Never adds samples up across circles: one sample may stand in several.
"""

import math
from dataclasses import dataclass

from oxysite.figures.marks import MARKS, Mark, Towards

# Radius of the circle with most samples, in CSS pixels: two of them fit side by side on a telephone.
LARGEST_RADIUS = 16.0
_MARK = 0.62  # the mark in a circle spans this share of its diameter,
_SMALLEST_MARK = 8.0  # and is never smaller than can be told apart, in CSS pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class MapCell:
    """Samples that meet in a row and a column, and where most of them point."""

    row: str
    column: str
    samples: int
    towards: Towards
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceMap:
    """Rows and columns in the order they are shown."""

    id: str
    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[MapCell, ...]


@dataclass(frozen=True, slots=True)
class MapCircle:
    """A cell in place: radius, and the mark scaled into it."""

    cell: MapCell
    radius: float
    mark: Mark
    mark_size: float
    words: str


@dataclass(frozen=True, slots=True)
class MapGeometry:
    """The map as a grid, None where nothing was found."""

    grid: tuple[tuple[str, tuple[MapCircle | None, ...]], ...]
    marks: tuple[tuple[Towards, Mark], ...]  # the kinds that occur, for the legend
    description: str


def map_geometry(figure: EvidenceMap) -> MapGeometry:
    """Sizes every circle: its area is proportional to the number of samples. Raises ValueError for a stray cell."""
    cells = {(cell.row, cell.column): cell for cell in figure.cells}
    if len(cells) != len(figure.cells):
        raise ValueError(f"the evidence map {figure.id} has two cells in one place")
    for cell in figure.cells:
        if cell.row not in figure.rows or cell.column not in figure.columns or cell.samples < 1:
            raise ValueError(f"the evidence map {figure.id} has no place for {cell}")
    most = max((cell.samples for cell in figure.cells), default=1)
    grid = tuple(
        (
            row,
            tuple(_circle(cells[row, column], most) if (row, column) in cells else None for column in figure.columns),
        )
        for row in figure.rows
    )
    occurring = {cell.towards for cell in figure.cells}
    return MapGeometry(
        grid=grid,
        marks=tuple((towards, mark) for towards, mark in MARKS.items() if towards in occurring),
        description=f"{len(figure.cells)} meetings of {len(figure.rows)} ways to give or measure oxytocin with "
        f"{len(figure.columns)} classes of outcome; the area of a circle is the number of samples.",
    )


def _circle(cell: MapCell, most: int) -> MapCircle:
    radius = LARGEST_RADIUS * math.sqrt(cell.samples / most)
    mark = MARKS[cell.towards]
    samples = "1 sample" if cell.samples == 1 else f"{cell.samples} samples"
    words = f"{cell.row}, {cell.column}: {samples}, most {mark.words}"
    return MapCircle(cell, radius, mark, max(2 * radius * _MARK, _SMALLEST_MARK), words)
