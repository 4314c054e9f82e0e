"""From decisions to agreement: each two, all of three, and the reason where people exclude."""

from datetime import UTC, datetime

import pytest

from corpus.domain.screening import Decision, Stage, Verdict
from corpus.works.agreeing import stage_agreement

TITLES = Stage.TITLE_ABSTRACT


def made(work: int, who: str, said: str, stage: Stage = TITLES) -> tuple[str, Decision]:
    verdict, _, reason = said.partition(" ")
    at = datetime(2026, 1, 5, tzinfo=UTC)
    record = f"pubmed:{work}"
    return record, Decision(record=record, stage=stage, who=who, verdict=Verdict(verdict), reason=reason, at=at)


def test_agreement_on_the_reason_is_told_among_works_that_both_excluded() -> None:
    anna = ["exclude rats", "exclude rats", "exclude review", "include", "maybe", "exclude rats"]
    bo = ["exclude rats", "exclude review", "exclude review", "maybe", "include", "include"]
    decisions = [made(at, who, one) for who, said in (("anna", anna), ("bo", bo)) for at, one in enumerate(said)]
    found = stage_agreement(TITLES, decisions)
    (two,) = found.pairs
    assert two.verdict.n == 6
    assert two.verdict.observed == pytest.approx(5 / 6)
    assert two.reason is not None
    assert two.reason.categories == ("rats", "review")
    assert two.reason.table == ((1, 1), (0, 1))
    assert two.reason.observed == pytest.approx(2 / 3)
    assert (found.all, found.all_reasons) == (None, None)  # two people: nothing beside their pair


def test_three_people_have_one_alpha_of_all_and_each_pair_its_own() -> None:
    decisions = [made(at, who, "exclude rats") for at in range(4) for who in ("anna", "bo", "cy")]
    decisions += [made(at, who, "include") for at in range(4, 8) for who in ("anna", "cy")]
    decisions += [made(at, "bo", "exclude review") for at in range(4, 6)]
    decisions += [made(9, "anna", "include", Stage.FULL_TEXT)]
    found = stage_agreement(TITLES, decisions)
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
    alone = stage_agreement(Stage.FULL_TEXT, decisions)
    assert (alone.pairs, alone.all) == ((), None)
