"""Permutation test of moderators: how often would shuffled moderators look as related to the effects as these do?

Never draws without a seed, and never reports a p of 0: the order observed is one of the orders.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from corpus.errors import InvalidInput
from synthesis.pooling.engine import Effects, checked
from synthesis.pooling.pool import Method, Test
from synthesis.regression.columns import checked_columns, is_constant, orthonormal
from synthesis.regression.permuted import statistics
from synthesis.regression.projection import Matrix

_MOST_ORDERS = 20_000  # distinct orders enumerated: beyond, a sample of them tells as much
_BLOCK = 500_000  # cells (orders × effects) fitted at once
_WIDEST = 1e6  # ratio of variances: many fits at once go by normal equations, which lose as many digits
_TIE = 1e-9  # relative: orders that repeat a configuration differ by rounding only


@dataclass(frozen=True, slots=True, kw_only=True)
class Permuted:
    """p-values of the terms and of all moderators at once, from shuffled rows of the moderators."""

    terms: tuple[str, ...]
    p: tuple[float, ...]  # (p,) two-sided, by |estimate / se|
    qm_p: float
    exact: bool  # every distinct order, rather than a sample
    orders: int  # orders fitted, the observed one included
    seed: int | None
    warnings: tuple[str, ...]


def permutation_test(
    yi: ArrayLike,
    vi: ArrayLike,
    x: ArrayLike,
    *,
    terms: Sequence[str],
    method: Method = Method.REML,
    test: Test = Test.KNHA,
    orders: int = 5000,
    seed: int = 0,
) -> Permuted:
    """Shuffle the rows of the moderators against the effects and compare the test statistics.

    Parameters
    ----------
    yi, vi, x, terms, method, test
        As in `meta_regression`; ``x`` holds at least one term besides the constant.
    orders, seed
        Size of the sample of shuffles and seed of its generator, where the distinct orders are too many to enumerate. Then
        p = (b + 1)/(n + 1) for b of n shuffles at least as extreme; else p is the share of all orders.

    Raises
    ------
    InvalidInput
        As in `meta_regression`, and where no term varies.

    References
    ----------
    Higgins and Thompson (2004), Statistics in Medicine 23, 1663-1682; Follmann and Proschan (1999), Biometrics 55, 732-737;
    Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9(1), 39 (p is never 0).
    """
    if orders < 1:
        raise InvalidInput(f"orders is {orders}; give at least 1, such as 5000")
    effects = checked(yi, vi)
    if effects.v.max() > _WIDEST * effects.v.min():
        raise InvalidInput(
            f"the largest vi is over {_WIDEST:g} times the smallest: too wide to shuffle; check their units"
        )
    columns = checked_columns(x, terms, effects.k)
    moderators = [place for place in range(columns.shape[1]) if not is_constant(columns[:, place])]
    if not moderators:
        raise InvalidInput("no term varies between effects, so there is nothing to shuffle; give a moderator")
    _, kinds = np.unique(columns, axis=0, return_inverse=True)
    kinds = np.ravel(kinds)
    count = _distinct_orders(kinds)
    exact = count <= _MOST_ORDERS
    shuffles = _every_order(kinds) if exact else _sample(effects.k, orders, np.random.default_rng(seed))
    first = np.arange(effects.k)[None, :]
    observed, observed_qm = _fit(effects, columns, first, moderators, method, test)
    beyond, beyond_qm, fitted = np.zeros(len(terms)), 0.0, 0
    for block in _blocks(shuffles, max(1, _BLOCK // effects.k)):
        z, qm = _fit(effects, columns, block, moderators, method, test)
        beyond += (np.abs(z) >= np.abs(observed) * (1 - _TIE)).sum(axis=0)
        beyond_qm += float((qm >= observed_qm * (1 - _TIE)).sum())
        fitted += len(block)
    extra = 0 if exact else 1
    warnings = []
    if exact and 1 / count > 0.05:
        warnings.append(f"There are only {count} distinct orders: no p below {1 / count:.2g} is possible.")
    return Permuted(
        terms=tuple(terms),
        p=tuple(((beyond + extra) / (fitted + extra)).tolist()),
        qm_p=(beyond_qm + extra) / (fitted + extra),
        exact=exact,
        orders=fitted + extra,
        seed=None if exact else seed,
        warnings=tuple(warnings),
    )


def _fit(
    effects: Effects, columns: Matrix, orders: NDArray[np.intp], moderators: list[int], method: Method, test: Test
) -> tuple[Matrix, Matrix]:
    basis, to_basis = orthonormal(columns)
    return statistics(effects, basis, to_basis, orders, moderators, method, test)


def _distinct_orders(kinds: NDArray[np.intp]) -> int:
    count = math.factorial(len(kinds))
    for size in np.bincount(kinds).tolist():
        count //= math.factorial(size)
    return count


def _every_order(kinds: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """Every distinct arrangement of the rows, those with equal moderators being interchangeable."""
    rows = [np.flatnonzero(kinds == kind).tolist() for kind in range(int(kinds.max()) + 1)]
    left = [len(own) for own in rows]
    chosen: list[int] = []

    def arrange() -> Iterator[NDArray[np.intp]]:
        if len(chosen) == len(kinds):
            yield np.array(chosen)
            return
        for kind, own in enumerate(rows):
            if left[kind]:
                left[kind] -= 1
                chosen.append(own[left[kind]])
                yield from arrange()
                chosen.pop()
                left[kind] += 1

    return arrange()


def _sample(k: int, orders: int, generator: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    for _ in range(orders):
        yield generator.permutation(k)


def _blocks(orders: Iterator[NDArray[np.intp]], size: int) -> Iterator[NDArray[np.intp]]:
    block = []
    for order in orders:
        block.append(order)
        if len(block) == size:
            yield np.array(block)
            block = []
    if block:
        yield np.array(block)
