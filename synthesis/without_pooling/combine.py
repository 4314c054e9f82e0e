"""What can be said without variances: combined p-values (tier B) and the sign test (tier C).

Never yields an effect size: a small combined p says that some effect exists, not how large it is or in how many studies.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import betaincinv, chdtrc, ndtri

from corpus.errors import InvalidInput
from synthesis.pooling.pymare_import import pymare_estimators

# p of 0 or 1 has no normal score; a p of .5 on both sides is what "no evidence either way" means.
_NO_EVIDENCE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class OneSidedP:
    """A p-value of the aligned direction: small when the study points towards (favouring oxytocin)."""

    p: float
    note: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.p < 1:
            raise InvalidInput(f"a one-sided p is {self.p:g}, but lies between 0 and 1; code 'p = .000' as p < .001")

    @classmethod
    def from_printed(cls, value: float, relation: str, *, sided: int, towards: bool) -> Self:
        """One-sided p from a printed one.

        Parameters
        ----------
        value, relation : float, {"=", "<", ">"}
            The printed p. A bound is read at its weakest: ``p < .001`` counts as .001, and ``p > .05`` as no evidence in
            either direction, because nothing between .05 and 1 was excluded.
        sided : {1, 2}
            Sides of the printed test. A one-sided p below .5 is of a test towards the observed side, above of the other.
        towards : bool
            Whether the observed effect points in the aligned direction.

        Raises
        ------
        InvalidInput
            For a p outside 0 to 1 or a relation or number of sides that does not exist.
        """
        if not 0 < value <= 1:
            raise InvalidInput(f"p is {value:g}, but lies above 0 and up to 1; code 'p = .000' as p < .001")
        if sided not in (1, 2):
            raise InvalidInput(f"a test has 1 or 2 sides, not {sided!r}")
        if relation == ">":
            return cls(p=_NO_EVIDENCE, note=f"p > {value:g} is taken as no evidence in either direction")
        if relation not in ("=", "<"):
            raise InvalidInput(f"a printed p stands with =, < or >, not {relation!r}")
        observed_side = value / 2 if sided == 2 else min(value, 1 - value)
        if observed_side == 0:  # a one-sided p of exactly 1
            raise InvalidInput("a one-sided p of 1 cannot be combined; code it as p > the largest value excluded")
        note = f"p < {value:g} is taken as {value:g}" if relation == "<" else ""
        return cls(p=observed_side if towards else 1 - observed_side, note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedP:
    """Several one-sided p-values as one."""

    method: str  # "Stouffer" or "Fisher"
    statistic: float  # z for Stouffer, chi² with 2k degrees of freedom for Fisher
    p: float
    k: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignTest:
    """How many of n effects favour oxytocin, against a fair coin."""

    n: int
    favouring: int
    p: float  # exact, two-sided
    ci: tuple[float, float]  # of the share favouring, 0 to 1


def combine_p(values: Sequence[OneSidedP]) -> tuple[CombinedP, CombinedP]:
    """Stouffer's combination of independent one-sided p-values, by PyMARE, and Fisher's.

    Raises
    ------
    InvalidInput
        For no values.

    References
    ----------
    Stouffer et al. (1949), The American Soldier I; Fisher (1932), Statistical Methods for Research Workers, section
    21.1; Cochrane Handbook, chapter 12.
    """
    if not values:
        raise InvalidInput("there are no p-values to combine (k = 0)")
    p = np.array([value.p for value in values], dtype=np.float64)
    stouffer = pymare_estimators().StoufferCombinationTest(mode="directed").fit(-ndtri(p)[:, None]).params_
    chi2 = float(-2 * np.log(p).sum())
    notes = tuple(value.note for value in values if value.note)
    return (
        CombinedP(
            method="Stouffer",
            statistic=float(np.ravel(stouffer["z"])[0]),
            p=float(np.ravel(stouffer["p"])[0]),
            k=len(values),
            notes=notes,
        ),
        CombinedP(
            method="Fisher",
            statistic=chi2,
            p=float(chdtrc(2 * len(values), chi2)),
            k=len(values),
            notes=notes,
        ),
    )


def sign_test(favouring: int, n: int, level: float = 0.95) -> SignTest:
    """Exact binomial test of the directions against one half, with a Clopper-Pearson interval for the share.

    Parameters
    ----------
    favouring, n : int
        Effects that favour oxytocin, and all effects with a direction; null effects without a direction are in neither.

    Raises
    ------
    InvalidInput
        Unless 0 ≤ favouring ≤ n and n ≥ 1, and for a level outside 0 to 1.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26, 404-413; Cochrane Handbook, chapter 12 (vote counting by direction).
    """
    if not 0 <= favouring <= n or n < 1:
        raise InvalidInput(f"{favouring} of {n} effects cannot favour: give 0 ≤ favouring ≤ n with n of at least 1")
    if not 0 < level < 1:
        raise InvalidInput(f"level is {level:g}; give a coverage between 0 and 1, such as 0.95")
    fewer = min(favouring, n - favouring)
    tail = sum(math.comb(n, i) for i in range(fewer + 1)) / 2**n
    half = (1 - level) / 2
    low = float(betaincinv(favouring, n - favouring + 1, half)) if favouring > 0 else 0.0
    high = float(betaincinv(favouring + 1, n - favouring, 1 - half)) if favouring < n else 1.0
    return SignTest(n=n, favouring=favouring, p=min(1.0, 2 * tail), ci=(low, high))
