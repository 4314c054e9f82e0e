"""Simulated screening: its measures by hand, and, reduced, the figures the ranking has to reach on labelled sets."""

import csv
import statistics
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import InvalidInput
from corpus.screening.linear import Labels, Texts
from corpus.screening.simulation import left_after, next_week, recall_at, screen, work_saved

HALF_UNIT = 0.0005  # the figures to reach are printed with three decimals


def labelled(file: Path, label: str) -> tuple[Texts, Labels]:
    csv.field_size_limit(2**31 - 1)
    with file.open(newline="", encoding="utf-8") as handle:
        rows = [row for row in csv.DictReader(handle) if not row.get("duplicate_record_id")]
    return Texts([f"{row['title']} {row['abstract']}" for row in rows]), np.array([row[label] == "1" for row in rows])


@pytest.fixture(scope="module")
def adhd(shared: Path) -> tuple[Texts, Labels]:
    """The labelled set on stimulants for attention deficit, with the labels of abstract screening."""
    return labelled(shared / "screening" / "ADHD_local.csv", "label_abstract_screening")


def test_measures_by_hand() -> None:
    relevant = np.zeros(40, dtype=bool)
    relevant[[0, 5, 9]] = True
    order = np.arange(40)
    assert work_saved(order, relevant) == pytest.approx(
        1 - 10 / 40 - 0.05
    )  # 95 % of three are three, found at the tenth
    assert work_saved(order, relevant, recall=0.6) == pytest.approx(1 - 6 / 40 - 0.4)
    assert recall_at(order, relevant) == pytest.approx(1 / 3)  # the first four
    assert recall_at(order, relevant, share=0.15) == pytest.approx(2 / 3)
    assert work_saved(order[::-1], relevant) == pytest.approx(0 - 0.05)


def test_every_record_is_read_once_and_the_same_seed_gives_the_same_order() -> None:
    words = np.array(["oxytocin", "therapy", "steel", "bridge", "trust", "plasma"])
    draw = np.random.default_rng(1)
    texts = Texts([" ".join(draw.choice(words, 4)) for _ in range(120)])
    relevant = draw.random(120) < 0.2
    order = screen(texts, relevant, seed=3, batch=7)
    assert sorted(order) == list(range(120))
    assert relevant[order[:11]].tolist() == [True] + [False] * 10
    np.testing.assert_array_equal(order, screen(texts, relevant, seed=3, batch=7))
    assert (order != screen(texts, relevant, seed=4, batch=7)).any()


def test_a_set_too_small_to_simulate_is_refused() -> None:
    texts = Texts(["one text"] * 12)
    with pytest.raises(InvalidInput, match="0 relevant and 12 irrelevant labels"):
        screen(texts, np.zeros(12, dtype=bool), seed=0, batch=5)
    with pytest.raises(InvalidInput, match="batch is 0"):
        screen(texts, np.zeros(12, dtype=bool), seed=0, batch=0)


def test_adhd_reaches_the_figures_and_the_number_of_unseen_ones_holds(adhd: tuple[Texts, Labels]) -> None:
    texts, relevant = adhd
    assert (len(relevant), int(relevant.sum())) == (851, 84)
    orders = [screen(texts, relevant, seed=seed, batch=5) for seed in range(5)]
    assert statistics.fmean(work_saved(order, relevant) for order in orders) >= 0.705 - HALF_UNIT
    assert statistics.fmean(recall_at(order, relevant) for order in orders) >= 0.571 - HALF_UNIT
    splits = [np.split(order, [round(share * len(order))]) for order in orders for share in (0.1, 0.3, 0.6)]
    for decided, waiting in (*splits, *(next_week(relevant, seed=seed) for seed in range(10))):
        left, truth = left_after(texts, relevant, decided, waiting)
        assert left.lowest <= truth <= left.highest
        assert left.highest < len(waiting), "a limit that says nothing would always hold"


def test_kitchenham_reaches_the_figures_with_one_seed(shared: Path) -> None:
    texts, relevant = labelled(shared / "screening" / "Kitchenham_2010.csv", "label_included")
    assert (len(relevant), int(relevant.sum())) == (1698, 45)
    order = screen(texts, relevant, seed=0, batch=10)
    assert work_saved(order, relevant) >= 0.664
    assert recall_at(order, relevant) >= 0.698


def test_a_new_half_is_expected_about_right(adhd: tuple[Texts, Labels]) -> None:
    """Where everything earlier was decided, the expected number is near the truth, not only inside its interval."""
    texts, relevant = adhd
    said = [left_after(texts, relevant, *next_week(relevant, seed=seed)) for seed in range(10)]
    expected = statistics.fmean(left.expected or 0.0 for left, _ in said)
    assert expected == pytest.approx(statistics.fmean(truth for _, truth in said), rel=0.15)
