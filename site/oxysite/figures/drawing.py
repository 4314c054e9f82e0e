"""Draws figures: data in, markup out, by way of the geometry and a template.

Never computes a place: geometry does.
"""

import re
from functools import cache
from importlib.resources import files

from markupsafe import Markup

from oxysite.figures.albatross import AlbatrossPlot, albatross_geometry
from oxysite.figures.cumulative import CumulativePlot, cumulative_geometry
from oxysite.figures.densities import DensityPlot, density_geometry
from oxysite.figures.directions import DirectionPanel, direction_geometry
from oxysite.figures.evidence_map import EvidenceMap, map_geometry
from oxysite.figures.forest import DIAMOND_HALF, ForestPlot, forest_geometry
from oxysite.figures.forest_file import file_geometry
from oxysite.figures.funnel import FunnelPlot, funnel_geometry
from oxysite.figures.leave_one_out import LeaveOneOutPlot, leave_one_out_geometry
from oxysite.figures.marks import MARKS
from oxysite.figures.miniature import Miniature, miniature_geometry
from oxysite.figures.next_trial import NextTrialTable, next_trial_geometry
from oxysite.figures.paths import PathFigure, path_geometry
from oxysite.figures.pvalues import PValueStrip, pvalue_geometry
from oxysite.figures.specification_curve import curve_geometry
from oxysite.figures.specifications import SpecificationCurve, share_words
from oxysite.figures.tiers import BarFigure, bar_geometry
from oxysite.templating import environment

# A colour in the style sheet of the figures: the page's own, or the one of light paper where there is no page.
_FALLBACK = re.compile(r"var\(--[a-z-]+, (#[0-9a-f]{6})\)")


def draw_forest(plot: ForestPlot) -> Markup:
    """The forest plot as a table with a picture in each row; it reflows on a narrow screen."""
    return _draw("forest.html", plot, forest_geometry(plot))


def draw_miniature(mini: Miniature) -> Markup:
    """The small picture of an answer card."""
    return _draw("miniature.svg", mini, miniature_geometry(mini))


def draw_directions(panel: DirectionPanel) -> Markup:
    """The panel of tier C."""
    return _draw("directions.html", panel, direction_geometry(panel))


def draw_pvalues(strip: PValueStrip) -> Markup:
    """The strip of tier B."""
    return _draw("pvalues.html", strip, pvalue_geometry(strip))


def draw_paths(figure: PathFigure) -> Markup:
    """The picture of a mediation."""
    return _draw("paths.html", figure, path_geometry(figure))


def draw_map(figure: EvidenceMap) -> Markup:
    """The evidence map."""
    return _draw("evidence_map.html", figure, map_geometry(figure))


def draw_leave_one_out(plot: LeaveOneOutPlot) -> Markup:
    """The leave-one-out plot."""
    return _draw("leave_one_out.html", plot, leave_one_out_geometry(plot))


def draw_bars(figure: BarFigure) -> Markup:
    """The bars of what is and is not in the numbers."""
    return _draw("bars.html", figure, bar_geometry(figure))


def draw_specification_curve(curve: SpecificationCurve) -> Markup:
    """The specification curve with the choices below it."""
    return _draw("specification_curve.html", curve, curve_geometry(curve))


def draw_funnel(plot: FunnelPlot) -> Markup:
    """The funnel plot."""
    return _draw("funnel.html", plot, funnel_geometry(plot))


def draw_albatross(plot: AlbatrossPlot) -> Markup:
    """The albatross plot."""
    return _draw("albatross.html", plot, albatross_geometry(plot))


def draw_densities(plot: DensityPlot) -> Markup:
    """The densities of an effect."""
    return _draw("densities.html", plot, density_geometry(plot))


def draw_cumulative(plot: CumulativePlot) -> Markup:
    """The cumulative plot."""
    return _draw("cumulative.html", plot, cumulative_geometry(plot))


def draw_next_trial(table: NextTrialTable) -> Markup:
    """What the next trial could change."""
    return _draw("next_trial.html", table, next_trial_geometry(table))


def forest_svg(plot: ForestPlot, credit: str = "") -> str:
    """The forest plot as a complete SVG file, texts included; ``credit`` says where and of when it is."""
    template = environment().get_template("figures/forest_file.svg")
    return template.render(figure=plot, sheet=file_geometry(plot), style=Markup(standalone_style()), credit=credit)


@cache
def standalone_style() -> str:
    """The style sheet of the figures with the colours of light paper written out, for files that travel alone."""
    text = files("oxysite").joinpath("assets", "figures.css").read_text(encoding="utf-8")
    marked = text[text.index("/* marks */") : text.index("/* end of marks */")]
    return _FALLBACK.sub(r"\1", marked).replace("/* marks */", "").strip()


def _draw(template: str, figure: object, geometry: object) -> Markup:
    loaded = environment().get_template(f"figures/{template}")
    rendered = loaded.render(figure=figure, geometry=geometry, marks=MARKS, half=DIAMOND_HALF, share_words=share_words)
    return Markup(rendered)
