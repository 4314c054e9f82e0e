"""Studies and samples left out whole, and pools that grow by date or precision."""

from datetime import date

import pytest

from corpus.errors import InvalidInput
from synthesis.influence.cumulative import cumulative, cumulative_by_precision
from synthesis.influence.deletion import influence, leave_one_out
from synthesis.influence.groups import leave_group_out
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference

Y = [0.31, -0.12, 0.8, 0.05, 0.6]
V = [0.04, 0.09, 0.02, 0.07, 0.03]
STUDY = ["b", "a", "b", "c", "a"]


@pytest.mark.parametrize("test", Inference)
def test_a_study_is_left_out_with_all_its_effects(test: Inference) -> None:
    found = leave_group_out(Y, V, STUDY, test=test)
    full = pool(Y, V, test=test)
    assert [(row.label, row.omitted) for row in found] == [("b", (0, 2)), ("a", (1, 4)), ("c", (3,))]
    for row in found:
        kept = [i for i in range(5) if i not in row.omitted]
        rest = pool([Y[i] for i in kept], [V[i] for i in kept], test=test)
        assert (row.rest.k, row.rest.df) == (rest.k, rest.df)
        assert (row.rest.estimate, row.rest.se, row.rest.p, *row.rest.ci) == pytest.approx(
            (rest.estimate, rest.se, rest.p, *rest.ci), rel=1e-12
        )
        assert row.rest.pi == pytest.approx(rest.pi, rel=1e-12)
        assert row.change == pytest.approx(rest.estimate - full.estimate)
        assert row.cook_d == pytest.approx((row.change / full.se) ** 2)
    assert sum(row.share for row in found) == pytest.approx(100)


def test_with_a_label_for_each_effect_it_is_leave_one_out() -> None:
    groups, ones, diagnostics = leave_group_out(Y, V, range(5)), leave_one_out(Y, V), influence(Y, V)
    assert [row.rest.estimate for row in groups] == [row.estimate for row in ones]
    assert [row.cook_d for row in groups] == pytest.approx(list(diagnostics.cook_d))
    assert [row.covariance_ratio for row in groups] == pytest.approx(list(diagnostics.covariance_ratio))


def test_one_label_for_everything_has_nothing_to_leave() -> None:
    assert leave_group_out(Y, V, ["a"] * 5) == ()


def test_what_comes_in_one_year_is_added_together() -> None:
    years = [2001, 1999, 2001, 2010, 1999]
    steps = cumulative(Y, V, years)
    assert [(step.key, step.added, step.result.k) for step in steps] == [
        (1999, (1, 4), 2),
        (2001, (0, 2), 4),
        (2010, (3,), 5),
    ]
    last, full = steps[-1].result, pool(Y, V)
    assert (last.estimate, last.se, *last.ci) == pytest.approx((full.estimate, full.se, *full.ci), rel=1e-12)
    order = [3, 0, 4, 2, 1]
    shuffled = cumulative([Y[i] for i in order], [V[i] for i in order], [years[i] for i in order])
    assert [step.result.estimate for step in shuffled] == pytest.approx([step.result.estimate for step in steps])


def test_the_first_effect_alone_is_itself() -> None:
    first = cumulative(Y, V, [date(2020, 1, day) for day in (3, 1, 4, 2, 5)])[0]
    assert (first.added, first.result.k, first.result.estimate, first.result.tau2) == ((1,), 1, -0.12, None)
    assert (first.result.df, first.result.q, first.result.pi) == (None, None, None)


def test_by_precision_the_most_precise_comes_first() -> None:
    steps = cumulative_by_precision(Y, V, method=Method.DL)
    assert [step.added for step in steps] == [(2,), (4,), (0,), (3,), (1,)]
    assert [step.key for step in steps] == sorted(V)


def test_keys_and_labels_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InvalidInput, match="labels has 4 values and yi 5"):
        leave_group_out(Y, V, STUDY[:4])
    with pytest.raises(InvalidInput, match="4 keys and 5 effects"):
        cumulative(Y, V, [1, 2, 3, 4])
    with pytest.raises(InvalidInput, match="row 2: the key is nan"):
        cumulative(Y, V, [2001, float("nan"), 2003, 2004, 2005])
    with pytest.raises(InvalidInput, match="cannot be ordered"):
        cumulative(Y, V, [2001, "2002", 2003, 2004, 2005])
