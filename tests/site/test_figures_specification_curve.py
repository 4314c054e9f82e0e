"""The specification curve: every specification is placed and counted, and every option marked where it leads.

Inputs are made up; no number here is a result.
"""

import math
import re
from dataclasses import replace
from typing import Any

import pytest

from oxysite.figures import (
    ChoiceAxis,
    ChoiceOption,
    Interval,
    Scale,
    ScaleKind,
    Sides,
    SpecificationCurve,
    SpecificationRow,
    draw_specification_curve,
)
from oxysite.figures.specification_curve import FULL, MOST_COLUMNS, curve_geometry
from oxysite.figures.specifications import share_words
from tests.site.showcase_analyses import example_curve, words_of

# What one figure may weigh on a page, in characters; 2,016 specifications took 43,000.
HEAVIEST = 80_000


def two_options(intervals: list[Interval], **more: Any) -> SpecificationCurve:
    """A small curve: one axis, options a and b in turn."""
    axis = ChoiceAxis(label="Choice", options=(ChoiceOption(key="a", label="A"), ChoiceOption(key="b", label="B")))
    rows = tuple(
        SpecificationRow(interval=interval, options=(("a",) if index % 2 == 0 else ("b",),))
        for index, interval in enumerate(intervals)
    )
    shown: dict[str, Any] = {"scale": Scale("Hedges g", "g"), "sides": Sides(), **more}
    return SpecificationCurve(id="c", title="t", axes=(axis,), specifications=rows, **shown)


def test_specifications_are_sorted_and_counted_by_what_their_intervals_say() -> None:
    curve = two_options([Interval(0.5, 0.1, 0.9), Interval(-0.4, -0.6, -0.2), Interval(0.1, -0.1, 0.3)], main=2)
    geometry = curve_geometry(curve)
    assert geometry.columns == 3
    downs = [int(down) for down in re.findall(r"M\d+ (\d+)h1", geometry.estimates)]
    assert downs == sorted(downs, reverse=True)
    assert {side.value: path.count("M") for side, path in geometry.intervals} == {"high": 1, "low": 1, "both": 1}
    assert geometry.tally.high == geometry.tally.low == geometry.tally.both == pytest.approx(1 / 3)
    assert geometry.main is not None
    assert geometry.main[0] == pytest.approx(0.5)
    assert "The main analysis gives 0.10 [−0.10, 0.30]; 33% of the estimates are lower." in geometry.description


def test_an_option_is_marked_wherever_it_leads_and_only_there() -> None:
    curve = two_options([Interval(0.1 * step, -1, 1) for step in range(6)])
    a, b = curve_geometry(curve).choices[0].options
    assert re.findall(r"M(\d)\.15 ", a.path) == ["0", "2", "4"]
    assert re.findall(r"M(\d)\.15 ", b.path) == ["1", "3", "5"]
    both = replace(curve.specifications[0], options=(("a", "b"),))
    shared = curve_geometry(replace(curve, specifications=(both, *curve.specifications[1:]))).choices[0].options
    assert [option.path.count("M") for option in shared] == [3, 4]
    assert a.tally.specifications == 3
    assert a.tally.median == pytest.approx(0.2)
    assert "3 specifications, median 0.20, 0% of intervals exclude no difference" in a.words


def test_many_specifications_share_columns_and_none_is_lost() -> None:
    curve = example_curve(21)
    geometry = curve_geometry(curve)
    assert geometry.columns == MOST_COLUMNS
    assert geometry.tally.specifications == len(curve.specifications) == 2016
    assert sum(path.count("M") for _, path in geometry.intervals) == MOST_COLUMNS
    assert any("share a column" in note for note in geometry.notes)
    assert len(draw_specification_curve(curve)) < HEAVIEST
    for choice in geometry.choices:
        for option in choice.options:
            widths = [int(width) for width in re.findall(r"h(\d+)", option.path)]
            assert sum(widths) == MOST_COLUMNS
            assert all(0 <= int(up) <= FULL for up in re.findall(r"V(\d+)", option.path))


@pytest.mark.parametrize("main", [0, 1, 5, 1000, 2015])
def test_the_main_analysis_stands_in_the_column_that_holds_it(main: int) -> None:
    curve = replace(example_curve(21), main=main)
    geometry = curve_geometry(curve)
    assert geometry.main is not None
    rank = sorted(range(2016), key=lambda index: curve.specifications[index].interval.estimate).index(main)
    column = math.floor(geometry.main[0] * MOST_COLUMNS)
    assert column * 2016 // MOST_COLUMNS <= rank < (column + 1) * 2016 // MOST_COLUMNS


def test_a_shared_column_is_clear_only_where_most_of_its_intervals_are() -> None:
    clear, open_ = Interval(0.3, 0.1, 0.5), Interval(0.3, -0.1, 0.7)
    half = curve_geometry(two_options([clear, open_] * MOST_COLUMNS))
    assert [side.value for side, _ in half.intervals] == ["both"]
    most = curve_geometry(two_options([clear, clear, open_] * MOST_COLUMNS))
    assert [side.value for side, _ in most.intervals] == ["high"]
    assert most.tally.high == pytest.approx(2 / 3)


def test_one_sample_is_shown_and_counted_in_no_share() -> None:
    curve = two_options([Interval(0.2, 0.1, 0.3), Interval(0.4, 0.3, 0.5)])
    alone = replace(curve.specifications[1], one_sample=True)
    geometry = curve_geometry(replace(curve, specifications=(curve.specifications[0], alone)))
    assert (geometry.tally.specifications, geometry.tally.one_sample, geometry.tally.median) == (2, 1, 0.2)
    assert {side.value for side, _ in geometry.intervals} == {"high", "one"}
    assert any("one sample alone" in note for note in geometry.notes)
    nothing = curve_geometry(replace(curve, specifications=(alone,)))
    assert nothing.tally.median is None
    assert "none rests on two samples" in nothing.description
    assert "–" in words_of(draw_specification_curve(replace(curve, specifications=(alone,))))


def test_a_choice_that_changes_nothing_is_named_with_its_reason_and_not_drawn() -> None:
    drawn = words_of(draw_specification_curve(example_curve()))
    assert "Changes nothing here: Risk of bias (no effect has a judgement yet)." in drawn
    assert "No specification has an estimate." in words_of(draw_specification_curve(two_options([])))
    curve = two_options([Interval(0, -1, 1), Interval(0.1, -1, 1)])
    same = replace(curve, specifications=tuple(replace(row, options=(("a", "b"),)) for row in curve.specifications))
    assert curve_geometry(same).choices == ()
    assert "Changes nothing here: Choice." in words_of(draw_specification_curve(same))


def test_an_option_that_leads_nowhere_is_named_and_not_drawn() -> None:
    curve = two_options([Interval(0, -1, 1), Interval(0.1, -1, 1)])
    more = replace(curve.axes[0], options=(*curve.axes[0].options, ChoiceOption(key="c", label="PET")))
    geometry = curve_geometry(replace(curve, axes=(more,)))
    assert [mark.option.key for mark in geometry.choices[0].options] == ["a", "b"]
    noted = replace(curve, axes=(replace(curve.axes[0], note="no estimate with PET"),))
    assert "Choiceno estimate with PET" in words_of(draw_specification_curve(noted))
    assert "Leads to no estimate: Choice, PET." in words_of(draw_specification_curve(replace(curve, axes=(more,))))


def test_an_option_that_its_axis_does_not_have_is_refused() -> None:
    curve = two_options([Interval(0, -1, 1)])
    with pytest.raises(ValueError, match="Choice has"):
        curve_geometry(replace(curve, specifications=(replace(curve.specifications[0], options=(("z",),)),)))
    with pytest.raises(ValueError, match="1 axes"):
        curve_geometry(replace(curve, specifications=(replace(curve.specifications[0], options=()),)))


@pytest.mark.parametrize("kind", list(ScaleKind))
def test_the_curve_is_labelled_on_the_printed_scale(kind: ScaleKind) -> None:
    curve = two_options(
        [Interval(-0.4, -0.9, 0.1), Interval(0.2, -0.3, 0.7)], scale=Scale("m", "m", kind), smallest=0.3
    )
    geometry = curve_geometry(curve)
    assert 0 < geometry.null < 1
    assert geometry.smallest is not None
    assert 0 < geometry.smallest < geometry.null
    assert ("1" if kind is ScaleKind.LOG else "0") in [label for _, label in geometry.ticks]


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "0%"), (0.001, "under 1%"), (0.01, "1%"), (0.5, "50%"), (0.994, "99%"), (0.999, "over 99%"), (1.0, "100%")],
)
def test_a_share_never_rounds_to_nothing_or_all(share: float, words: str) -> None:
    assert share_words(share) == words
