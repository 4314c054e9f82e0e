"""A two-arm trial that has no result yet: the sampling variance its standardised mean difference will have.

Never knows the corpus: numbers per arm and an effect in, a variance out.
"""

import numpy as np
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.pooling.engine import Vector

_FEWEST = 2  # per arm: one person has no spread


def trial_variance(effect: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> Vector:
    """Large-sample variance of a standardised mean difference g: 1/n₁ + 1/n₂ + g²/(2(n₁ + n₂)).

    Parameters
    ----------
    effect, n1, n2 : array_like, shapes that broadcast
        Effect in standard deviations and persons analysed per arm.

    References
    ----------
    Hedges and Olkin (1985), Statistical Methods for Meta-Analysis, chapter 5; the same formula as of coded effects.
    """
    g, a, b = (np.asarray(values, dtype=np.float64) for values in (effect, n1, n2))
    return np.asarray(1 / a + 1 / b + g**2 / (2 * (a + b)))


def checked_sizes(name: str, sizes: ArrayLike) -> Vector:
    """Persons per arm of one or more trials.

    Raises
    ------
    InvalidInput
        For no trials, a size that is not a whole number, or fewer than 2 per arm.
    """
    values = np.asarray(sizes, dtype=np.float64)
    if values.ndim != 1 or len(values) == 0:
        raise InvalidInput(f"{name} holds no list of sizes; give the persons per arm of one trial at least")
    for size in values:
        if not (np.isfinite(size) and size >= _FEWEST and size == np.floor(size)):
            raise InvalidInput(f"{name} holds {size:g}; give whole numbers of {_FEWEST} or more persons")
    return values
