"""Albatross plots: p-values against sample sizes, with contours along which a standardised effect is the same.

Never places a study without n or direction, and never drops one: what has no place is listed with the reason.

References
----------
Harrison et al. (2017), Research Synthesis Methods 8, 281-289. They draw contours by the normal distribution; here they
follow the t distribution of the test itself, which in small samples lies nearer the spine.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from corpus.errors import InvalidInput
from synthesis.without_pooling.bounded import BoundedP
from synthesis.without_pooling.source import Source

_SMALLEST_N = 3  # a test with n − 2 degrees of freedom needs one more


class Standardised(StrEnum):
    """What stays the same along a contour."""

    SMD = "SMD"
    CORRELATION = "correlation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One result as reported: its p (None where there is none) with n, and what identifies it."""

    key: str
    label: str
    p: BoundedP | None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A result on the plot: n up, direction and p across.

    ``position`` is -log10 of the two-sided p, positive towards and negative away, so 0 is no evidence. It is an interval for
    a bounded p; an end is None where the bound is open (p < .001 may be any smaller p).
    """

    key: str
    label: str
    source: Source
    n: int
    p: tuple[float, float]  # one-sided, towards
    position: tuple[float | None, float | None]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A result without a place on the plot, and why."""

    key: str
    label: str
    source: Source
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contour:
    """Where studies lie whose estimate is exactly ``effect``: one position for each n.

    A position is None where p is smaller than the smallest number a computer holds: so far out nothing is drawn.
    """

    effect: float
    n: tuple[float, ...]
    p: tuple[float, ...]  # one-sided, towards
    position: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Albatross:
    """Everything an albatross plot draws."""

    points: tuple[Point, ...]
    left_out: tuple[LeftOut, ...]
    contours: tuple[Contour, ...]


def albatross(
    results: Sequence[Reported],
    *,
    effects: Sequence[float],
    kind: Standardised,
    ratio: float = 1.0,
    steps: int = 60,
) -> Albatross:
    """Points and contours over the range of the sample sizes at hand; without a point there are no contours.

    Parameters
    ----------
    results
        At most one for each sample, or the plot shows the same people twice.
    effects
        Sizes to draw, above 0; each is drawn on both sides.
    kind, ratio
        SMD between two arms whose sizes have this ratio, or correlation (no arms, ratio not used).
    steps : int
        Sample sizes for each contour, evenly spaced on the log scale, at least 2.

    Raises
    ------
    InvalidInput
        As `contour`; for a size not above 0, or fewer than 2 steps.
    """
    if steps < 2:
        raise InvalidInput(f"steps is {steps}; a contour needs at least 2 points")
    for effect in effects:
        if not effect > 0:
            raise InvalidInput(f"the size {effect:g} cannot be drawn on both sides; give sizes above 0")
    placed = [_placed(result) for result in results]
    points = tuple(item for item in placed if isinstance(item, Point))
    contours: tuple[Contour, ...] = ()
    if points:
        least, most = min(point.n for point in points), max(point.n for point in points)
        # Half as far again on both sides, so that a lone point still has contours to be read against.
        grid = np.geomspace(max(_SMALLEST_N, least / 1.5), max(_SMALLEST_N + 1, most * 1.5), steps)
        signed = [sign * effect for effect in effects for sign in (-1, 1)]
        contours = tuple(contour(effect, grid, kind=kind, ratio=ratio) for effect in sorted(signed))
    return Albatross(
        points=points,
        left_out=tuple(item for item in placed if isinstance(item, LeftOut)),
        contours=contours,
    )


def contour(effect: float, n: ArrayLike, *, kind: Standardised, ratio: float = 1.0) -> Contour:
    """The p that a two-group t test (SMD) or a test of a correlation gives where the estimate is ``effect``.

    With n in all and arms of ratio r, t = d √(n r) / (1 + r); for a correlation t = r √((n - 2) / (1 - r²)); both on n - 2
    degrees of freedom. The SMD is the standardised difference as observed, before the small-sample correction.

    Parameters
    ----------
    effect : float
        Of either sign; a correlation lies between -1 and 1.
    n : array_like, shape (m,)
        Participants in all, at least 3; need not be whole.
    ratio : float
        Size of one arm over the other, above 0.

    Raises
    ------
    InvalidInput
        For values outside those ranges.
    """
    sizes = np.asarray(n, dtype=np.float64)
    if sizes.ndim != 1 or not (np.isfinite(sizes) & (sizes >= _SMALLEST_N)).all():
        raise InvalidInput(f"n goes over {sizes.tolist()}; a contour needs finite sizes of at least {_SMALLEST_N}")
    if not math.isfinite(effect) or (kind is Standardised.CORRELATION and not -1 < effect < 1):
        raise InvalidInput(
            f"the {kind.value} of a contour is {effect:g}; give a finite one, correlations within -1 and 1"
        )
    if not 0 < ratio < math.inf:
        raise InvalidInput(f"the ratio of the arms is {ratio:g}; give one above 0")
    if kind is Standardised.SMD:
        t = effect * np.sqrt(sizes * ratio) / (1 + ratio)
    else:
        t = effect * np.sqrt((sizes - 2) / (1 - effect**2))
    tails = stdtr(sizes - 2, -np.abs(t))  # small p keep their digits
    p = np.where(t > 0, tails, 1 - tails)
    side = 1 if effect > 0 else -1
    return Contour(
        effect=effect,
        n=tuple(sizes.tolist()),
        p=tuple(p.tolist()),
        position=tuple(None if tail == 0 else side * abs(math.log10(2 * tail)) for tail in tails.tolist()),
    )


def position(p: float) -> float | None:
    """Where a one-sided p lies across: -log10 of its two-sided p, signed; None at 0 and 1, which lie infinitely far out."""
    nearer = min(p, 1 - p)
    if nearer <= 0:
        return None
    distance = abs(math.log10(2 * nearer))
    return distance if p < 0.5 else 0.0 - distance


def _placed(result: Reported) -> Point | LeftOut:
    reason = ""
    if result.p is None:
        reason = "no p is reported"
    elif result.p.n is None:
        reason = "the sample size is not reported"
    elif result.p.low < 0.5 < result.p.high:
        # The interval then covers both wings: the place is not known, not even the side.
        reason = "the direction is not known"
    if result.p is None or result.p.n is None or reason:
        return LeftOut(key=result.key, label=result.label, source=result.source, reason=reason)
    ends = position(result.p.high), position(result.p.low)  # p falls as position rises
    return Point(
        key=result.key,
        label=result.label,
        source=result.source,
        n=result.p.n,
        p=(result.p.low, result.p.high),
        position=ends,
        note=result.p.note,
    )
