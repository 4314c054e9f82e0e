"""Values that cannot be, and values that look like another one: SD for SE, means outside the scale, parts against the whole.

Never changes data.
"""

import math
from collections.abc import Sequence

from corpus.effectsizes.findings import Finding, figure, span
from corpus.effectsizes.notation import show
from corpus.effectsizes.two_groups import pooled_sd

_LARGE_G = 3.0  # psychotherapy and drug trials stay far below; 3 and more is mostly an SE taken for an SD
_LARGE_RATIO = 3.0  # SDs of randomised arms on one instrument seldom differ threefold


def check_sd_positive(sd: str) -> Finding | None:
    """An SD or standard error that is zero or negative."""
    value = figure(sd)
    if value > 0:
        return None
    return Finding(
        "impossible value", "warning", f"an SD or SE of {sd} is not possible with varying scores", {"sd": float(value)}
    )


def check_correlation(r: str) -> Finding | None:
    """A correlation beyond −1 or 1, or exactly one of them."""
    value = figure(r)
    if abs(value) < 1:
        return None
    return Finding(
        "impossible value", "warning", f"a correlation of {r} is not possible in measured data", {"r": float(value)}
    )


def check_p_possible(p: str) -> Finding | None:
    """A p of zero, below zero or above one."""
    value = float(figure(p))
    if 0 < value <= 1:
        return None
    message = f"p = {p} is not possible" + (f"; it stands for p < {show(span(p).high)}" if value == 0 else "")
    return Finding("impossible value", "note" if value == 0 else "warning", message, {"p": value})


def check_mean_on_scale(mean: str, sd: str | None, n: int, scale_min: float, scale_max: float) -> Finding | None:
    """A mean outside the scale, or an SD larger than any scores between its ends can have with that mean."""
    value = figure(mean)
    values = {"mean": float(value), "scale_min": float(scale_min), "scale_max": float(scale_max)}
    room = span(mean)
    if room.high < scale_min or room.low > scale_max:
        message = f"the mean {mean} lies outside the scale {show(scale_min)} to {show(scale_max)}"
        return Finding("impossible value", "warning", message, values)
    if sd is None:
        return None
    centre = (scale_min + scale_max) / 2
    nearest = min(max(centre, room.low), room.high)  # the mean within rounding that allows the largest SD
    largest = math.sqrt(max(0.0, (nearest - scale_min) * (scale_max - nearest)) * n / (n - 1))
    if span(sd).low <= largest:
        return None
    message = f"with mean {mean} on a scale from {show(scale_min)} to {show(scale_max)} the SD is at most {show(largest)}, printed is {sd}"
    return Finding("impossible value", "warning", message, values | {"sd": float(figure(sd)), "largest_sd": largest})


def check_n_total(parts: Sequence[int], total: int, what: str = "arms") -> Finding | None:
    """Sizes of parts that do not add up to the whole."""
    if sum(parts) == total:
        return None
    message = f"the {what} hold {' + '.join(map(str, parts))} = {sum(parts)}, the whole is given as {total}"
    return Finding("n", "warning", message, {"sum": float(sum(parts)), "total": float(total)})


def check_sd_not_se(m1: str, sd1: str, n1: int, m2: str, sd2: str, n2: int) -> Finding | None:
    """Signs that a printed SD is a standard error: an implausibly large difference, or SDs of very different size."""
    a, b = float(figure(sd1)), float(figure(sd2))
    if a <= 0 or b <= 0:
        return None  # told by the check of impossible values
    d = (figure(m1) - figure(m2)) / pooled_sd(a, n1, b, n2)
    values = {"sd1": a, "sd2": b, "n1": float(n1), "n2": float(n2), "d": d}
    if abs(d) > _LARGE_G:
        as_se = (figure(m1) - figure(m2)) / pooled_sd(a * math.sqrt(n1), n1, b * math.sqrt(n2), n2)
        message = f"the SDs {sd1} and {sd2} give d = {show(d)}; taken as standard errors they would give {show(as_se)}"
        return Finding("SD or SE", "warning", message, values | {"d_if_se": as_se})
    small, n = (a, n1) if a < b else (b, n2)
    ratio = max(a, b) / small
    if ratio <= _LARGE_RATIO:
        return None
    mended = max(a, b) / (small * math.sqrt(n))
    message = (
        f"the SDs {sd1} and {sd2} differ {show(ratio)}-fold; were the smaller one a standard error, {show(mended)}-fold"
    )
    return Finding(
        "SD or SE", "warning" if 0.5 < mended < 2 else "note", message, values | {"ratio": ratio, "ratio_if_se": mended}
    )


def check_standardised_difference(g: str) -> Finding | None:
    """A printed standardised difference so large that an SD was probably a standard error."""
    value = figure(g)
    if abs(value) <= _LARGE_G:
        return None
    message = f"a standardised difference of {g} is implausible; was a standard error taken for an SD?"
    return Finding("SD or SE", "warning", message, {"g": float(value)})
