"""Designs: what each column means is stated, rows are never lost in silence, and impossible codings are refused by name."""

import numpy as np
import pytest

from corpus.errors import InvalidInput
from synthesis.regression.design import (
    Centre,
    Dropped,
    Factor,
    Group,
    Interaction,
    Missing,
    Numeric,
    design,
)

COLUMNS: dict[str, list[object]] = {
    "dose": [24, 40, 24, None, 32],
    "arm": ["nasal", "oral", "nasal", "oral", "placebo"],
    "blind": ["yes", "no", "", "yes", "no"],
    "site": ["A"] * 5,
    "grade": [2, 10, 2, 1, 10],
}


def test_treatment_coding_states_its_reference_and_its_groups() -> None:
    got = design(COLUMNS, [Numeric(column="grade"), Factor(column="arm", reference="placebo")])
    assert got.terms == ("intercept", "grade", "arm[nasal]", "arm[oral]")
    assert got.x.tolist() == [[1, 2, 1, 0], [1, 10, 0, 1], [1, 2, 1, 0], [1, 1, 0, 1], [1, 10, 0, 0]]
    assert got.groups == (Group(name="grade", columns=(1,)), Group(name="arm", columns=(2, 3)))
    assert got.references == (("arm", "placebo"),)
    assert got.rows == (0, 1, 2, 3, 4)


def test_numbers_as_levels_are_sorted_as_numbers() -> None:
    assert design(COLUMNS, [Factor(column="grade")]).terms == ("intercept", "grade[2]", "grade[10]")


def test_rows_that_lack_a_moderator_are_named() -> None:
    with pytest.raises(InvalidInput, match=r"row 3 lacks blind; row 4 lacks dose: fill them in, or drop"):
        design(COLUMNS, [Numeric(column="dose"), Factor(column="blind")])


def test_rows_are_dropped_on_request_and_reported_and_the_mean_is_of_the_rest() -> None:
    got = design(COLUMNS, [Numeric(column="dose", centre=Centre.MEAN), Factor(column="blind")], missing=Missing.DROP)
    assert got.rows == (0, 1, 4)
    assert got.dropped == (Dropped(row=2, lacks=("blind",)), Dropped(row=3, lacks=("dose",)))
    assert got.centres == (("dose", 32.0),)
    assert got.x[:, 1].tolist() == [-8, 8, 0]


def test_a_moderator_outside_the_model_costs_no_row() -> None:
    assert design(COLUMNS, [Factor(column="arm")]).dropped == ()


def test_interactions_multiply_the_codings_of_their_parts() -> None:
    grade, arm = Numeric(column="grade", centre=2), Factor(column="arm")
    got = design(COLUMNS, [grade, arm, Interaction(of=(grade, arm))])
    assert got.terms[-2:] == ("grade:arm[oral]", "grade:arm[placebo]")
    assert np.array_equal(got.x[:, 4:], got.x[:, [1]] * got.x[:, 2:4])
    assert got.groups[-1] == Group(name="grade:arm", columns=(4, 5))
    assert got.centres == (("grade", 2.0),)


def test_without_an_intercept_the_columns_start_at_0() -> None:
    got = design(COLUMNS, [Factor(column="arm")], intercept=False)
    assert got.groups == (Group(name="arm", columns=(0, 1)),)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ([Numeric(column="age")], "there is no moderator age; there are arm, blind, dose, grade, site"),
        ([Factor(column="site")], "site has one level, 'A'"),
        ([Factor(column="arm", reference="iv")], "the reference of arm is 'iv'; its levels are nasal, oral, placebo"),
        ([Numeric(column="arm")], "row 1: arm is 'nasal', not a number"),
        ([Numeric(column="grade"), Factor(column="grade")], "grade is coded in two ways"),
        ([], "has no moderator"),
    ],
)
def test_impossible_codings_are_refused(terms: list[Numeric | Factor], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        design(COLUMNS, terms)


def test_lengths_must_agree_and_some_row_must_be_whole() -> None:
    with pytest.raises(InvalidInput, match="b has 1 values and a 2"):
        design({"a": [1, 2], "b": [1]}, [Numeric(column="a"), Numeric(column="b")])
    with pytest.raises(InvalidInput, match="no row has all moderators"):
        design({"a": [1, None], "b": [None, 2]}, [Numeric(column="a"), Numeric(column="b")], missing=Missing.DROP)
