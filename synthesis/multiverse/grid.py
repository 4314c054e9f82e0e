"""The declared grid of a question's multiverse: its axes, the options of each, and what every option means.

Never computes: which effects an option keeps is decided in `specifications`, how they are pooled in `fits`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from corpus.codebook import Term
from corpus.errors import InvalidInput
from synthesis.pooling.pool import Method, Test

# Cells are cheap, but a grid of more than this was not thought about.
_MOST_CELLS = 500_000


class DesignOption(Term):
    """Which of the question's designs count."""

    ALL = "all", "Every design the question admits."
    PARALLEL = "parallel_rct", "Parallel randomised trials only: no crossover, cluster or factorial allocation."


class SourceOption(Term):
    """In what kind of text the figures were read."""

    ALL = "all", "Whatever text the figures stand in."
    NOT_ABSTRACT = (
        "not_abstract",
        "Full text, registry, or tabulated by a later analysis; no abstracts, citations or news.",
    )
    PRIMARY = "full_text_or_registry", "Only figures read in the article itself or in the registry."


class ValidityOption(Term):
    """How valid the measure of oxytocin must be, by the rule of ``corpus.validity``."""

    ALL = "all", "Whatever the grade of the measure."
    LIMITED = "at_least_limited", "Measures graded adequate or limited; weak and not assessable ones are left out."
    ADEQUATE = "adequate", "Measures graded adequate only."


class BiasOption(Term):
    """Which risk of bias is let in."""

    ALL = "all", "Whatever the risk of bias."
    NOT_HIGH = "not_high", "No domain judged at high or critical risk."
    LOW = "low", "Every domain judged at low risk."


class RouteOption(Term):
    """How the estimate came out of what is printed."""

    ALL = "all", "Every computable estimate."
    WITHOUT_ASSUMPTIONS = "without_assumptions", "Only estimates that rest on no assumed value, such as a correlation."


class TimepointOption(Term):
    """Which assessment of a sample counts where there are several."""

    RULE = "rule", "The question's own order of phases."
    LATEST = "latest", "The latest phase of the sample, follow-up included."
    EARLIEST = "earliest", "The earliest phase of the sample that the question admits."


class OutcomeOption(Term):
    """Which of a sample's outcomes counts where there are several."""

    RULE = "rule", "The question's rule, a reviewer's choice first."
    WITHOUT_CHOICES = "without_choices", "The question's rule without the reviewers' choices."
    PRIMARY = "primary_first", "An outcome declared primary first, then the rule."
    LARGEST = "largest_sample", "The effect with the most persons first, then the rule."
    TIED_SECOND = "tied_second", "The second of the effects that the rule ranks equal but for a choice or their keys."
    TIED_LAST = "tied_last", "The last of the effects that the rule ranks equal but for a choice or their keys."


class ScoreOption(Term):
    """Post or change score, where the same outcome gives both."""

    RULE = "rule", "As the rule has it: post score before change score."
    CHANGE = "change", "Change score before post score of the same outcome and phase."


class DependenceOption(Term):
    """What becomes of several effects of one sample."""

    ONE = "one_per_sample", "One effect per sample; outcome and score axes say which."
    AGGREGATE_LOW = "aggregate_0.3", "The mean of a sample's effects, correlated 0.3."
    AGGREGATE = "aggregate_0.6", "The mean of a sample's effects, correlated 0.6."
    AGGREGATE_HIGH = "aggregate_0.9", "The mean of a sample's effects, correlated 0.9."
    CHE = (
        "che_0.6",
        "All effects, correlated and hierarchical (0.6 within samples), REML with CR2; brings its own test.",
    )
    ROBUST = (
        "all_robust",
        "All effects of every sample, at the REML tau² of all, with CR2 by sample; brings its own test.",
    )


class CorrectionOption(Term):
    """Adjustment for small-study effects."""

    NONE = "none", "No adjustment."
    PET = "pet", "Intercept of the regression on the standard error (10 samples or more)."
    PEESE = "peese", "Intercept of the regression on the variance (10 samples or more)."
    TRIM_FILL = "trim_and_fill", "Trim and fill (L0) and the pool of the filled set (10 samples or more)."


RHO: Mapping[DependenceOption, float] = {
    DependenceOption.AGGREGATE_LOW: 0.3,
    DependenceOption.AGGREGATE: 0.6,
    DependenceOption.AGGREGATE_HIGH: 0.9,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The options of every axis, the one of the main analysis first; an axis that is not declared has that one only."""

    design: tuple[DesignOption, ...] = (DesignOption.ALL,)
    source: tuple[SourceOption, ...] = (SourceOption.ALL,)
    validity: tuple[ValidityOption, ...] = (ValidityOption.ALL,)
    risk_of_bias: tuple[BiasOption, ...] = (BiasOption.ALL,)
    route: tuple[RouteOption, ...] = (RouteOption.ALL,)
    timepoint: tuple[TimepointOption, ...] = (TimepointOption.RULE,)
    outcome: tuple[OutcomeOption, ...] = (OutcomeOption.RULE,)
    score: tuple[ScoreOption, ...] = (ScoreOption.RULE,)
    dependence: tuple[DependenceOption, ...] = (DependenceOption.ONE,)
    method: tuple[Method, ...]
    test: tuple[Test, ...]
    bias_correction: tuple[CorrectionOption, ...] = (CorrectionOption.NONE,)

    @property
    def cells(self) -> int:
        """How many specifications the grid declares."""
        count = 1
        for axis in AXES:
            count *= len(getattr(self, axis))
        return count


AXES: tuple[str, ...] = tuple(field.name for field in fields(Grid))
_VOCABULARIES: Mapping[str, type[StrEnum]] = {
    "design": DesignOption,
    "source": SourceOption,
    "validity": ValidityOption,
    "risk_of_bias": BiasOption,
    "route": RouteOption,
    "timepoint": TimepointOption,
    "outcome": OutcomeOption,
    "score": ScoreOption,
    "dependence": DependenceOption,
    "method": Method,
    "test": Test,
    "bias_correction": CorrectionOption,
}


def read_grid(name: str, table: Mapping[str, object], method: Method, test: Test) -> Grid:
    """The grid of a question from the ``[multiverse]`` table of its file ``name``.

    Raises
    ------
    InvalidInput
        For an unknown axis or option, an option given twice, or an axis that does not begin with the main analysis.
    """
    unknown = [axis for axis in table if axis not in _VOCABULARIES]
    if unknown:
        raise InvalidInput(f"{name}: multiverse: unknown axis {unknown[0]!r}; allowed: {', '.join(AXES)}")
    main: dict[str, StrEnum] = {axis: next(iter(words)) for axis, words in _VOCABULARIES.items()}
    main |= {"method": method, "test": test}
    options = {axis: _options(name, axis, table.get(axis, [main[axis].value]), main[axis]) for axis in AXES}
    grid = Grid(**options)  # type: ignore[arg-type]  # each tuple holds the words of its own axis
    if grid.cells > _MOST_CELLS:
        raise InvalidInput(f"{name}: multiverse: {grid.cells} specifications; declare at most {_MOST_CELLS}")
    return grid


def _options(name: str, axis: str, given: object, main: StrEnum) -> tuple[StrEnum, ...]:
    allowed = [word.value for word in _VOCABULARIES[axis]]
    if not isinstance(given, list) or not given or any(value not in allowed for value in given):
        raise InvalidInput(f"{name}: multiverse.{axis} is {given!r}; give a list of words of {', '.join(allowed)}")
    if len(set(given)) < len(given):
        raise InvalidInput(f"{name}: multiverse.{axis} names an option twice: {', '.join(given)}")
    if given[0] != main.value:
        raise InvalidInput(
            f"{name}: multiverse.{axis} begins with {given[0]!r}; begin with the main analysis, {main.value!r}"
        )
    return tuple(_VOCABULARIES[axis](value) for value in given)
