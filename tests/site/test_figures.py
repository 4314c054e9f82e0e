"""The figures: where marks lie, that nothing is left out or told by colour alone, and that markup is sound.

The forest plot is drawn over metafor's dat.bcg; other values are examples.
"""

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import Markup

from oxysite.figures import (
    DirectionDot,
    DirectionPanel,
    EvidenceMap,
    ForestPlot,
    ForestRow,
    ForestSummary,
    Interval,
    MapCell,
    PValueRow,
    PValueStrip,
    Scale,
    ScaleKind,
    Sides,
    Towards,
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
from oxysite.figures.axis import axis_limits, make_axis
from oxysite.figures.directions import direction_geometry
from oxysite.figures.evidence_map import map_geometry
from oxysite.figures.forest import forest_geometry
from oxysite.figures.leave_one_out import leave_one_out_geometry
from oxysite.figures.marks import MARKS
from oxysite.figures.miniature import miniature_geometry
from oxysite.figures.pvalues import pvalue_geometry
from oxysite.figures.scales import nice_ticks
from oxysite.figures.tiers import bar_geometry
from tests.site.showcase import (
    bcg_leave_one_out,
    bcg_plot,
    example_bars,
    example_directions,
    example_g,
    example_map,
    example_miniature,
    example_paths,
    example_pvalues,
)

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script> & \"Co\" 'x'"


@pytest.fixture
def oracle(shared: Path) -> Path:
    return shared / "oracle"


@pytest.fixture
def bcg(oracle: Path) -> ForestPlot:
    return bcg_plot(oracle)


def parsed(markup: Markup) -> ET.Element:
    """The fragment as XML; raises where it is not well-formed."""
    return ET.fromstring(f"<body>{markup}</body>".replace("&nbsp;", "\u00a0"))


def every_figure(oracle: Path) -> list[Markup]:
    return [
        draw_forest(bcg_plot(oracle)),
        draw_forest(example_g()),
        draw_miniature(example_miniature(1)),
        draw_miniature(example_miniature(2, pooled=False)),
        draw_directions(example_directions()),
        draw_pvalues(example_pvalues()),
        draw_paths(example_paths()),
        draw_map(example_map()),
        draw_leave_one_out(bcg_leave_one_out(oracle)),
        draw_bars(example_bars()),
    ]


# The forest plot


def test_areas_of_squares_are_proportional_to_weights(bcg: ForestPlot) -> None:
    squares = forest_geometry(bcg).squares
    ratios = [square.side**2 / square.row.weight for square in squares]
    assert ratios == pytest.approx([ratios[0]] * 13)


def test_places_are_linear_in_the_scale_of_the_analysis(bcg: ForestPlot) -> None:
    geometry = forest_geometry(bcg)
    low, high = geometry.axis.low, geometry.axis.high
    for square in geometry.squares:
        assert square.at == pytest.approx((square.row.interval.estimate - low) / (high - low))
    assert geometry.axis.place(math.log(0.5)) - geometry.axis.place(math.log(0.25)) == pytest.approx(
        geometry.axis.place(math.log(4)) - geometry.axis.place(math.log(2))
    )


def test_only_the_interval_beyond_the_axis_is_clipped(bcg: ForestPlot) -> None:
    geometry = forest_geometry(bcg)
    clipped = [s.row.name for s in geometry.squares if s.line.clipped_start or s.line.clipped_end]
    assert clipped == ["Comstock & Webster 1969"]
    assert any("arrowhead" in note for note in geometry.notes)
    drawn = parsed(draw_forest(bcg))
    assert len([path for path in drawn.iter("path") if "arrowhead" in path.get("class", "")]) == 1


def test_the_diamond_ends_at_the_interval_and_the_prediction_runs_through_it(bcg: ForestPlot) -> None:
    geometry = forest_geometry(bcg)
    diamond = geometry.diamonds[0]
    axis, interval = geometry.axis, bcg.summaries[0].interval
    shares = [at for at, _ in diamond.points]
    assert min(shares) == pytest.approx(axis.place(interval.low))
    assert max(shares) == pytest.approx(axis.place(interval.high))
    assert (axis.place(interval.estimate), -1.0) in diamond.points
    assert diamond.prediction is not None
    assert diamond.prediction.start < min(shares)
    assert diamond.prediction.end > max(shares)


def test_a_diamond_beyond_the_axis_is_cut_off_straight() -> None:
    plot = replace(example_g(), shown_limits=(-1.0, 0.6))
    points = forest_geometry(plot).diamonds[0].points
    assert max(at for at, _ in points) == pytest.approx(1.0)
    heights = sorted(height for at, height in points if at == pytest.approx(1.0))
    assert heights == pytest.approx([-(0.97 - 0.6) / 0.66, (0.97 - 0.6) / 0.66])


def test_every_row_is_there_with_its_link_and_numbers(bcg: ForestPlot) -> None:
    drawn = parsed(draw_forest(bcg))
    text = "".join(drawn.itertext())
    for row in bcg.rows:
        assert row.name in text
        assert row.n in text
    assert [a.get("href") for a in drawn.iter("a")] == [row.href for row in bcg.rows]
    assert "0.41 [0.13, 1.26]" in text
    assert "1.56 [0.37, 6.53]" in text
    assert "0.49 [0.33, 0.73]" in text  # metafor's own plot of the same data
    for printed in ("5.1%", "3.8%", "10.2%"):
        assert printed in text


def test_one_wild_study_does_not_squash_the_others() -> None:
    geometry = forest_geometry(example_g())
    wild = geometry.squares[-1]
    assert wild.at is None
    assert wild.line.clipped_end
    assert all(square.at is not None for square in geometry.squares[:-1])
    assert geometry.axis.high < 4


def test_an_unnamed_outcome_is_an_open_square_and_said() -> None:
    geometry = forest_geometry(example_g())
    assert [square.row.name for square in geometry.squares if square.open] == ["Delta 2018"]
    assert any("open square" in note for note in geometry.notes)
    assert "not named" in draw_forest(example_g())


def test_no_estimate_draws_no_axis() -> None:
    drawn = draw_forest(replace(example_g(), rows=(), summaries=()))
    assert "nothing to draw" in drawn
    assert "<svg" not in drawn


def test_one_estimate_has_no_diamond_and_says_so() -> None:
    drawn = draw_forest(replace(example_g(), rows=example_g().rows[:1], summaries=()))
    assert "nothing is pooled" in drawn
    assert "polygon" not in drawn


def test_an_interval_holds_its_estimate() -> None:
    with pytest.raises(ValueError, match="lies outside"):
        Interval(1.0, 2.0, 3.0)


def test_the_file_is_whole_and_has_every_text(bcg: ForestPlot) -> None:
    text = forest_svg(bcg, "OxySynth")
    assert text.startswith("<?xml")
    root = ET.fromstring(text)
    assert root.tag == f"{SVG}svg"
    words = [" ".join("".join(element.itertext()).split()) for element in root.iter(f"{SVG}text")]
    for row in bcg.rows:
        assert {row.name, row.context, row.n} <= set(words)
    assert "0.49 [0.33, 0.73]" in words
    assert "var(" not in text, "a file that travels alone has no style sheet of the page"
    width = float(root.get("width", "0"))
    for element in root.iter(f"{SVG}text"):
        assert 0 <= float(element.get("x", "-1")) <= width
    assert len(list(root.iter(f"{SVG}rect"))) == 1 + len(bcg.rows)


def test_chosen_ticks_are_kept(bcg: ForestPlot) -> None:
    chosen = replace(bcg, shown_limits=(0.05, 4.0), shown_ticks=(0.05, 0.25, 1, 4))
    assert [tick.label for tick in forest_geometry(chosen).axis.ticks] == ["0.05", "0.25", "1", "4"]


# Axes


@pytest.mark.parametrize(
    ("kind", "low", "high", "labels"),
    [
        (ScaleKind.LINEAR, -1.3, 1.4, ["−1", "−0.5", "0", "0.5", "1"]),
        (ScaleKind.LINEAR, -0.03, 0.05, ["−0.02", "0", "0.02", "0.04"]),
        (ScaleKind.LOG, math.log(0.07), math.log(4.6), ["0.125", "0.25", "0.5", "1", "2", "4"]),
        (ScaleKind.LOG, math.log(0.02), math.log(30), ["0.05", "0.2", "1", "5", "20"]),
        (ScaleKind.LOG, math.log(0.003), math.log(150), ["0.01", "0.1", "1", "10", "100"]),
        (ScaleKind.FISHER, -0.7, 1.1, ["−0.5", "0", "0.5"]),
    ],
)
def test_ticks_are_round_on_the_printed_scale(kind: ScaleKind, low: float, high: float, labels: list[str]) -> None:
    assert [tick.label for tick in nice_ticks(Scale("m", "m", kind), low, high)] == labels


@pytest.mark.parametrize("kind", list(ScaleKind))
@pytest.mark.parametrize("width", [1e-4, 0.01, 0.3, 1.0, 2.7, 6.0, 15.0])
@pytest.mark.parametrize("centre", [0.0, 0.9, -2.2])
def test_every_axis_has_few_ticks_within_it(kind: ScaleKind, width: float, centre: float) -> None:
    low, high = centre - width / 2, centre + width / 2
    ticks = nice_ticks(Scale("m", "m", kind), low, high)
    assert 1 <= len(ticks) <= 6
    assert all(low - 1e-9 <= tick.value <= high + 1e-9 for tick in ticks)
    assert len({tick.label for tick in ticks}) == len(ticks)


def test_limits_hold_the_null_and_every_summary() -> None:
    rows = [Interval(2.0, 1.8, 2.2), Interval(2.1, 1.9, 2.3), Interval(1.9, 1.7, 2.1)]
    low, high = axis_limits(rows, [Interval(2.0, 1.9, 2.1)])
    assert low < 0
    assert high > 2.3
    assert axis_limits([]) == (-1.0, 1.0)
    assert make_axis(Scale("g", "g"), rows).null > 0


# The other figures


def test_the_miniature_has_the_null_in_the_middle() -> None:
    geometry = miniature_geometry(example_miniature())
    assert geometry.axis.null == pytest.approx(0.5)
    assert geometry.prediction is not None
    assert not geometry.prediction.clipped_end


def test_each_direction_has_a_shape_a_letter_and_words_of_its_own() -> None:
    assert set(MARKS) == set(Towards)
    assert len({mark.letter for mark in MARKS.values()}) == len(MARKS)
    assert len({(mark.path, mark.open) for mark in MARKS.values()}) == len(MARKS)
    assert len({mark.words for mark in MARKS.values()}) == len(MARKS)


def test_the_direction_panel_counts_every_result() -> None:
    panel = example_directions()
    geometry = direction_geometry(panel)
    assert sum(len(group.dots) for group in geometry.groups) == len(panel.dots)
    drawn = parsed(draw_directions(panel))
    assert len(list(drawn.iter("a"))) == len(panel.dots)
    assert "No result" in draw_directions(DirectionPanel(id="d", title="t", dots=()))


def test_p_values_lie_on_the_side_they_point_to() -> None:
    marks = {placed.row.name: placed for placed in pvalue_geometry(example_pvalues()).marks}
    axis = pvalue_geometry(example_pvalues()).axis
    assert marks["Alpha 2009"].at == pytest.approx((axis.place(-math.log10(0.03)),))
    assert marks["Gamma 2014"].at[0] < 0.5
    # One-sided .01 towards oxytocin is two-sided .02.
    assert marks["Eta 2017"].at == pytest.approx((axis.place(-math.log10(0.02)),))


def test_a_bound_is_never_drawn_as_a_value() -> None:
    marks = {placed.row.name: placed for placed in pvalue_geometry(example_pvalues()).marks}
    below = marks["Beta 2013"]
    assert below.line is not None
    assert below.line.clipped_end
    above = marks["Delta 2015"]
    assert above.at == ()
    assert above.line is not None
    assert above.line.end == pytest.approx(0.5)
    neither = marks["Zeta 2016"].line
    assert neither is not None
    assert neither.start + neither.end == pytest.approx(1.0)


def test_a_one_sided_p_above_one_half_turns_the_side() -> None:
    row = PValueRow(name="x", context="", towards=Towards.OXYTOCIN, p=0.99, sided=1, printed="p = .99")
    (placed,) = pvalue_geometry(PValueStrip(id="p", title="p", rows=(row,))).marks
    assert placed.at[0] < 0.5


def test_a_p_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match=r"p < \.001"):
        PValueRow(name="x", context="", towards=Towards.OXYTOCIN, p=0.0, printed="p = .000")


def test_a_path_without_figures_is_dashed_and_says_so() -> None:
    drawn = parsed(draw_paths(example_paths()))
    assert any("dashed" in line.get("class", "") for line in drawn.iter("line"))
    assert "direction only, no figures reported" in "".join(drawn.itertext())


def test_circles_of_the_map_have_areas_proportional_to_samples() -> None:
    geometry = map_geometry(example_map())
    circles = [circle for _, row in geometry.grid for circle in row if circle]
    assert len(circles) == len(example_map().cells)
    assert [c.radius**2 / c.cell.samples for c in circles] == pytest.approx(
        [circles[0].radius ** 2 / circles[0].cell.samples] * len(circles)
    )


def test_the_map_refuses_a_cell_without_a_place() -> None:
    stray = MapCell(row="r", column="nowhere", samples=1, towards=Towards.NONE)
    with pytest.raises(ValueError, match="no place"):
        map_geometry(EvidenceMap(id="m", title="m", rows=("r",), columns=("c",), cells=(stray,)))
    twice = MapCell(row="r", column="c", samples=1, towards=Towards.NONE)
    with pytest.raises(ValueError, match="two cells"):
        map_geometry(EvidenceMap(id="m", title="m", rows=("r",), columns=("c",), cells=(twice, twice)))


def test_leaving_one_out_clips_nothing_and_marks_a_turn(oracle: Path) -> None:
    plot = bcg_leave_one_out(oracle)
    geometry = leave_one_out_geometry(plot)
    assert not any(mark.line.clipped_start or mark.line.clipped_end for mark in geometry.marks)
    assert not any(mark.turns for mark in geometry.marks)
    turned = replace(plot, rows=(replace(plot.rows[0], interval=Interval(-0.2, -0.5, 0.1)), *plot.rows[1:]))
    assert [mark.turns for mark in leave_one_out_geometry(turned).marks].count(True) == 1
    assert "1 omission would change" in draw_leave_one_out(turned)


def test_bars_share_one_scale_of_counts() -> None:
    bars = bar_geometry(example_bars()).bars
    assert [bar.length for bar in bars] == pytest.approx([24 / 61, 31 / 61, 1, 11 / 61, 0])


# All figures


def test_markup_is_well_formed_and_ids_are_unique_on_a_page(oracle: Path) -> None:
    page = ET.fromstring("<body>" + "".join(map(str, every_figure(oracle))).replace("&nbsp;", "\u00a0") + "</body>")
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in page.iter():
        for attribute in ("aria-labelledby", "aria-describedby"):
            for name in (element.get(attribute) or "").split():
                assert name in ids, f"{attribute} names {name}, which is not on the page"


def test_every_picture_has_a_name_or_is_hidden(oracle: Path) -> None:
    for markup in every_figure(oracle):
        root = parsed(markup)
        nested = {inner for svg in root.iter("svg") for inner in svg.iter("svg") if inner is not svg}
        for svg in root.iter("svg"):
            if svg in nested or svg.get("aria-hidden") == "true":
                continue
            assert svg.get("role") == "img"
            title = svg.find("title")
            assert title is not None
            assert title.text
    for markup in (draw_forest(bcg_plot(oracle)), draw_miniature(example_miniature())):
        assert any(desc.text for desc in parsed(markup).iter("desc"))


def test_texts_from_outside_are_harmless() -> None:
    row = ForestRow(
        name=HOSTILE, context=HOSTILE, outcome=HOSTILE, n=HOSTILE, interval=Interval(0, -1, 1), weight=100, href='"><i>'
    )
    plot = ForestPlot(
        id="h", title=HOSTILE, scale=Scale("g", "g"), sides=Sides(HOSTILE, HOSTILE), rows=(row, row),
        summaries=(ForestSummary(name=HOSTILE, interval=Interval(0, -1, 1), detail=HOSTILE),),
    )  # fmt: skip
    dot = DirectionDot(name=HOSTILE, detail=HOSTILE, towards=Towards.NONE, href='"><i>')
    panel = DirectionPanel(id="p", title=HOSTILE, dots=(dot,))
    for text in (str(draw_forest(plot)), forest_svg(plot, HOSTILE), str(draw_directions(panel))):
        assert "<script" not in text
        assert '"><i>' not in text
    assert HOSTILE in "".join(parsed(draw_forest(plot)).itertext())
    assert HOSTILE in "".join(ET.fromstring(forest_svg(plot)).itertext())


def test_figures_need_no_script_and_no_other_host(oracle: Path) -> None:
    for text in (*map(str, every_figure(oracle)), forest_svg(bcg_plot(oracle))):
        assert "<script" not in text
        assert not re.search(r"\son\w+=", text)
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_minus_signs_are_true(oracle: Path) -> None:
    for markup in every_figure(oracle):
        words = "".join(text for text in parsed(markup).itertext())
        assert not re.search(r"(?<![\w.])-\d", words)
