"""The forest plot as one file to download and cite: every text placed, in points, on white paper.

Never depends on a style sheet or a font that is not there: widths are estimated on the generous side.
"""

from dataclasses import dataclass, replace

from oxysite.figures.forest import DIAMOND_HALF, Diamond, ForestGeometry, ForestPlot, Square, forest_geometry
from oxysite.numbers import percent

# Widths of letters as shares of the type size, for the widest of the usual sans-serif fonts.
_NARROW, _WIDE, _CAPITAL, _USUAL = 0.36, 0.98, 0.74, 0.62
_SIZE, _SMALL = 13.0, 11.5
_GAP = 22.0  # between columns
_PICTURE = 320.0
_ROW, _SUMMARY_ROW = 36.0, 42.0
_MARGIN = 28.0
_TOP = 92.0  # title, column heads and the rule under them


@dataclass(frozen=True, slots=True)
class FileRow:
    """A square with the height of its middle and its printed texts."""

    square: Square
    y: float
    weight: str
    estimate: str


@dataclass(frozen=True, slots=True)
class FileSummary:
    """A diamond with the height of its middle, its corners in points, and its printed text."""

    diamond: Diamond
    y: float
    corners: str
    estimate: str


@dataclass(frozen=True, slots=True)
class FileGeometry:
    """The sheet: size, left edges of the columns, the picture, and the rows."""

    width: float
    height: float
    outcome_x: float
    n_x: float
    picture_x: float
    picture_width: float
    weight_x: float  # right edge
    estimate_x: float  # right edge
    top: float
    foot: float  # the rule between rows and summaries
    axis_y: float
    left: float
    rows: tuple[FileRow, ...]
    summaries: tuple[FileSummary, ...]
    forest: ForestGeometry

    def x(self, share: float) -> float:
        """Place of a share of the axis."""
        return self.picture_x + share * self.picture_width


def file_geometry(plot: ForestPlot) -> FileGeometry:
    """Places everything; columns are as wide as their widest text."""
    forest = forest_geometry(plot)
    name_width = max(
        [text_width(plot.heads[0], _SMALL)]
        + [text_width(row.name, _SIZE, bold=True) for row in plot.rows]
        + [text_width(row.context, _SMALL) for row in plot.rows]
    )
    outcomes = [row.outcome or "not named" for row in plot.rows]
    outcome_x = _MARGIN + name_width + _GAP
    n_x = outcome_x + _widest([plot.heads[1], *outcomes]) + _GAP
    picture_x = n_x + _widest([plot.heads[2], *(row.n for row in plot.rows)]) + _GAP
    # A summary's two lines run over the first three columns.
    summary_texts = [text for summary in plot.summaries for text in (summary.name, summary.detail)]
    picture_x = max(picture_x, _MARGIN + _widest(summary_texts, bold=True) + _GAP)
    intervals = [row.interval for row in plot.rows] + [summary.interval for summary in plot.summaries]
    estimates = [
        f"{plot.scale.text(shown.estimate)} {plot.scale.interval_text(shown.low, shown.high)}" for shown in intervals
    ]
    weight_x = picture_x + _PICTURE + _GAP + text_width("Weight", _SIZE)
    estimate_x = weight_x + _GAP + _widest([f"{plot.scale.symbol} [95% CI]", *estimates], bold=True)
    foot = _TOP + _ROW * len(plot.rows) + 6
    axis_y = foot + _SUMMARY_ROW * len(plot.summaries) + 10
    squares = tuple(
        FileRow(square, _TOP + _ROW * (index + 0.5) + 3, percent(square.row.weight), estimates[index])
        for index, square in enumerate(forest.squares)
    )
    geometry = FileGeometry(
        width=estimate_x + _MARGIN,
        height=axis_y + 62 + 15 * len(forest.notes),
        outcome_x=outcome_x,
        n_x=n_x,
        picture_x=picture_x,
        picture_width=_PICTURE,
        weight_x=weight_x,
        estimate_x=estimate_x,
        top=_TOP,
        foot=foot,
        axis_y=axis_y,
        left=_MARGIN,
        rows=squares,
        summaries=(),
        forest=forest,
    )
    summaries = []
    for index, diamond in enumerate(forest.diamonds):
        y = foot + _SUMMARY_ROW * (index + 0.5) + 2
        corners = " ".join(f"{geometry.x(at):.2f},{y + height * DIAMOND_HALF:.2f}" for at, height in diamond.points)
        summaries.append(FileSummary(diamond, y, corners, estimates[len(squares) + index]))
    return replace(geometry, summaries=tuple(summaries))


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Estimated width of a text in points."""
    width = sum(_share(letter) for letter in text) * size
    return width * 1.08 if bold else width


def _widest(texts: list[str], *, bold: bool = False) -> float:
    return max((text_width(text, _SIZE, bold=bold) for text in texts), default=0.0)


def _share(letter: str) -> float:
    if letter in "iljtfI.,:;|!'()[] ·":
        return _NARROW
    if letter in "mwMW%—":
        return _WIDE
    return _CAPITAL if letter.isupper() or letter in "−+=<>" else _USUAL
