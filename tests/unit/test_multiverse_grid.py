"""The declared grid: words, defaults that are the main analysis, and errors that name file, axis and remedy."""

import re

import pytest

from corpus.errors import InvalidInput
from synthesis.multiverse.grid import AXES, DependenceOption, DesignOption, Grid, read_grid
from synthesis.pooling.pool import Method, Test
from synthesis.questions import Form, load_questions


def read(**axes: object) -> Grid:
    return read_grid("q.toml", axes, Method.REML, Test.KNHA)


def test_an_axis_that_is_not_declared_has_the_main_analysis_only() -> None:
    grid = read(dependence=["one_per_sample", "all_robust"])
    assert grid.dependence == (DependenceOption.ONE, DependenceOption.ROBUST)
    assert grid.design == (DesignOption.ALL,)
    assert (grid.method, grid.test) == ((Method.REML,), (Test.KNHA,))
    assert grid.cells == 2


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ({"colour": ["red"]}, "q.toml: multiverse: unknown axis 'colour'; allowed: design, source"),
        (
            {"design": ["all", "case_report"]},
            "q.toml: multiverse.design is ['all', 'case_report']; give a list of words of",
        ),
        ({"design": "all"}, "q.toml: multiverse.design is 'all'; give a list"),
        ({"design": []}, "q.toml: multiverse.design is []; give a list"),
        ({"design": [["all"]]}, "q.toml: multiverse.design is [['all']]; give a list"),
        ({"source": ["all", "all"]}, "q.toml: multiverse.source names an option twice: all, all"),
        (
            {"method": ["DL", "REML"]},
            "q.toml: multiverse.method begins with 'DL'; begin with the main analysis, 'REML'",
        ),
        ({"design": ["parallel_rct"]}, "begins with 'parallel_rct'; begin with the main analysis, 'all'"),
    ],
)
def test_a_wrong_grid_is_refused_in_one_line(axes: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(message)):
        read(**axes)


def test_a_grid_that_was_not_thought_about_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthesis.multiverse.grid._MOST_CELLS", 3)
    with pytest.raises(InvalidInput, match="4 specifications; declare at most 3"):
        read(design=["all", "parallel_rct"], route=["all", "without_assumptions"])


def test_every_question_that_pools_declares_a_grid_that_begins_with_its_main_analysis() -> None:
    for question in load_questions():
        assert (question.multiverse is not None) == (question.form is Form.POOL), question.id
        if question.multiverse is not None:
            assert question.multiverse.method[0] is question.method
            assert question.multiverse.test[0] is question.test


def test_every_option_says_what_it_means() -> None:
    for axis in AXES[: AXES.index("method")]:
        for option in type(getattr(Grid(method=(Method.FE,), test=(Test.Z,)), axis)[0]):
            assert option.definition.endswith(".")
