"""The order of waiting records: complete, repeatable, explained; cold until there are enough decisions."""

import json
import re
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InvalidInput
from corpus.screening import Basis, ColdStart, Ranked, Ranker, Ranking, ScreeningRecord, Unseen, rank
from corpus.screening.linear import Texts
from corpus.screening.ranking import LEAST_IRRELEVANT, LEAST_RELEVANT

HORMONE = ("oxytocin", "hormone", "intranasal", "plasma", "peptide")
THERAPY = ("psychotherapy", "alliance", "exposure", "counselling", "sessions")
OTHER = ("bridge", "concrete", "steel", "girder", "corrosion", "traffic")
GROUPS = {"hormone": ("oxytocin", "peptide"), "therapy": ("psychotherap*", "exposure")}


def made(count: int, words: tuple[str, ...], prefix: str) -> list[ScreeningRecord]:
    """Records of three words each, drawn from a vocabulary."""
    draw = np.random.default_rng(len(words) * 1000 + count)
    return [
        ScreeningRecord(key=f"{prefix}{number:03}", title=" ".join(draw.choice(words, 3, replace=False)), year=2020)
        for number in range(count)
    ]


def keys(ranking: Ranking) -> list[str]:
    return [record.key for record in ranking.records]


def by_key(ranking: Ranking) -> dict[str, Ranked]:
    return {record.key: record for record in ranking.records}


def decided(relevant: int, irrelevant: int) -> dict[str, bool]:
    return {f"r{number:03}": True for number in range(relevant)} | {
        f"i{number:03}": False for number in range(irrelevant)
    }


RELEVANT = made(30, HORMONE + THERAPY, "r")
IRRELEVANT = made(30, OTHER + HORMONE[1:3], "i")
POOL = RELEVANT + IRRELEVANT


def test_every_waiting_record_has_one_place_and_no_decided_one_has() -> None:
    decisions = decided(12, 15)
    ranking = rank(POOL, decisions)
    assert sorted(keys(ranking)) == sorted({record.key for record in POOL} - decisions.keys())
    assert [record.place for record in ranking.records] == list(range(1, len(POOL) - len(decisions) + 1))
    assert (ranking.basis, ranking.relevant, ranking.irrelevant) == (Basis.LEARNED, 12, 15)


def test_what_was_learned_orders_the_rest() -> None:
    ranking = rank(POOL, decided(15, 15))
    assert {key[0] for key in keys(ranking)[:15]} == {"r"}
    scores = [record.score for record in ranking.records]
    chances = [record.probability for record in ranking.records]
    assert scores == sorted(scores, reverse=True)
    assert all(
        chance is not None and (chance >= 0.5) is record.likely
        for chance, record in zip(chances, ranking.records, strict=True)
    )
    assert chances == sorted(chances, key=lambda chance: -(chance or 0.0))
    assert {record.key[0] for record in ranking.records if record.likely} == {"r"}


@pytest.mark.parametrize(("of_three", "likely"), [(1, False), (2, True)])
def test_likely_is_more_likely_than_not(of_three: int, likely: bool) -> None:
    """Of texts that are all alike, one in three is relevant, or two; beside them others that never are."""
    alike = [ScreeningRecord(key=f"a{number:02}", title="oxytocin therapy") for number in range(70)]
    decisions = {record.key: number % 3 < of_three for number, record in enumerate(alike[:60])}
    ranking = rank([*alike, *IRRELEVANT], decisions | {f"i{number:03}": False for number in range(20)})
    found = [record for record in ranking.records if record.key.startswith("a")]
    assert [record.likely for record in found] == [likely] * 10
    assert all(abs((record.probability or 0.0) - of_three / 3) < 0.1 for record in found)


@settings(max_examples=15, deadline=None)
@given(st.permutations(POOL), st.sampled_from([(0, 0), (3, 20), (12, 15)]))
def test_the_order_of_the_records_given_does_not_matter(
    shuffled: list[ScreeningRecord], counts: tuple[int, int]
) -> None:
    cold = ColdStart(groups=GROUPS)
    assert rank(shuffled, decided(*counts), cold=cold) == rank(POOL, decided(*counts), cold=cold)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.text(alphabet="ab .-é\n", max_size=12), min_size=1, max_size=30),
    st.dictionaries(st.integers(0, 29), st.booleans(), max_size=30),
)
def test_no_text_is_too_odd_to_have_a_place(titles: list[str], labels: dict[int, bool]) -> None:
    records = [ScreeningRecord(key=f"k{number}", title=title) for number, title in enumerate(titles)]
    decisions = {f"k{number}": label for number, label in labels.items() if number < len(titles)}
    ranking = rank(records, decisions, cold=ColdStart(groups={"a": ["aa"]}, core=titles[:1], adjacent=titles[1:2]))
    assert sorted(keys(ranking)) == sorted({record.key for record in records} - decisions.keys())
    assert ranking.unseen.lowest <= ranking.unseen.highest <= ranking.unseen.waiting == len(ranking.records)


def test_texts_that_are_all_alike_are_ranked_by_year_then_key() -> None:
    records = [
        ScreeningRecord(
            key=f"k{number:02}", title="oxytocin trial", year=None if number % 3 == 0 else 2000 + number % 3
        )
        for number in range(45)
    ]
    decisions = {f"k{number:02}": number < 12 for number in range(24)}
    ranking = rank(records, decisions)
    expected = sorted((r for r in records if r.key not in decisions), key=lambda r: (-(r.year or 0), r.key))
    assert keys(ranking) == [record.key for record in expected]


@pytest.mark.parametrize(
    ("relevant", "irrelevant", "basis"),
    [
        (0, 0, Basis.COLD),
        (LEAST_RELEVANT - 1, 30, Basis.COLD),
        (30, LEAST_IRRELEVANT - 1, Basis.COLD),
        (LEAST_RELEVANT, LEAST_IRRELEVANT, Basis.LEARNED),
    ],
)
def test_the_decisions_alone_count_from_enough_of_either_kind(relevant: int, irrelevant: int, basis: Basis) -> None:
    ranking = rank(POOL, decided(relevant, irrelevant), cold=ColdStart(groups=GROUPS))
    assert ranking.basis is basis
    assert (ranking.unseen.expected is None) is (basis is Basis.COLD)


def test_a_cold_start_puts_more_groups_first_then_the_texts_then_more_terms_then_the_newer() -> None:
    records = [
        ScreeningRecord(key="a-none", title="steel girders"),
        ScreeningRecord(key="b-one", title="plasma peptide assay"),
        ScreeningRecord(key="c-two", title="oxytocin", abstract="before psychotherapy", year=2001),
        ScreeningRecord(key="d-two-newer", title="oxytocin", abstract="before psychotherapy", year=2019),
        ScreeningRecord(key="e-two-in-keywords", title="trust", keywords=("Oxytocin", "Exposure")),
        ScreeningRecord(key="f-more-terms", title="oxytocin peptide", abstract="psychotherapy exposure"),
    ]
    ranking = rank(records, {}, cold=ColdStart(groups=GROUPS))
    assert keys(ranking) == ["f-more-terms", "d-two-newer", "c-two", "e-two-in-keywords", "b-one", "a-none"]
    assert [record.likely for record in ranking.records] == [True, True, True, True, False, False]
    found = by_key(ranking)
    assert found["b-one"].reason == "names “peptide”; names no term for therapy"
    assert found["a-none"].absent == ("hormone", "therapy")
    assert all(record.probability is None for record in ranking.records)
    assert ranking.unseen == Unseen(waiting=6, expected=None, lowest=0, highest=6, level=0.95)
    texts = ColdStart(groups=GROUPS, core=["trust in sessions"], adjacent=["before the meal"])
    assert keys(rank(records, {}, cold=texts))[0] == "e-two-in-keywords"


def test_few_decisions_count_among_the_texts_of_a_cold_start() -> None:
    waiting = [ScreeningRecord(key="a", title="girder corrosion"), ScreeningRecord(key="b", title="alliance sessions")]
    earlier = [ScreeningRecord(key="x", title="alliance"), ScreeningRecord(key="y", title="girder")]
    assert keys(rank(waiting + earlier, {"x": True, "y": False})) == ["b", "a"]
    assert keys(rank(waiting + earlier, {"x": False, "y": True})) == ["a", "b"]
    assert by_key(rank(waiting + earlier, {"x": True, "y": False}))["b"].likely


def test_reasons_are_the_words_that_carry_the_score() -> None:
    found = by_key(rank([*POOL, ScreeningRecord(key="z", title="Oxytocin of the girder")], decided(20, 20)))["z"]
    assert found.lifted[0].term == "oxytocin"
    assert found.lifted[0].adds > 0
    assert found.lowered[0].term == "girder"
    assert found.lowered[0].adds < 0
    assert "of the" not in found.reason
    assert found.reason.startswith("lifted by “oxytocin”")
    assert "lowered by “girder”" in found.reason


def test_all_reasons_together_are_the_score() -> None:
    texts = Texts(["oxytocin psychotherapy trial", "oxytocin sessions", "steel girder", "girder corrosion trial"])
    separation = texts.separate(np.arange(4), np.array([True, True, False, False]))
    for row, score in enumerate(texts.scores(separation, np.arange(4))):
        lifted, lowered = texts.reasons(separation, row, 100)
        assert sum(adds for _, adds in (*lifted, *lowered)) + separation.intercept == pytest.approx(score, abs=1e-12)


def test_a_record_without_known_words_says_so() -> None:
    found = by_key(rank([*POOL, ScreeningRecord(key="z", title="")], decided(12, 12)))["z"]
    assert found.reason == "no word that was seen before"


def test_new_decisions_need_no_new_reading() -> None:
    ranker = Ranker(POOL)
    assert ranker.rank(decided(12, 12)) == rank(POOL, decided(12, 12))
    assert ranker.rank(decided(20, 25)) == rank(POOL, decided(20, 25))


def test_all_decided_leaves_nothing_unseen() -> None:
    ranking = rank(POOL, decided(30, 30))
    assert ranking.records == ()
    assert ranking.unseen == Unseen(waiting=0, expected=0.0, lowest=0, highest=0, level=0.95)


def test_mistakes_of_the_caller_are_named() -> None:
    with pytest.raises(InvalidInput, match="two records have the key 'r000'"):
        rank([*POOL, RELEVANT[0]], {})
    with pytest.raises(InvalidInput, match=r"1 decisions are about records that were not given \(first: 'q'\)"):
        rank(POOL, {"q": True})
    with pytest.raises(InvalidInput, match="empty key"):
        ScreeningRecord(key=" ", title="Oxytocin")


def test_the_bibliography_tells_core_from_adjacent_better_than_terms_alone(shared: Path) -> None:
    lines = (shared / "evidence" / "ot_bibliography.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["title"]]
    given, asked = rows[::2], rows[1::2]
    records = [
        ScreeningRecord(key=str(number), title=row["title"], year=row["year"]) for number, row in enumerate(asked)
    ]
    groups = {"oxytocin": ("oxytocin*",), "psychotherapy": ("psychotherap*", "cognitive behavio*", "exposure therapy")}
    titles = {kind: [row["title"] for row in given if row["rel"] == kind] for kind in ("core", "adjacent")}

    def share_in_order(cold: ColdStart) -> float:
        """Of all pairs of a core and an adjacent title, the share in which core comes first."""
        core = [bool(asked[int(key)]["rel"] == "core") for key in keys(rank(records, {}, cold=cold))]
        pairs = [first for at, first in enumerate(core) for second in core[at + 1 :] if first != second]
        return statistics.fmean(pairs)

    both = share_in_order(ColdStart(groups=groups, **titles))
    assert both > share_in_order(ColdStart(groups=groups))
    assert both > 0.8


def test_scikit_learn_is_loaded_with_the_first_text_only() -> None:
    code = "import sys, corpus.screening; raise SystemExit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_example_of_the_manual_runs(root: Path) -> None:
    manual = (root / "docs" / "ranking.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", manual, re.DOTALL)
    subprocess.run([sys.executable, "-c", example], check=True, cwd=root)


def test_chosen_decisions_teach_words_but_no_shares() -> None:
    relevant = [ScreeningRecord(key=f"r{n}", title=f"oxytocin therapy trial {n}") for n in range(20)]
    others = [ScreeningRecord(key=f"o{n}", title=f"vole milk receptor {n}") for n in range(20)]
    waiting = [ScreeningRecord(key="w1", title="vole milk again"), ScreeningRecord(key="w2", title="oxytocin therapy")]
    decisions = {record.key: record.key.startswith("r") for record in (*relevant, *others)}
    records = [*relevant, *others, *waiting]
    assert rank(records, decisions).basis is Basis.LEARNED
    chosen = rank(records, decisions, drawn=frozenset())
    assert chosen.basis is Basis.COLD
    assert [record.key for record in chosen.records] == ["w2", "w1"]  # the words are learned all the same
    assert (chosen.unseen.expected, chosen.unseen.lowest, chosen.unseen.highest) == (None, 0, 2)
    # Ten of each kind met by chance among ten more that were added for being relevant: the share is that of the ten.
    met = frozenset(f"r{n}" for n in range(10)) | frozenset(f"o{n}" for n in range(20))
    drawn = rank(records, decisions, drawn=met)
    assert drawn.basis is Basis.LEARNED
    assert (drawn.relevant, drawn.irrelevant) == (20, 20)
