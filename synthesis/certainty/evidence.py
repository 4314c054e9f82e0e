"""What a rating is computed from: the pooled result and, effect by effect, its weight and the judgements on it.

Never pools and never reads a study: the caller hands in what was computed and coded.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.codebook.bias import BiasLevel
from corpus.errors import InvalidInput
from corpus.validity import ValidityGrade
from synthesis.certainty.vocabulary import Start

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asymmetry:
    """A test of small-study effects: which one, its p, and why there is none where p is None."""

    test: str
    p: float | None
    why_not: str = ""

    def __post_init__(self) -> None:
        if self.p is not None and not 0 <= self.p <= 1:
            raise InvalidInput(f"the p of {self.test} is {self.p:g}, but lies between 0 and 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence on one question, all values on the scale that is pooled (log for ratios, Fisher z for correlations).

    Parameters
    ----------
    start
        Randomised only where all pooled effects come from randomised comparisons: `starting_design`.
    measure
        SMD, ZCOR or OR: its sizes stand in the protocol.
    estimate, ci, pi, i2
        Of the pooled model; None where not defined. ``i2`` in percent.
    study_cis : shape (k,)
        95 % interval of each pooled effect.
    weights, validity, risk_of_bias : shape (k,)
        Share or percent of weight of each effect (any positive unit), the validity grade of its measure of oxytocin
        (None where no oxytocin was measured), its overall risk of bias (None where nobody has judged it).
    n
        Participants in the pooled effects; None where not all samples state it.
    smallest_effect
        Smallest effect of interest; None takes the beginning of "small" in the protocol.

    Raises
    ------
    InvalidInput
        For lengths that differ, an interval the wrong way round, or a weight that is not above 0.
    """

    start: Start
    measure: str
    estimate: float | None
    ci: Interval | None
    pi: Interval | None = None
    i2: float | None = None
    study_cis: tuple[Interval, ...] = ()
    weights: tuple[float, ...] = ()
    validity: tuple[ValidityGrade | None, ...] = ()
    risk_of_bias: tuple[BiasLevel | None, ...] = ()
    n: int | None = None
    smallest_effect: float | None = None
    asymmetry: Asymmetry | None = None

    @property
    def k(self) -> int:
        return len(self.study_cis)

    def __post_init__(self) -> None:
        for name in ("weights", "validity", "risk_of_bias"):
            if len(getattr(self, name)) != self.k:
                raise InvalidInput(
                    f"{name} has {len(getattr(self, name))} values for {self.k} effects; give one for each"
                )
        for low, high in (*self.study_cis, *(interval for interval in (self.ci, self.pi) if interval is not None)):
            if not low <= high:
                raise InvalidInput(f"an interval goes from {low:g} to {high:g}; give the lower end first")
        for weight in self.weights:
            if not 0 < weight < math.inf:
                raise InvalidInput(f"a weight is {weight:g}; give a finite one above 0, or leave the effect out")
        if (self.estimate is None) != (self.ci is None) or (self.k > 0) != (self.ci is not None):
            raise InvalidInput(
                f"{self.k} effects, but estimate {self.estimate} and interval {self.ci}: give all or none"
            )
        if self.n is not None and self.n < 1:
            raise InvalidInput(f"n is {self.n}; give the participants of the pooled effects, or None")
        if self.smallest_effect is not None and not 0 < self.smallest_effect < math.inf:
            raise InvalidInput(
                f"the smallest effect of interest is {self.smallest_effect:g}; give one above 0, or None"
            )

    def share(self, labels: Sequence[object], wanted: Sequence[object]) -> float:
        """Share of the weight (0 to 1) whose label is among those wanted."""
        chosen = [weight for weight, label in zip(self.weights, labels, strict=True) if label in wanted]
        return math.fsum(chosen) / math.fsum(self.weights)

    def overlap(self) -> float | None:
        """Share of pairs of effects whose intervals share a point; None below two effects."""
        if self.k < 2:
            return None
        # A pair is apart where one begins after the other has ended; each pair apart is counted once, from its later one.
        ends = sorted(high for _, high in self.study_cis)
        apart, ended = 0, 0
        for low in sorted(low for low, _ in self.study_cis):
            while ended < self.k and ends[ended] < low:
                ended += 1
            apart += ended
        return 1 - apart / math.comb(self.k, 2)


def starting_design(randomised: Sequence[bool]) -> Start:
    """Randomised where every pooled effect is of a randomised comparison; one that is not makes the evidence start low."""
    return Start.RANDOMISED if randomised and all(randomised) else Start.NON_RANDOMISED


def crosses(interval: Interval, thresholds: Sequence[float]) -> tuple[float, ...]:
    """The thresholds an interval includes, ends counted in; thresholds rising."""
    if any(not a < b for a, b in pairwise(thresholds)):
        raise ValueError("thresholds must rise")
    return tuple(threshold for threshold in thresholds if interval[0] <= threshold <= interval[1])
