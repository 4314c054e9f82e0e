"""Effect-direction table: one row for each study and outcome domain, and the sign test of each domain.

Never counts a study twice in a domain, and never weighs a direction by its p-value.

References
----------
Thomson and Thomas (2013), Research Synthesis Methods 4, 95-101; Boon and Thomson (2021), Research Synthesis Methods 12,
29-33 (conflicting directions leave the sign test).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from corpus.errors import InvalidInput
from synthesis.without_pooling.combine import SignTest, sign_test
from synthesis.without_pooling.source import Source

# Thomson and Thomas's rule: at least this share of a study's outcomes in a domain must point the same way.
_AGREEING = Fraction(7, 10)
_MEDIUM_FROM, _LARGE_ABOVE = 50, 300  # their bands of sample size


class Direction(StrEnum):
    """Where one outcome, or one row of the table, points."""

    TOWARDS = "towards"
    AWAY = "away"
    NONE = "no direction"  # reported as no difference, or without a readable direction
    CONFLICTING = "conflicting"  # of rows only: fewer outcomes agree than the rule asks for


class SizeBand(StrEnum):
    """The bands in which sample sizes are shown: below 50, 50 to 300, above 300."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    UNKNOWN = "not reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One outcome of a study as read. ``n`` are its participants, None where not reported."""

    key: str  # of the study, or of the sample where one study reports several
    label: str
    domain: str
    direction: Direction
    n: int | None
    source: Source

    def __post_init__(self) -> None:
        if self.direction is Direction.CONFLICTING:
            raise InvalidInput(f"{self.key}, {self.domain}: a single outcome cannot conflict; code it as no direction")
        if self.n is not None and self.n < 1:
            raise InvalidInput(f"{self.key}, {self.domain}: n is {self.n}; give the participants, or None")


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionRow:
    """One study in one domain: its direction by the rule, and the counts behind it."""

    key: str
    label: str
    domain: str
    direction: Direction
    towards: int
    away: int
    without: int
    n: int | None  # of its largest outcome
    band: SizeBand
    sources: tuple[Source, ...]

    @property
    def outcomes(self) -> int:
        return self.towards + self.away + self.without


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainDirections:
    """One domain: its rows by falling sample size, and the sign test of the rows that point somewhere (None: no row does)."""

    domain: str
    rows: tuple[DirectionRow, ...]
    sign: SignTest | None


def direction_table(outcomes: Sequence[Outcome], level: float = 0.95) -> tuple[DomainDirections, ...]:
    """The table, domains in the order they first appear; no outcomes give no domains.

    A row points where at least 70 % of all outcomes of the study in that domain point; outcomes without a direction count
    in the 70 %. Where that many have none, the row has none; otherwise it is conflicting. Rows without a direction and
    conflicting ones are shown and counted, but are not in the sign test.

    Parameters
    ----------
    outcomes
        In any order; several of one study and domain become one row.
    level
        Coverage of the interval of the sign test.

    Raises
    ------
    InvalidInput
        For one key with two labels.
    """
    cells: dict[str, dict[str, list[Outcome]]] = {}
    labels: dict[str, str] = {}
    for outcome in outcomes:
        if labels.setdefault(outcome.key, outcome.label) != outcome.label:
            raise InvalidInput(
                f"{outcome.key} is called {labels[outcome.key]!r} and {outcome.label!r}; give each study one label"
            )
        cells.setdefault(outcome.domain, {}).setdefault(outcome.key, []).append(outcome)
    return tuple(_domain(domain, list(studies.values()), level) for domain, studies in cells.items())


def band(n: int | None) -> SizeBand:
    """The band of a sample size."""
    if n is None:
        return SizeBand.UNKNOWN
    return SizeBand.SMALL if n < _MEDIUM_FROM else SizeBand.MEDIUM if n <= _LARGE_ABOVE else SizeBand.LARGE


def _domain(domain: str, studies: Sequence[Sequence[Outcome]], level: float) -> DomainDirections:
    # Largest first, unknown sizes last; equal sizes by key, so the order of input does not show.
    rows = sorted((_row(study) for study in studies), key=lambda row: (-(row.n or 0), row.key))
    towards = sum(row.direction is Direction.TOWARDS for row in rows)
    pointing = towards + sum(row.direction is Direction.AWAY for row in rows)
    return DomainDirections(
        domain=domain, rows=tuple(rows), sign=sign_test(towards, pointing, level) if pointing else None
    )


def _row(study: Sequence[Outcome]) -> DirectionRow:
    counts = {side: sum(outcome.direction is side for outcome in study) for side in Direction}
    agreed = [side for side, count in counts.items() if Fraction(count, len(study)) >= _AGREEING]
    n = max((outcome.n for outcome in study if outcome.n is not None), default=None)
    return DirectionRow(
        key=study[0].key,
        label=study[0].label,
        domain=study[0].domain,
        direction=agreed[0] if agreed else Direction.CONFLICTING,
        towards=counts[Direction.TOWARDS],
        away=counts[Direction.AWAY],
        without=counts[Direction.NONE],
        n=n,
        band=band(n),
        sources=tuple(dict.fromkeys(outcome.source for outcome in study)),
    )
