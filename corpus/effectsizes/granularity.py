"""GRIM and GRIMMER: whether a mean and an SD of whole-number scores can come from the stated number of people.

Never speaks where the printed digits are too few, or the sample too large, for the test to say anything.
"""

import math

from corpus.effectsizes.findings import SLACK, Finding, figure, span
from corpus.effectsizes.notation import show


def check_grim(mean: str, n: int, *, items: int = 1, step: float = 1.0) -> Finding | None:
    """A mean of ``n`` scores in steps of ``step`` (averaged over ``items`` items) that no total can give.

    For a sum score leave ``items`` at 1, however many items were summed.

    References
    ----------
    Brown & Heathers (2017), Social Psychological and Personality Science 8, 363-369.
    """
    if not _informative(mean, n, items, step) or _totals(mean, n, items, step):
        return None
    unit = step / (n * items)
    nearest = round(figure(mean) / unit) * unit
    message = f"no total of {show(n)} scores in steps of {show(step / items)} gives the mean {mean}; the nearest mean is {show(nearest)}"
    return Finding("GRIM", "warning", message, {"mean": float(figure(mean)), "n": float(n), "nearest": nearest})


def check_grimmer(mean: str, sd: str, n: int, *, items: int = 1, step: float = 1.0) -> Finding | None:
    """An SD that no ``n`` whole-number scores with this mean can have; quiet where GRIM already fails.

    References
    ----------
    Anaya (2016), PeerJ Preprints 4, e2400v1; Allard (2018), Analytic-GRIMMER, for the parity of the sum of squares.
    """
    if not _informative(mean, n, items, step):
        return None
    totals = _totals(mean, n, items, step)
    unit = step / items
    room = span(sd)
    low, high = max(0.0, room.low) / unit, room.high / unit
    if not totals or any(_square_sum_exists(total, n, low, high) for total in totals):
        return None
    message = f"no {show(n)} scores in steps of {show(unit)} have both the mean {mean} and the SD {sd}"
    return Finding("GRIMMER", "warning", message, {"mean": float(figure(mean)), "sd": float(figure(sd)), "n": float(n)})


def _informative(mean: str, n: int, items: int, step: float) -> bool:
    width = span(mean).high - span(mean).low
    return step / (n * items) > width * (1 + SLACK)


def _totals(mean: str, n: int, items: int, step: float) -> range:
    """Totals, in units of the step, whose mean would be printed as this one."""
    per_unit = n * items / step
    room = span(mean)
    slack = SLACK * max(1.0, abs(figure(mean)) * per_unit)
    return range(math.ceil(room.low * per_unit - slack), math.floor(room.high * per_unit + slack) + 1)


def _square_sum_exists(total: int, n: int, low: float, high: float) -> bool:
    """Whether whole numbers with this total can have an SD between ``low`` and ``high``."""
    base = total**2 / n
    slack = SLACK * max(1.0, base)
    quotient, rest = divmod(total, n)
    smallest = (n - rest) * quotient**2 + rest * (quotient + 1) ** 2  # scores as equal as they can be
    first = max(math.ceil((n - 1) * low**2 + base - slack), smallest)
    last = math.floor((n - 1) * high**2 + base + slack)
    if first % 2 != total % 2:  # a sum of squares is odd where the sum is odd
        first += 1
    return first <= last
