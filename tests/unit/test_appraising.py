"""Judgements in the corpus against their answers: what `oxysynth check` finds, what files may not say, what counts as bias."""

from dataclasses import replace

import pytest

from corpus.appraising import appraised, levels_for
from corpus.checks import Finding, examine
from corpus.codebook import BiasAnswer, BiasLevel, MissingReason
from corpus.domain import BiasJudgement, Missing, Study
from tests import builders

YES, NO, NI, NA = BiasAnswer.YES, BiasAnswer.NO, BiasAnswer.NO_INFORMATION, BiasAnswer.NOT_APPLICABLE
ANSWERS = {"q3_1": NO, "q3_2": NO, "q3_3": YES, "q3_4": NO}
SOME = BiasJudgement(
    instrument="rob2",
    domain="missing_data",
    level=BiasLevel.SOME_CONCERNS,
    support="made up",
    effect="post",
    answers=ANSWERS,
)
UNREAD = Missing(MissingReason.NOT_ACCESSIBLE)


def with_judgements(*judgements: BiasJudgement) -> Study:
    return builders.study("made", builders.effect("post"), builders.effect("later"), risk_of_bias=judgements)


def found(*judgements: BiasJudgement) -> list[Finding]:
    return [one for one in examine(builders.corpus(with_judgements(*judgements))) if "made" in one.where]


@pytest.mark.parametrize(
    "sound",
    [
        SOME,
        replace(SOME, level=BiasLevel.HIGH, reason="nobody says why a third left"),
        replace(SOME, level=UNREAD, answers={}),
        replace(SOME, answers=ANSWERS | {"q3_4": YES}, level=BiasLevel.HIGH),
        replace(
            SOME, answers={"q3_1": YES, "q3_2": NA}, level=BiasLevel.LOW
        ),  # as the tool itself notes what is not asked
        replace(SOME, instrument="quips", domain="outcome", effect="", answers={}, level=UNREAD),
    ],
)
def test_a_judgement_that_fits_its_answers_is_no_finding(sound: BiasJudgement) -> None:
    assert found(sound) == []


@pytest.mark.parametrize(
    ("wrong", "severity", "message"),
    [
        (replace(SOME, level=BiasLevel.LOW), "error", "judged low risk, where the algorithm says some concerns; give the reason"),
        (replace(SOME, answers={"q3_1": YES, "q3_3": YES}, level=BiasLevel.LOW), "error", "q3_3 has an answer, but"),
        (replace(SOME, answers={"q3_1": NO, "q3_2": NO}, level=UNREAD), "warning", "not answered: 3.3"),
        (replace(SOME, answers={}), "warning", "not answered: 3.1"),
        (replace(SOME, answers={"q9_1": YES}), "error", "'q9_1' is no question of RoB 2, Missing outcome data; allowed: q3_1, q3_2"),
        (replace(SOME, answers=ANSWERS | {"q3_2": NI}), "error", "saw 'no_information'; allowed: yes, probably_yes"),
        (replace(SOME, level=BiasLevel.CRITICAL, reason="x"), "error", "saw 'critical'; RoB 2 knows low, some_concerns, high"),
        (replace(SOME, effect="nowhere"), "error", "nowhere"),
        (replace(SOME, outcome="score"), "error", "for one effect, or for an outcome, not for both"),
    ],
)  # fmt: skip
def test_a_judgement_that_does_not_fit_is_found(wrong: BiasJudgement, severity: str, message: str) -> None:
    assert [one for one in found(wrong) if one.severity == severity and message in one.message], found(wrong)


def test_the_same_domain_is_judged_once_for_a_result() -> None:
    assert found(SOME, replace(SOME, effect="later")) == []
    assert any("a second time for the same result" in one.message for one in found(SOME, SOME))


def test_the_overall_judgement_is_held_against_the_domains_of_the_same_result_only() -> None:
    overall = replace(SOME, domain="overall", answers={}, level=BiasLevel.LOW)
    domains = [
        replace(SOME, domain=domain, answers={}, level=BiasLevel.LOW)
        for domain in ("randomisation", "deviations", "measurement", "reporting")
    ]
    low = replace(SOME, answers={"q3_1": YES}, level=BiasLevel.LOW)
    for missing_data, departs in ((low, False), (SOME, True)):
        study = with_judgements(*domains, missing_data, overall, replace(SOME, effect="later", level=BiasLevel.HIGH))
        (one,) = [one for one in appraised(study) if one.domain.key == "overall"]
        assert one.departs is departs
    unfinished = with_judgements(*domains, overall)
    assert [one.suggested for one in appraised(unfinished) if one.domain.key == "overall"] == [None]


def test_an_effect_takes_the_levels_of_its_result_its_outcome_and_its_study_but_none_of_trust() -> None:
    study = with_judgements(
        SOME,
        replace(SOME, effect="later", level=BiasLevel.HIGH),
        replace(SOME, effect="", outcome="score", level=BiasLevel.LOW),
        replace(SOME, effect="", domain="reporting", answers={}, level=UNREAD),
        replace(SOME, effect="", instrument="inspect_sr", domain="results", answers={}, level=BiasLevel.HIGH),
    )
    assert levels_for(study, "score", "post") == [BiasLevel.SOME_CONCERNS, BiasLevel.LOW, UNREAD]
    assert levels_for(study, "other", "later") == [BiasLevel.HIGH, UNREAD]
