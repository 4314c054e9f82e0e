"""The figures of the deep analyses: where marks lie, what words say beside them, and that markup is sound.

Inputs are made up; no number here is a result.
"""

import math
import re
from dataclasses import replace

import pytest

from oxysite.figures import (
    AlbatrossContour,
    AlbatrossPlot,
    AlbatrossPoint,
    CumulativePlot,
    DensityCurve,
    DensityPlot,
    FunnelCone,
    FunnelDot,
    FunnelPlot,
    NextTrialTable,
    PendingRow,
    Scale,
    Sides,
    Towards,
    draw_albatross,
    draw_cumulative,
    draw_densities,
    draw_funnel,
    draw_next_trial,
    draw_specification_curve,
)
from oxysite.figures.albatross import albatross_geometry
from oxysite.figures.cumulative import cumulative_geometry
from oxysite.figures.densities import density_geometry, height_at
from oxysite.figures.funnel import funnel_geometry
from oxysite.figures.next_trial import next_trial_geometry
from oxysite.figures.plane import VIEW
from tests.site.showcase_analyses import (
    bell,
    every_analysis,
    example_albatross,
    example_cumulative,
    example_curve,
    example_densities,
    example_funnel,
    example_next_trial,
    parsed,
    words_of,
)

HOSTILE = "<script>alert(1)</script> & \"Co\" 'x'"


# The funnel


def test_the_funnel_puts_every_estimate_inside_with_the_most_precise_on_top() -> None:
    plot = example_funnel()
    geometry = funnel_geometry(plot)
    assert len(geometry.marks) == len(plot.dots)
    for mark in (*geometry.marks, *geometry.filled):
        assert 0 < mark.at[0] < 1
        assert mark.at[1] == pytest.approx(mark.dot.se / plot.se_max)
    downs = [mark.at[1] for mark in geometry.marks]
    assert downs == sorted(downs)


def test_a_point_is_outside_where_it_lies_beyond_the_line() -> None:
    plot = replace(
        example_funnel(),
        centre=0.0, se_max=1.0, region=FunnelCone(low=-1.96, high=1.96, p=0.05), filled=(), adjusted=None,
        dots=(FunnelDot(name="in", estimate=0.97, se=0.5), FunnelDot(name="out", estimate=-0.99, se=0.5)),
    )  # fmt: skip
    assert [mark.outside for mark in funnel_geometry(plot).marks] == [False, True]
    assert "1 outside the region that holds 95%" in funnel_geometry(plot).description


def test_bands_lie_between_neighbouring_contours_and_are_named() -> None:
    geometry = funnel_geometry(example_funnel())
    assert [band.words for band in geometry.bands] == ["p 0.05 to 0.10", "p 0.01 to 0.05"]
    assert all(band.path.count("Z") == 2 for band in geometry.bands)
    drawn = words_of(draw_funnel(example_funnel()))
    for told in ("p = 0.10", "p = 0.05", "p = 0.01", "mirror image added by trim and fill", "Trim and fill adds 3"):
        assert told in drawn


def test_filled_points_are_hollow_and_in_the_table_without_a_link() -> None:
    drawn = parsed(draw_funnel(example_funnel()))
    hollow = [dot for dot in drawn.iter("circle") if "hollow" in dot.get("class", "")]
    assert len(hollow) == 3 + 1  # and the one in the legend
    assert len(list(drawn.iter("a"))) == 12
    assert "nothing to draw" in draw_funnel(replace(example_funnel(), dots=()))


def test_one_study_makes_a_funnel() -> None:
    plot = FunnelPlot(
        id="f", title="t", scale=Scale("g", "g"), sides=Sides(), dots=(FunnelDot(name="x", estimate=0.4, se=0.2),),
        se_max=0.21, centre=0.4, region=FunnelCone(low=0.0, high=0.8, p=0.05),
    )  # fmt: skip
    assert funnel_geometry(plot).description.startswith("One estimate by standard error")
    assert "none outside" in words_of(draw_funnel(plot))


# The albatross


def test_albatross_points_lie_on_the_side_they_point_to() -> None:
    geometry = albatross_geometry(example_albatross())
    for mark in geometry.marks:
        assert 0 <= mark.at[0] <= 1
        assert 0 <= mark.at[1] <= 1
        side = {Towards.OXYTOCIN: 1, Towards.COMPARATOR: -1, Towards.NONE: 0}[mark.towards]
        assert math.copysign(1, mark.at[0] - 0.5) * abs(side) == side
    sizes = sorted(geometry.marks, key=lambda mark: mark.point.n)
    assert [mark.at[1] for mark in sizes] == sorted((mark.at[1] for mark in sizes), reverse=True)


def test_an_albatross_bound_is_a_line_and_its_mark_hollow() -> None:
    marks = {mark.point.name: mark for mark in albatross_geometry(example_albatross()).marks}
    below, above, left = marks["Below"], marks["Above"], marks["Below, left"]
    assert below.bound is not None
    assert below.bound[0] == pytest.approx(below.at[0])
    assert below.bound[2:] == (False, True)
    assert above.bound is not None
    assert above.bound[2:] == (False, False)
    assert above.bound[0] == pytest.approx(0.5)
    assert left.bound is not None
    assert left.bound[2:] == (True, False)
    drawn = parsed(draw_albatross(example_albatross()))
    hollow = [
        svg for svg in drawn.iter("svg") if svg.get("class", "").startswith("mark") and "open" in svg.get("class", "")
    ]
    assert len(hollow) == 3
    with pytest.raises(ValueError, match="open to both sides"):
        AlbatrossPoint(name="x", context="", n=10, position=(None, None), printed="p < 1")


def test_albatross_points_lead_to_their_studies_and_none_is_dropped() -> None:
    plot = example_albatross()
    drawn = parsed(draw_albatross(plot))
    assert len(list(drawn.iter("a"))) == 2 * len(plot.points)  # on the plot and in the table
    assert "Study 30: the sample size is not reported" in words_of(draw_albatross(plot))
    empty = words_of(draw_albatross(replace(plot, points=())))
    assert "No result has a p with a direction" in empty
    assert "Study 30" in empty


def test_contours_are_labelled_inside_the_plot_and_stray_ones_left_away() -> None:
    geometry = albatross_geometry(example_albatross())
    assert [contour.label for contour in geometry.contours] == ["−0.8", "−0.5", "−0.2", "0.2", "0.5", "0.8"]
    assert all(0 <= share <= 1 for contour in geometry.contours for share in contour.at)
    assert "from left to right −0.8, −0.5, −0.2, 0.2, 0.5, 0.8" in words_of(draw_albatross(example_albatross()))
    stray = AlbatrossContour(label="9", n=(1e7, 1e8), position=(1.0, 2.0))
    assert albatross_geometry(replace(example_albatross(), contours=(stray,))).contours == ()


def test_a_contour_is_labelled_where_it_leaves_and_crowded_labels_are_left_to_the_legend() -> None:
    lone = AlbatrossPoint(name="x", context="", n=12, position=(0.5, 0.5), printed="p")
    steep = tuple(AlbatrossContour(label=str(at), n=(5, 50), position=(at, at)) for at in (-1.0, 0.1, 0.2, 1.0))
    geometry = albatross_geometry(AlbatrossPlot(id="a", title="t", points=(lone,), contours=steep))
    assert [contour.label for contour in geometry.contours] == ["-1.0", "0.1", "", "1.0"]
    assert [contour.anchor for contour in geometry.contours] == ["end", "start", "start", "start"]
    assert all(contour.at[1] == pytest.approx(0) for contour in geometry.contours)
    assert [tick.label for tick in geometry.plane.up_ticks] == ["10", "12", "15"]


@pytest.mark.parametrize("furthest", [0.1, 3.0, 5.9, 30.0, 300.0])
def test_every_albatross_axis_holds_its_points_and_has_few_labels(furthest: float) -> None:
    point = AlbatrossPoint(name="x", context="", n=40, position=(furthest, furthest), printed="p")
    plane = albatross_geometry(AlbatrossPlot(id="a", title="t", points=(point,))).plane
    assert plane.across.holds(furthest)
    assert 3 <= len(plane.across.ticks) <= 9
    assert plane.across.null == pytest.approx(0.5)


# Densities


def test_areas_of_densities_stay_comparable() -> None:
    geometry = density_geometry(example_densities())
    peaks = []
    for mark in geometry.marks:
        downs = [int(down) for down in re.findall(r" (\d+)", mark.path)]
        peaks.append(VIEW - min(downs))
    expected = [max(mark.curve.density) for mark in geometry.marks]
    assert [peak / peaks[0] for peak in peaks] == pytest.approx([one / expected[0] for one in expected], rel=0.01)


def test_the_answer_sets_the_limits_and_wide_curves_are_said_to_run_on() -> None:
    geometry = density_geometry(example_densities())
    assert [mark.clipped for mark in geometry.marks] == [False, True, True]
    assert geometry.plane.across.high - geometry.plane.across.low < 2.5
    assert [mark.stroke for mark in geometry.marks] == ["solid", "dashed", "dotted"]
    assert "A curve that meets the edge" in words_of(draw_densities(example_densities()))


def test_zero_and_the_smallest_effect_are_on_the_plot_wherever_the_curve_is() -> None:
    x, density = bell(3.0, 0.1)
    plot = DensityPlot(
        id="d", title="t", scale=Scale("g", "g"), sides=Sides(), smallest=-0.4,
        curves=(DensityCurve(name="Posterior", x=x, density=density),),
    )  # fmt: skip
    geometry = density_geometry(plot)
    assert 0 < geometry.null < 1
    assert geometry.smallest is not None
    assert 0 < geometry.smallest < geometry.null
    assert geometry.shaded == ""
    assert "–" in words_of(draw_densities(plot))


def test_a_density_is_straight_between_its_values_and_nothing_outside() -> None:
    curve = DensityCurve(name="c", x=(0.0, 1.0, 3.0), density=(0.0, 2.0, 0.0))
    assert [height_at(curve, value) for value in (-1, 0, 0.5, 1, 2, 3, 4)] == [0, 0, 1, 2, 1, 0, 0]
    with pytest.raises(ValueError, match="as many heights"):
        DensityCurve(name="c", x=(0.0, 1.0), density=(1.0,))
    with pytest.raises(ValueError, match="4 curves"):
        DensityPlot(id="d", title="t", scale=Scale("g", "g"), sides=Sides(), curves=(curve,) * 4)


# Cumulative


def test_the_cumulative_plot_marks_where_the_verdict_turned() -> None:
    geometry = cumulative_geometry(example_cumulative())
    assert [mark.row.date for mark in geometry.marks if mark.turns] == ["2019"]
    assert "changed once (2019); since 2019 it includes no difference" in geometry.description
    assert words_of(draw_cumulative(example_cumulative())).count(" *") == 2  # the row, and its footnote


def test_the_second_interval_is_there_only_where_it_is_given() -> None:
    plot = example_cumulative()
    geometry = cumulative_geometry(plot)
    assert [mark.anytime is None for mark in geometry.marks] == [True] + [False] * 7
    last = geometry.marks[-1]
    assert last.anytime is not None
    assert not any((last.line.clipped_start, last.line.clipped_end, last.anytime.clipped_start))
    without = replace(plot, rows=tuple(replace(row, anytime=None) for row in plot.rows), anytime="")
    assert "nytime" not in words_of(draw_cumulative(without))


def test_a_steady_and_an_empty_history_are_said() -> None:
    plot = example_cumulative()
    steady = cumulative_geometry(replace(plot, rows=plot.rows[:3])).description
    assert "never changed sides: at each date it lies on the side “favours oxytocin”" in steady
    assert "nothing to draw" in draw_cumulative(replace(plot, rows=()))
    one: CumulativePlot = replace(plot, rows=plot.rows[:1])
    assert "1 study in the last" in cumulative_geometry(one).description


# The next trial


def test_every_cell_of_the_next_trial_has_words_and_a_shape() -> None:
    table = example_next_trial()
    geometry = next_trial_geometry(table)
    assert len({key.shape for key in geometry.keys}) == len({key.words for key in geometry.keys}) == 4
    drawn = parsed(draw_next_trial(table))
    cells = [cell for cell in drawn.iter("td") if cell.get("class", "").startswith("o-")]
    assert len(cells) == len(table.sizes) * len(table.effects)
    for cell in cells:
        assert any(key.words in "".join(cell.itertext()) for key in geometry.keys)
    assert "50 per arm with an effect of 0.50" in geometry.description
    assert "more than 800 per arm with an effect of 0.00" in geometry.description


def test_pending_trials_are_listed_whatever_is_known_of_them() -> None:
    drawn = words_of(draw_next_trial(example_next_trial()))
    assert "NCT00000001 (example)" in drawn
    assert "its planned size was not read" in drawn
    assert "31%" in drawn
    assert "[−0.05, 0.48]" in drawn


def test_a_table_of_another_shape_is_refused_and_an_empty_one_said() -> None:
    table = example_next_trial()
    with pytest.raises(ValueError, match="5 rows of 6 cells"):
        replace(table, cells=table.cells[:2])
    empty: NextTrialTable = replace(table, effects=(), cells=(), pending=(PendingRow(name="x", n="20"),))
    assert "Nothing is pooled yet" in draw_next_trial(empty)


# All of them


def test_markup_is_well_formed_and_ids_are_unique() -> None:
    page = parsed("".join(every_analysis()))
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in page.iter():
        for attribute in ("aria-labelledby", "aria-describedby"):
            for name in (element.get(attribute) or "").split():
                assert name in ids, f"{attribute} names {name}, which is not on the page"


def test_every_picture_has_a_name_or_is_hidden() -> None:
    for markup in every_analysis():
        root = parsed(markup)
        nested = {inner for svg in root.iter("svg") for inner in svg.iter("svg") if inner is not svg}
        for svg in set(root.iter("svg")) - nested:
            if svg.get("aria-hidden") == "true":
                continue
            assert svg.get("role") == "img"
            title = svg.find("title")
            assert title is not None
            assert title.text


def test_every_figure_has_a_sentence_and_a_table_behind_it() -> None:
    for markup in every_analysis():
        root = parsed(markup)
        assert list(root.iter("table"))
        assert any("figure-note" in p.get("class", "") and (p.text or "").strip().endswith(".") for p in root.iter("p"))


def test_they_need_no_script_and_no_other_host_and_minus_signs_are_true() -> None:
    for markup in every_analysis():
        assert "<script" not in markup
        assert not re.search(r"\son\w+=", markup)
        assert "http" not in markup
        assert not re.search(r"(?<![\w.])-\d", "".join(parsed(markup).itertext()))


def test_texts_from_outside_are_harmless() -> None:
    href = '"><i>'
    curve = example_curve()
    options = (replace(curve.axes[0].options[0], label=HOSTILE), *curve.axes[0].options[1:])
    axes = (replace(curve.axes[0], label=HOSTILE, options=options), *curve.axes[1:])
    funnel, albatross, table = example_funnel(), example_albatross(), example_next_trial()
    cumulative = example_cumulative()
    drawn = [
        draw_specification_curve(replace(curve, title=HOSTILE, axes=axes, note=HOSTILE)),
        draw_funnel(replace(funnel, title=HOSTILE, dots=(replace(funnel.dots[0], name=HOSTILE, href=href),))),
        draw_albatross(
            replace(albatross, points=(replace(albatross.points[0], name=HOSTILE, printed=HOSTILE, href=href),),
                    left_out=((HOSTILE, HOSTILE),))
        ),
        draw_densities(replace(example_densities(), title=HOSTILE)),
        draw_cumulative(replace(cumulative, rows=(replace(cumulative.rows[0], name=HOSTILE, date=HOSTILE, href=href),))),
        draw_next_trial(replace(table, note=HOSTILE, pending=(replace(table.pending[0], name=HOSTILE, href=href),))),
    ]  # fmt: skip
    for markup in drawn:
        assert "<script" not in markup
        assert '"><i>' not in markup
        assert HOSTILE in "".join(parsed(markup).itertext())
