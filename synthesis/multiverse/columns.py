"""Which effects a selection comes to: the eligible rows, then one per sample, an aggregate, or all of them.

Never looks at an estimate to decide: only at what the axes of the grid name.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from corpus.codebook import BiasLevel, Design, SourceTier
from corpus.validity import ValidityGrade
from synthesis.multiverse.grid import (
    RHO,
    BiasOption,
    DependenceOption,
    DesignOption,
    OutcomeOption,
    RouteOption,
    ScoreOption,
    SourceOption,
    TimepointOption,
    ValidityOption,
)
from synthesis.multiverse.rows import Row

_RHO_ALONE = 0.6  # of the effects of a sample that stands alone under a joint model
_SOURCES = {
    SourceOption.NOT_ABSTRACT: (SourceTier.FULL_TEXT, SourceTier.REGISTRY, SourceTier.TABULATED),
    SourceOption.PRIMARY: (SourceTier.FULL_TEXT, SourceTier.REGISTRY),
}
_GRADES = {
    ValidityOption.LIMITED: (ValidityGrade.ADEQUATE, ValidityGrade.LIMITED),
    ValidityOption.ADEQUATE: (ValidityGrade.ADEQUATE,),
}
_BARRED = {
    BiasOption.NOT_HIGH: {BiasLevel.HIGH, BiasLevel.CRITICAL},
    BiasOption.LOW: set(BiasLevel) - {BiasLevel.LOW},
}


@dataclass(frozen=True, slots=True)
class Column:
    """One value that specifications share: an effect, or the mean of several effects of one sample."""

    sample: str
    members: tuple[int, ...]  # indices of rows
    yi: float
    vi: float


@dataclass(frozen=True, slots=True)
class Chosen:
    """The columns of one selection, and the joint model where several of one sample stand in it."""

    columns: tuple[int, ...]
    joint: DependenceOption | None = None


@dataclass(slots=True)
class Shelf:
    """The shared candidate list, and the columns made of it so far, each once."""

    rows: Sequence[Row]
    columns: list[Column] = field(default_factory=list)
    _known: dict[tuple[tuple[int, ...], float], int] = field(default_factory=dict)
    _eligible: dict[tuple[object, ...], tuple[int, ...]] = field(default_factory=dict)
    _chosen: dict[tuple[object, ...], Chosen] = field(default_factory=dict)

    def chosen(
        self,
        design: DesignOption,
        source: SourceOption,
        validity: ValidityOption,
        bias: BiasOption,
        route: RouteOption,
        timepoint: TimepointOption,
        outcome: OutcomeOption,
        score: ScoreOption,
        dependence: DependenceOption,
    ) -> Chosen:
        """The columns that one option of every axis of selection comes to."""
        eligibility = (design, source, validity, bias, route, timepoint)
        if eligibility not in self._eligible:
            tests: tuple[Callable[[Row], bool], ...] = (
                lambda row: design is DesignOption.ALL or row.design is Design.PARALLEL_RCT,
                lambda row: source is SourceOption.ALL or row.source in _SOURCES[source],
                lambda row: validity is ValidityOption.ALL or row.validity in _GRADES[validity],
                # Who has not been judged is not known to be at low risk.
                lambda row: bias is BiasOption.ALL or (row.judged and not _BARRED[bias].intersection(row.bias)),
                lambda row: route is RouteOption.ALL or not row.assumed,
                lambda row: row.in_question or timepoint is TimepointOption.LATEST,
            )
            passed = [i for i, row in enumerate(self.rows) if all(test(row) for test in tests)]
            self._eligible[eligibility] = tuple(_at(self.rows, passed, timepoint))
        eligible = self._eligible[eligibility]
        asked = outcome if dependence is DependenceOption.ONE else None  # all outcomes count in the others
        key = (eligible, asked, score, dependence)
        if key not in self._chosen:
            self._chosen[key] = self._columns_of(eligible, outcome, score, dependence)
        return self._chosen[key]

    def _columns_of(
        self, eligible: Iterable[int], outcome: OutcomeOption, score: ScoreOption, dependence: DependenceOption
    ) -> Chosen:
        groups = _by_sample(self.rows, eligible)
        if dependence is DependenceOption.ONE:
            singles = [(_one(self.rows, group, outcome, score),) for group in groups]
            return Chosen(tuple(self._column(single, 0.0) for single in singles))
        groups = [_one_score(self.rows, group, score) for group in groups]
        rho = RHO.get(dependence)
        if rho is None and len(groups) > 1:
            return Chosen(tuple(self._column((i,), 0.0) for group in groups for i in group), joint=dependence)
        # A single sample has no variance between samples for a joint model: it stands as its aggregate.
        return Chosen(tuple(self._column(tuple(group), rho or _RHO_ALONE) for group in groups))

    def _column(self, members: tuple[int, ...], rho: float) -> int:
        """The column of one row, or of the aggregate of several."""
        key = (members, rho if len(members) > 1 else 0.0)
        if key not in self._known:
            yi, vi = aggregate([(self.rows[i].yi, self.rows[i].vi) for i in members], rho)
            self._known[key] = len(self.columns)
            self.columns.append(Column(self.rows[members[0]].sample, members, yi, vi))
        return self._known[key]


def aggregate(effects: Sequence[tuple[float, float]], rho: float) -> tuple[float, float]:
    """The mean of dependent effects (yi, vi) and its variance, every pair correlated ``rho``.

    References
    ----------
    Borenstein et al. (2009), Introduction to Meta-Analysis, chapter 24: V = (Σ vᵢ + Σ_{i≠j} ρ √(vᵢ vⱼ)) / m².
    """
    m = len(effects)
    variances = sum(v for _, v in effects)
    errors = sum(v**0.5 for _, v in effects)
    return sum(y for y, _ in effects) / m, ((1 - rho) * variances + rho * errors**2) / m**2


def _at(rows: Sequence[Row], indices: Iterable[int], timepoint: TimepointOption) -> Iterable[int]:
    """Of each sample the effects at the timepoint wanted; a phase that is not coded is nobody's latest or earliest."""
    if timepoint is TimepointOption.RULE:
        return indices
    kept: list[int] = []
    for group in _by_sample(rows, indices):
        phases = [rows[i].phase for i in group if rows[i].phase >= 0] or [-1]
        wanted = max(phases) if timepoint is TimepointOption.LATEST else min(phases)
        kept += [i for i in group if rows[i].phase == wanted]
    return kept


def _by_sample(rows: Sequence[Row], indices: Iterable[int]) -> list[list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for i in sorted(indices):
        groups[rows[i].sample].append(i)
    return [groups[sample] for sample in sorted(groups)]


def _one(rows: Sequence[Row], group: Sequence[int], outcome: OutcomeOption, score: ScoreOption) -> int:
    """The one effect of a sample: its outcome first, then post or change score of that outcome."""
    chosen = _one_outcome(rows, group, outcome)
    return _one_score_of(rows, group, chosen) if score is ScoreOption.CHANGE else chosen


def _one_outcome(rows: Sequence[Row], group: Sequence[int], outcome: OutcomeOption) -> int:
    def by(key: Callable[[Row], tuple[object, ...]]) -> int:
        return min(group, key=lambda i: key(rows[i]))

    if outcome is OutcomeOption.WITHOUT_CHOICES:
        return by(lambda row: row.rank_without_choices)
    if outcome is OutcomeOption.PRIMARY:
        return by(lambda row: (not row.primary, row.rank))
    if outcome is OutcomeOption.LARGEST:
        return by(lambda row: (-row.n, row.rank))
    first = by(lambda row: row.rank)
    if outcome is OutcomeOption.RULE:
        return first
    tied = [i for i in sorted(group, key=lambda i: rows[i].rank) if rows[i].tie == rows[first].tie]
    return tied[-1] if outcome is OutcomeOption.TIED_LAST else tied[min(1, len(tied) - 1)]


def _one_score_of(rows: Sequence[Row], group: Sequence[int], chosen: int) -> int:
    """The change score of the same outcome at the same phase, where there is one."""
    changes = [i for i in group if rows[i].change and _place(rows[i]) == _place(rows[chosen])]
    return chosen if rows[chosen].change or not changes else min(changes, key=lambda i: rows[i].rank)


def _one_score(rows: Sequence[Row], group: Sequence[int], score: ScoreOption) -> list[int]:
    """One score per outcome and phase: post and change of the same persons are one result told twice."""
    wanted = score is ScoreOption.CHANGE
    told_twice = {place for place in map(_place, (rows[i] for i in group)) if _both(rows, group, place)}
    return [i for i in group if _place(rows[i]) not in told_twice or rows[i].change is wanted]


def _both(rows: Sequence[Row], group: Sequence[int], place: tuple[str, str, int]) -> bool:
    return len({rows[i].change for i in group if _place(rows[i]) == place}) > 1


def _place(row: Row) -> tuple[str, str, int]:
    return row.study, row.outcome, row.phase
