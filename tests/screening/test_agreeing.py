"""From decisions to agreement: each two, all of three, and the reason where people exclude."""

import pytest

from corpus.domain.screening import Stage, Verdict
from corpus.works.agreeing import stage_agreement

TITLES = Stage.TITLE_ABSTRACT


def opinions(*said: tuple[int, str, str]) -> dict[str, dict[str, tuple[Verdict, str]]]:
    """By work and person; what sends a work to full text counts as one."""
    found: dict[str, dict[str, tuple[Verdict, str]]] = {}
    for work, who, text in said:
        verdict, _, reason = text.partition(" ")
        found.setdefault(f"pubmed:{work}", {})[who] = (Verdict(verdict), reason)
    return found


def test_agreement_on_the_reason_is_told_among_works_that_both_excluded() -> None:
    anna = ["exclude rats", "exclude rats", "exclude review", "include", "include", "exclude rats"]
    bo = ["exclude rats", "exclude review", "exclude review", "include", "include", "include"]
    said = [(at, who, one) for who, held in (("anna", anna), ("bo", bo)) for at, one in enumerate(held)]
    found = stage_agreement(TITLES, opinions(*said))
    (two,) = found.pairs
    assert two.verdict.n == 6
    assert two.verdict.observed == pytest.approx(5 / 6)
    assert two.reason is not None
    assert two.reason.categories == ("rats", "review")
    assert two.reason.table == ((1, 1), (0, 1))
    assert two.reason.observed == pytest.approx(2 / 3)
    assert (found.all, found.all_reasons) == (None, None)  # two people: nothing beside their pair


def test_three_people_have_one_alpha_of_all_and_each_pair_its_own() -> None:
    said = [(at, who, "exclude rats") for at in range(4) for who in ("anna", "bo", "cy")]
    said += [(at, who, "include") for at in range(4, 8) for who in ("anna", "cy")]
    said += [(at, "bo", "exclude review") for at in range(4, 6)]
    found = stage_agreement(TITLES, opinions(*said))
    assert [(two.verdict.first, two.verdict.second, two.verdict.n) for two in found.pairs] == [
        ("anna", "bo", 6),
        ("anna", "cy", 8),
        ("bo", "cy", 6),
    ]
    assert found.all is not None
    assert found.all_reasons is not None
    assert (found.all.reviewers, found.all.n) == (3, 8)
    assert found.all_reasons.n == 4
    assert found.all_reasons.observed == 1
    assert found.all_reasons.alpha.estimate is None  # one reason only
    alone = stage_agreement(Stage.FULL_TEXT, opinions((9, "anna", "include")))
    assert (alone.pairs, alone.all) == ((), None)
