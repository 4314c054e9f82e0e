"""When a result on small-study effects must not be read: the cautions in words that every result carries.

Never decides for the reader, and never holds a result back that can be computed.
"""

import math
from collections.abc import Sequence

import numpy as np

from corpus.errors import InvalidInput
from synthesis.pooling.engine import Effects, Vector
from synthesis.pooling.estimators import generalised_q

FEWEST = 10  # below, tests of asymmetry cannot tell chance from bias (Sterne et al. 2011)
_NARROWEST = 2.0  # ratio of the largest to the smallest standard error below which a funnel has no width to speak of
_FLAT = 1e-7  # relative spread of a predictor below which differences between studies are rounding
_HETEROGENEOUS = 75.0  # I² in percent from which asymmetry is more readily heterogeneity than selection


class NotDefined(InvalidInput):
    """The data cannot answer: too few effects, or nothing varies. The message is fit for the reader of a result."""


def needs(effects: Effects, fewest: int, what: str) -> None:
    """Raise `NotDefined` where there are fewer effects than ``what`` can be computed from."""
    if effects.k < fewest:
        raise NotDefined(f"{what} needs at least {fewest} effects; k = {effects.k}, so it is not computed")


def is_flat(x: Vector) -> bool:
    """Whether a predictor has the same value in every study, but for rounding."""
    return bool(np.ptp(x) <= _FLAT * np.max(np.abs(x)))


def is_readable(effects: Effects) -> bool:
    """Whether there are enough effects, of precisions different enough, for tests of asymmetry to mean anything."""
    return effects.k >= FEWEST and _precision_ratio(effects) >= _NARROWEST


def cautions(effects: Effects, cluster: Sequence[object] | None = None) -> tuple[str, ...]:
    """Sentences on when a test or adjustment for small-study effects must not be read; empty when nothing speaks against it.

    Parameters
    ----------
    effects : Effects
        The effects the result rests on.
    cluster : sequence of labels, length k, or None
        Study or sample of each effect, where known; repeated labels make the effects dependent.

    References
    ----------
    Sterne et al. (2011), BMJ 343, d4002 (ten studies, range of standard errors, heterogeneity); Ioannidis and Trikalinos
    (2007), Canadian Medical Association Journal 176, 1091-1096.
    """
    said: list[str] = []
    if effects.k < FEWEST:
        said.append(
            f"Only {effects.k} effect{'s' if effects.k > 1 else ''}: with fewer than {FEWEST} this cannot tell chance "
            "from a small-study effect and must not be read as evidence for or against one."
        )
    ratio = _precision_ratio(effects)
    if effects.k > 1 and ratio < _NARROWEST:
        said.append(
            f"Precision hardly varies (largest to smallest standard error {ratio:.2f}): small and large studies cannot be "
            "compared, so this must not be read."
        )
    if effects.k > 1:
        q = generalised_q(effects, 0.0)
        i2 = 100 * max(0.0, 1 - (effects.k - 1) / q) if q > 0 else 0.0
        if i2 >= _HETEROGENEOUS:
            said.append(
                f"I² is {i2:.0f} %: asymmetry may be heterogeneity that goes with study size rather than selective "
                "publication."
            )
    if cluster is not None and len(set(cluster)) < len(cluster):
        said.append(
            f"The {len(cluster)} effects come from {len(set(cluster))} clusters: this treats them as independent, so "
            "its intervals are too narrow and its p too small."
        )
    return tuple(said)


def _precision_ratio(effects: Effects) -> float:
    return math.sqrt(float(effects.v.max() / effects.v.min()))
