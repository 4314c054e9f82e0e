"""The columns of a meta-regression from moderators: numbers, factors and their interactions, with every choice stated.

Never drops a row unless told to and then says which, and never guesses whether a number is a code.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np

from corpus.errors import InvalidInput
from synthesis.regression.projection import Matrix

INTERCEPT = "intercept"


class Missing(StrEnum):
    """What becomes of a row that lacks a moderator: the design is refused, or the row left out and reported."""

    ERROR = "error"
    DROP = "drop"


class Centre(StrEnum):
    """Where a numeric moderator has its 0: where it is, or at its mean over the rows kept."""

    NONE = "none"
    MEAN = "mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeric:
    """A moderator that enters as it is, less its centre (a number, or a `Centre`)."""

    column: str
    centre: Centre | float = Centre.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A moderator by levels: a column of 0 and 1 for each level but the reference (None: the first level, sorted)."""

    column: str
    reference: Hashable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """The products of the columns of two or more moderators, coded as the moderators are."""

    of: tuple[Numeric | Factor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The columns (from 0) that one moderator or interaction fills: what an omnibus test of it takes together."""

    name: str
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A row (from 0) left out, and the moderators it lacks."""

    row: int
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """The columns of a model with what they mean."""

    x: Matrix  # (k, p), over the rows kept
    terms: tuple[str, ...]
    groups: tuple[Group, ...]  # without the intercept
    rows: tuple[int, ...]  # rows kept, from 0: take yi and vi at these
    dropped: tuple[Dropped, ...]
    centres: tuple[tuple[str, float], ...]  # what was subtracted from each numeric moderator
    references: tuple[tuple[str, str], ...]  # the level each factor is compared with


@dataclass(frozen=True, slots=True)
class _Coded:
    names: tuple[str, ...]
    columns: Matrix


def design(
    moderators: Mapping[str, Sequence[object]],
    terms: Sequence[Numeric | Factor | Interaction],
    *,
    intercept: bool = True,
    missing: Missing = Missing.ERROR,
) -> Design:
    """Columns for `meta_regression`.

    Parameters
    ----------
    moderators : mapping of str to sequence, each of length k
        Values by effect; None, NaN or an empty text is missing.
    terms : sequence of Numeric, Factor or Interaction
        What enters the model, in this order. Factors are coded against their reference (treatment coding).
    intercept, missing
        Whether a constant column comes first; what becomes of rows that lack a moderator of the model.

    Raises
    ------
    InvalidInput
        For a moderator that does not exist, has another length, lacks values (rows named, unless ``missing`` is drop), holds
        a text where a number is due, or a factor with one level or without its reference.
    """
    mains = _mains(terms)
    k = _length(moderators, mains)
    dropped = _lacking(moderators, mains, k)
    if dropped and missing is Missing.ERROR:
        listed = "; ".join(f"row {one.row + 1} lacks {', '.join(one.lacks)}" for one in dropped[:5])
        more = f" and {len(dropped) - 5} more rows" if len(dropped) > 5 else ""
        raise InvalidInput(f"{listed}{more}: fill them in, or drop such rows with missing='drop'")
    out = {one.row for one in dropped}
    rows = tuple(row for row in range(k) if row not in out)
    if not rows:
        raise InvalidInput("no row has all moderators of the model: leave a moderator out")
    coded: dict[Numeric | Factor, _Coded] = {}
    centres: dict[str, float] = {}
    references: dict[str, str] = {}
    for main in mains:
        values = [moderators[main.column][row] for row in rows]
        if isinstance(main, Numeric):
            coded[main], centres[main.column] = _number_column(main, values, rows)
        else:
            coded[main], references[main.column] = _level_columns(main, values)
    names: list[str] = [INTERCEPT] if intercept else []
    columns: list[Matrix] = [np.ones((len(rows), 1))] if intercept else []
    groups: list[Group] = []
    for term in terms:
        filled = _products([coded[part] for part in term.of]) if isinstance(term, Interaction) else coded[term]
        name = ":".join(part.column for part in term.of) if isinstance(term, Interaction) else term.column
        groups.append(Group(name=name, columns=tuple(range(len(names), len(names) + len(filled.names)))))
        names.extend(filled.names)
        columns.append(filled.columns)
    return Design(
        x=np.concatenate(columns, axis=1) if columns else np.empty((len(rows), 0)),
        terms=tuple(names),
        groups=tuple(groups),
        rows=rows,
        dropped=dropped,
        centres=tuple(centres.items()),
        references=tuple(references.items()),
    )


def _mains(terms: Sequence[Numeric | Factor | Interaction]) -> list[Numeric | Factor]:
    """Every moderator coding of the model once; one column is coded one way."""
    found: dict[str, Numeric | Factor] = {}
    for term in terms:
        for part in term.of if isinstance(term, Interaction) else (term,):
            if found.setdefault(part.column, part) != part:
                raise InvalidInput(
                    f"the moderator {part.column} is coded in two ways; code it the same way in every term"
                )
    return list(found.values())


def _length(moderators: Mapping[str, Sequence[object]], mains: list[Numeric | Factor]) -> int:
    if not mains:
        raise InvalidInput("the design has no moderator; give a term, or pool without moderators")
    for main in mains:
        if main.column not in moderators:
            raise InvalidInput(
                f"there is no moderator {main.column}; there are {', '.join(sorted(moderators)) or 'none'}"
            )
    first = len(moderators[mains[0].column])
    for main in mains:
        if len(moderators[main.column]) != first:
            raise InvalidInput(
                f"the moderator {main.column} has {len(moderators[main.column])} values and {mains[0].column} {first}: "
                "give one value per effect"
            )
    return first


def _lacking(moderators: Mapping[str, Sequence[object]], mains: list[Numeric | Factor], k: int) -> tuple[Dropped, ...]:
    found = []
    for row in range(k):
        lacks = tuple(main.column for main in mains if _is_missing(moderators[main.column][row]))
        if lacks:
            found.append(Dropped(row=row, lacks=lacks))
    return tuple(found)


def _is_missing(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _number_column(main: Numeric, values: list[object], rows: tuple[int, ...]) -> tuple[_Coded, float]:
    numbers = []
    for row, value in zip(rows, values, strict=True):
        if not isinstance(value, int | float | np.integer | np.floating):
            raise InvalidInput(
                f"row {row + 1}: {main.column} is {value!r}, not a number; make it a factor or correct it"
            )
        numbers.append(float(value))
    centre = math.fsum(numbers) / len(numbers) if main.centre is Centre.MEAN else 0.0
    if not isinstance(main.centre, Centre):
        centre = float(main.centre)
    return _Coded((main.column,), np.array(numbers)[:, None] - centre), centre


def _level_columns(main: Factor, values: list[object]) -> tuple[_Coded, str]:
    levels = sorted(set(values), key=_level_order)
    reference = levels[0] if main.reference is None else main.reference
    if reference not in levels:
        raise InvalidInput(
            f"the reference of {main.column} is {reference!r}; its levels are {', '.join(str(level) for level in levels)}"
        )
    if len(levels) < 2:
        raise InvalidInput(f"the factor {main.column} has one level, {levels[0]!r}, among these effects; leave it out")
    others = [level for level in levels if level != reference]
    columns = np.array([[float(value == level) for level in others] for value in values])
    return _Coded(tuple(f"{main.column}[{level}]" for level in others), columns), str(reference)


def _level_order(level: object) -> tuple[float, str]:
    """Numbers by size, then texts by letters."""
    return (float(level), "") if isinstance(level, int | float) else (math.inf, str(level))


def _products(parts: list[_Coded]) -> _Coded:
    """All products of one column of each part, the first part's columns varying fastest."""
    names, columns = [], []
    for places in product(*(range(len(part.names)) for part in reversed(parts))):
        chosen = list(zip(parts, reversed(places), strict=True))
        names.append(":".join(part.names[place] for part, place in chosen))
        columns.append(np.prod([part.columns[:, place] for part, place in chosen], axis=0))
    return _Coded(tuple(names), np.column_stack(columns))
