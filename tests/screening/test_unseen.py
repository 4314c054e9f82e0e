"""How many relevant records are unseen: limits against exact ones, and how often the interval holds in simulation."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.isotonic import IsotonicRegression  # type: ignore[import-untyped]

from corpus.errors import InvalidInput
from corpus.screening.linear import Labels, Scores
from corpus.screening.unseen import Calibration, unseen

DECIDED = st.lists(st.tuples(st.integers(-20, 20), st.booleans()), min_size=1, max_size=120)
# Shares of relevant records by score.
SHAPES: dict[str, Callable[[Scores], Scores]] = {
    "steep": lambda scores: 1 / (1 + np.exp(6 - 3 * scores)),
    "shallow": lambda scores: 1 / (1 + np.exp(3 - 0.5 * scores)),
    "step": lambda scores: np.where(scores > 1.5, 0.8, 0.02),
    "none": np.zeros_like,
}
GRID = np.linspace(-25.0, 25.0, 101)


def calibration(decided: list[tuple[int, bool]]) -> Calibration:
    return Calibration(np.array([float(score) for score, _ in decided]), np.array([found for _, found in decided]))


@settings(max_examples=60, deadline=None)
@given(DECIDED)
def test_the_expected_share_is_that_of_isotonic_regression(decided: list[tuple[int, bool]]) -> None:
    scores, found = zip(*decided, strict=True)
    reference = IsotonicRegression(out_of_bounds="clip").fit(
        np.array(scores, dtype=float), np.array(found, dtype=float)
    )
    np.testing.assert_allclose(calibration(decided).probability(GRID), reference.predict(GRID), atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(DECIDED, st.sampled_from([0.5, 0.9, 0.95]))
def test_limits_grow_with_the_score_and_narrow_with_the_level(decided: list[tuple[int, bool]], level: float) -> None:
    low, high = calibration(decided).band(GRID, level)
    wide_low, wide_high = calibration(decided).band(GRID, 0.99)
    assert (np.diff(low) >= 0).all()
    assert (np.diff(high) >= 0).all()
    assert ((low >= 0) & (high <= 1)).all()
    assert ((wide_low <= low) & (high <= wide_high)).all()


def test_one_window_gives_the_exact_binomial_limits() -> None:
    found = np.array([False] * 7 + [True] * 3)
    low, high = Calibration(np.arange(10.0), found).band(np.array([-1.0, 4.5, 11.0]), 0.95)
    exact = binomtest(3, 10).proportion_ci(0.95, method="exact")
    np.testing.assert_allclose(high, [exact.high, 1.0, 1.0], rtol=1e-12)
    np.testing.assert_allclose(low, [0.0, 0.0, exact.low], rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(DECIDED, st.lists(st.floats(-30, 30), max_size=60))
def test_the_expected_number_lies_in_the_interval_and_the_interval_in_the_pool(
    decided: list[tuple[int, bool]], waiting: list[float]
) -> None:
    left = unseen(calibration(decided), np.array(waiting))
    assert left.expected is not None
    assert 0 <= left.lowest <= left.expected <= left.highest <= left.waiting == len(waiting)


def drawn(shape: str, seed: int, *, share: float, upside_down: bool = False) -> tuple[Scores, Labels, Labels]:
    """Scores and truth of 800 records, of which the best by a noisy earlier score are decided."""
    draw = np.random.default_rng(seed)
    scores = draw.normal(0, 1, 800)
    chance = SHAPES[shape](-scores if upside_down else scores)
    earlier = scores + draw.normal(0, 0.3, 800)
    return scores, draw.random(800) < chance, earlier >= np.quantile(earlier, 1 - share)


@pytest.mark.parametrize("share", [0.1, 0.4, 0.8])
@pytest.mark.parametrize("shape", list(SHAPES))
def test_the_interval_holds_the_truth_as_often_as_it_promises(shape: str, share: float) -> None:
    held = 0
    for seed in range(200):
        scores, truth, decided = drawn(shape, seed, share=share)
        left = unseen(Calibration(scores[decided], truth[decided]), scores[~decided])
        held += left.lowest <= truth[~decided].sum() <= left.highest
    assert held >= 190


@pytest.mark.parametrize("share", [0.03, 0.2, 0.5])
def test_the_limits_of_the_share_hold_at_all_scores_together(share: float) -> None:
    """A share that does not depend on the score is the hardest that still grows with it."""
    held = 0
    for seed in range(300):
        draw = np.random.default_rng(seed)
        scores = draw.normal(0, 1, 400)
        low, high = Calibration(scores, draw.random(400) < share).band(np.sort(scores), 0.8)
        held += bool((low <= share).all() and (share <= high).all())
    assert held >= 0.8 * 300


def test_an_interval_without_the_uncertainty_of_the_shares_would_not_hold() -> None:
    """What the band is for: chance alone (Poisson about the expected number) misses far more than one in twenty."""
    held = 0
    for seed in range(200):
        scores, truth, decided = drawn("steep", seed, share=0.1)
        expected = Calibration(scores[decided], truth[decided]).probability(scores[~decided]).sum()
        held += abs(truth[~decided].sum() - expected) <= 1.96 * np.sqrt(expected)
    assert held < 160


def test_the_interval_fails_where_its_assumption_does() -> None:
    """Scores upside down: what waits is richer than what was read, and no limit from above can know."""
    missed = 0
    for seed in range(50):
        scores, truth, decided = drawn("steep", seed, share=0.4, upside_down=True)
        missed += unseen(Calibration(scores[decided], truth[decided]), scores[~decided]).highest < truth[~decided].sum()
    assert missed > 25


def test_what_cannot_be_used_is_refused() -> None:
    with pytest.raises(InvalidInput, match="0 scores and 0 decisions"):
        Calibration(np.empty(0), np.empty(0, dtype=bool))
    with pytest.raises(InvalidInput, match="2 scores and 1 decisions"):
        Calibration(np.zeros(2), np.zeros(1, dtype=bool))
    with pytest.raises(InvalidInput, match=r"level is 1; give a coverage between 0 and 1"):
        unseen(Calibration(np.zeros(2), np.zeros(2, dtype=bool)), np.zeros(3), level=1.0)
