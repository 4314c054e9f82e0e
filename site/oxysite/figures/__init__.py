"""The figures of the site: each a frozen dataclass in, pure geometry, and an inline SVG or a table of them out.

Never imports the corpus or the synthesis: pages hand over numbers that are already computed.
"""

from oxysite.figures.axis import Interval
from oxysite.figures.directions import DirectionDot, DirectionPanel
from oxysite.figures.drawing import (
    draw_bars,
    draw_directions,
    draw_forest,
    draw_leave_one_out,
    draw_map,
    draw_miniature,
    draw_paths,
    draw_pvalues,
    forest_svg,
)
from oxysite.figures.evidence_map import EvidenceMap, MapCell
from oxysite.figures.forest import ForestPlot, ForestRow, ForestSummary
from oxysite.figures.leave_one_out import LeaveOneOutPlot, WithoutRow
from oxysite.figures.marks import Sides, Towards
from oxysite.figures.miniature import Miniature
from oxysite.figures.paths import PathFigure, PathStep
from oxysite.figures.pvalues import PValueRow, PValueStrip
from oxysite.figures.scales import Scale, ScaleKind
from oxysite.figures.tiers import Bar, BarFigure, BarKind

__all__ = [
    "Bar",
    "BarFigure",
    "BarKind",
    "DirectionDot",
    "DirectionPanel",
    "EvidenceMap",
    "ForestPlot",
    "ForestRow",
    "ForestSummary",
    "Interval",
    "LeaveOneOutPlot",
    "MapCell",
    "Miniature",
    "PValueRow",
    "PValueStrip",
    "PathFigure",
    "PathStep",
    "Scale",
    "ScaleKind",
    "Sides",
    "Towards",
    "WithoutRow",
    "draw_bars",
    "draw_directions",
    "draw_forest",
    "draw_leave_one_out",
    "draw_map",
    "draw_miniature",
    "draw_paths",
    "draw_pvalues",
    "forest_svg",
]
