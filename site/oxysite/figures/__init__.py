"""The figures of the site: each a frozen dataclass in, pure geometry, and an inline SVG or a table of them out.

Never imports the corpus or the synthesis: pages hand over numbers that are already computed.
"""

from oxysite.figures.albatross import AlbatrossContour, AlbatrossPlot, AlbatrossPoint
from oxysite.figures.axis import Interval
from oxysite.figures.cumulative import CumulativePlot, CumulativeRow
from oxysite.figures.densities import DensityCurve, DensityPlot
from oxysite.figures.directions import DirectionDot, DirectionPanel
from oxysite.figures.drawing import (
    draw_albatross,
    draw_bars,
    draw_cumulative,
    draw_densities,
    draw_directions,
    draw_forest,
    draw_funnel,
    draw_leave_one_out,
    draw_map,
    draw_miniature,
    draw_next_trial,
    draw_paths,
    draw_pvalues,
    draw_specification_curve,
    forest_svg,
)
from oxysite.figures.evidence_map import EvidenceMap, MapCell
from oxysite.figures.forest import ForestPlot, ForestRow, ForestSummary
from oxysite.figures.funnel import FunnelCone, FunnelDot, FunnelPlot
from oxysite.figures.leave_one_out import LeaveOneOutPlot, WithoutRow
from oxysite.figures.marks import Sides, Towards
from oxysite.figures.miniature import Miniature
from oxysite.figures.next_trial import NextCell, NextTrialTable, Outlook, PendingRow
from oxysite.figures.paths import PathFigure, PathStep
from oxysite.figures.pvalues import PValueRow, PValueStrip
from oxysite.figures.scales import Scale, ScaleKind
from oxysite.figures.specifications import ChoiceAxis, ChoiceOption, SpecificationCurve, SpecificationRow
from oxysite.figures.tiers import Bar, BarFigure, BarKind

__all__ = [
    "AlbatrossContour",
    "AlbatrossPlot",
    "AlbatrossPoint",
    "Bar",
    "BarFigure",
    "BarKind",
    "ChoiceAxis",
    "ChoiceOption",
    "CumulativePlot",
    "CumulativeRow",
    "DensityCurve",
    "DensityPlot",
    "DirectionDot",
    "DirectionPanel",
    "EvidenceMap",
    "ForestPlot",
    "ForestRow",
    "ForestSummary",
    "FunnelCone",
    "FunnelDot",
    "FunnelPlot",
    "Interval",
    "LeaveOneOutPlot",
    "MapCell",
    "Miniature",
    "NextCell",
    "NextTrialTable",
    "Outlook",
    "PValueRow",
    "PValueStrip",
    "PathFigure",
    "PathStep",
    "PendingRow",
    "Scale",
    "ScaleKind",
    "Sides",
    "SpecificationCurve",
    "SpecificationRow",
    "Towards",
    "WithoutRow",
    "draw_albatross",
    "draw_bars",
    "draw_cumulative",
    "draw_densities",
    "draw_directions",
    "draw_forest",
    "draw_funnel",
    "draw_leave_one_out",
    "draw_map",
    "draw_miniature",
    "draw_next_trial",
    "draw_paths",
    "draw_pvalues",
    "draw_specification_curve",
    "forest_svg",
]
