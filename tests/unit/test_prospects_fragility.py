"""The fewest effects whose removal turns a conclusion: by exhaustion, greedily, and where nothing can be removed."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InvalidInput
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference
from synthesis.prospects.conclusion import Conclusion, conclude
from synthesis.prospects.fragility import fragility

Y = np.array([0.31, 0.12, 0.45, 0.2, 0.35, 0.6])
V = np.array([0.02, 0.03, 0.04, 0.03, 0.03, 0.05])

rows_of_effects = st.lists(
    st.tuples(st.floats(-1, 2).map(lambda y: round(y, 3)), st.floats(0.005, 0.5).map(lambda v: round(v, 4))),
    min_size=3,
    max_size=6,
)


@given(rows_of_effects, st.sampled_from([Inference.KNHA, Inference.Z]))
@settings(deadline=None, max_examples=25)
def test_against_one_pool_after_another(rows: list[tuple[float, float]], test: Inference) -> None:
    y, v = (np.array(column) for column in zip(*rows, strict=True))
    found = fragility(y, v, method=Method.DL, test=test)
    start = conclude(*pool(y, v, method=Method.DL, test=test).ci)
    assert found.conclusion is start
    assert found.exact
    for size in range(1, len(y) - 1):
        turning = [
            removed
            for removed in combinations(range(len(y)), size)
            if _after(y, v, removed, Method.DL, test) is not start
        ]
        if turning:
            assert (found.fewest, found.ways, found.tried_all_up_to) == (size, len(turning), size)
            assert found.removed in turning
            assert found.conclusion_after is _after(y, v, found.removed, Method.DL, test)
            return
    assert (found.fewest, found.ways, found.removed, found.ci_after) == (None, None, (), None)


def test_words_of_an_exact_search() -> None:
    found = fragility(Y, V)
    assert found.conclusion is Conclusion.ABOVE
    assert found.fewest is not None
    assert found.conclusion_after is Conclusion.INCLUDES
    assert found.claim.startswith("The interval lies above zero; removing")
    assert found.claim.endswith("no fewer do (every set was tried).")


def test_greedy_beyond_the_bound_claims_no_more_than_it_knows() -> None:
    rng = np.random.default_rng(4)
    v = rng.gamma(2, 0.02, 30) + 0.01
    y = 0.25 + rng.standard_normal(30) * np.sqrt(v)
    found = fragility(y, v, most_fits=500)
    assert not found.exact
    assert found.tried_all_up_to == 2
    assert found.fewest is not None
    assert found.fewest > 2
    assert found.ways is None
    assert found.claim.endswith(f"at most {found.fewest} are needed, and more than 2.")
    assert found.conclusion_after is _after(y, v, found.removed, Method.REML, Inference.KNHA)
    assert found.removed == tuple(sorted(found.removed))


def test_nothing_turns_it() -> None:
    y, v = np.full(6, 1.0) + np.arange(6) / 100, np.full(6, 0.001)
    found = fragility(y, v, test=Inference.Z)
    assert (found.fewest, found.exact, found.removed) == (None, True, ())
    assert found.conclusion_after is None
    assert "does not change that" in found.claim
    greedy = fragility(y, v, test=Inference.Z, most_fits=10)
    assert (greedy.fewest, greedy.exact, greedy.tried_all_up_to) == (None, False, 1)
    assert "or more one after another" in greedy.claim


@pytest.mark.parametrize("k", [1, 2])
def test_too_few_to_remove_any(k: int) -> None:
    found = fragility(Y[:k], V[:k])
    assert found.fewest is None
    assert found.exact
    assert "none can be removed" in found.claim


@given(rows_of_effects, st.sampled_from([1e-6, 1e-3, 1e6]))
@settings(deadline=None, max_examples=25)
def test_scale_sign_and_order(rows: list[tuple[float, float]], c: float) -> None:
    y, v = (np.array(column) for column in zip(*rows, strict=True))
    base = fragility(y, v)
    other = fragility(-c * y[::-1], c**2 * v[::-1])
    assert (other.fewest, other.ways) == (base.fewest, base.ways)
    mirror = {Conclusion.ABOVE: Conclusion.BELOW, Conclusion.BELOW: Conclusion.ABOVE}
    assert other.conclusion is mirror.get(base.conclusion, base.conclusion)
    if base.ci_after and other.ci_after:
        # Of several sets the interval after which turns furthest: equal sets may tie, their intervals then agree on that side.
        furthest = [max(ci[0], -ci[1]) for ci in (base.ci_after, other.ci_after)]
        assert furthest[1] == pytest.approx(c * furthest[0], rel=1e-6, abs=1e-6 * c)


def test_refused() -> None:
    with pytest.raises(InvalidInput, match="most_fits is 0"):
        fragility(Y, V, most_fits=0)


def _after(y: np.ndarray, v: np.ndarray, removed: tuple[int, ...], method: Method, test: Inference) -> Conclusion:
    rest = [row for row in range(len(y)) if row not in removed]
    return conclude(*pool(y[rest], v[rest], method=method, test=test).ci)
