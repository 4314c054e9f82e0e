"""The rating: start, levels taken away, upper limits, a person's word beside the computed one, and the statements."""

import re
from dataclasses import replace

import pytest

from corpus.codebook.bias import BiasLevel
from corpus.errors import InvalidInput
from corpus.protocol import read_protocol
from corpus.validity import ValidityGrade
from synthesis.certainty.evidence import Asymmetry, Evidence
from synthesis.certainty.rating import Rating, rate
from synthesis.certainty.sentences import Size, size_of, statement
from synthesis.certainty.vocabulary import Certainty, Concern, Domain, Override, Start, as_override

T = read_protocol().certainty

# Twelve randomised comparisons without any concern.
SOUND = Evidence(
    start=Start.RANDOMISED,
    measure="SMD",
    estimate=0.5,
    ci=(0.4, 0.6),
    pi=(0.3, 0.7),
    i2=10.0,
    study_cis=((0.2, 0.8),) * 12,
    weights=(1.0,) * 12,
    validity=(ValidityGrade.ADEQUATE,) * 12,
    risk_of_bias=(BiasLevel.LOW,) * 12,
    n=1000,
    asymmetry=Asymmetry(test="Egger's test", p=0.6),
)
EMPTY = Evidence(start=Start.RANDOMISED, measure="SMD", estimate=None, ci=None)


def _concern(rating: Rating, domain: Domain) -> Concern:
    return next(rated.concern for rated in rating.domains if rated.domain is domain)


def test_sound_evidence_keeps_its_start() -> None:
    got = rate(SOUND, T)
    assert (got.start, got.level, got.at_most) == (Certainty.HIGH, Certainty.HIGH, False)
    assert [rated.domain for rated in got.domains] == list(Domain)
    assert got.summary == "Certainty is high."


def test_non_randomised_evidence_starts_low() -> None:
    got = rate(replace(SOUND, start=Start.NON_RANDOMISED), T)
    assert (got.start, got.level) == (Certainty.LOW, Certainty.LOW)
    assert got.start_reason == "Evidence from non-randomised comparisons starts low."


def test_levels_add_up_and_stop_at_the_lowest() -> None:
    imprecise = replace(SOUND, n=100)
    assert rate(imprecise, T).level is Certainty.MODERATE
    biased = replace(imprecise, risk_of_bias=(BiasLevel.HIGH,) * 12)
    got = rate(biased, T)
    assert got.level is Certainty.VERY_LOW
    assert got.summary == "Certainty is very low, lowered for very serious risk of bias and serious imprecision."
    assert rate(replace(biased, start=Start.NON_RANDOMISED), T).level is Certainty.VERY_LOW


def test_a_domain_not_judged_makes_the_level_an_upper_limit() -> None:
    got = rate(replace(SOUND, risk_of_bias=(None,) * 12), T)
    assert (got.level, got.at_most) == (Certainty.HIGH, True)
    assert got.summary == "Certainty is at most high. Not judged: risk of bias."


def test_the_lowest_level_is_no_upper_limit() -> None:
    got = rate(replace(SOUND, start=Start.NON_RANDOMISED, n=10, risk_of_bias=(None,) * 12), T)
    assert (got.level, got.at_most) == (Certainty.VERY_LOW, False)


def test_without_evidence_there_is_no_level() -> None:
    got = rate(EMPTY, T)
    assert (got.level, got.at_most, got.summary) == (None, False, "There is no evidence to rate.")


@pytest.mark.parametrize("k", [1, 2])
def test_one_and_two_studies_are_rated(k: int) -> None:
    few = replace(
        SOUND,
        pi=None,
        i2=None if k == 1 else 0.0,
        study_cis=SOUND.study_cis[:k],
        weights=SOUND.weights[:k],
        validity=SOUND.validity[:k],
        risk_of_bias=SOUND.risk_of_bias[:k],
    )
    got = rate(few, T)
    assert got.level is Certainty.HIGH
    assert got.at_most
    assert _concern(got, Domain.SMALL_STUDY_EFFECTS) is Concern.NOT_ASSESSABLE
    assert (_concern(got, Domain.INCONSISTENCY) is Concern.NOT_ASSESSABLE) == (k == 1)


def test_a_person_s_word_replaces_the_computed_one_and_both_are_kept() -> None:
    word = Override(domain=Domain.IMPRECISION, level=Concern.NOT_SERIOUS, reason="Registered power", by="First coder")
    got = rate(replace(SOUND, n=100), T, (word,))
    rated = next(each for each in got.domains if each.domain is Domain.IMPRECISION)
    assert (rated.computed.concern, rated.concern, rated.override) == (Concern.SERIOUS, Concern.NOT_SERIOUS, word)
    assert "100 participants" in rated.computed.reason
    assert got.level is Certainty.HIGH


def test_one_domain_is_overridden_once() -> None:
    word = as_override(domain="indirectness", level="serious", reason="Other patients", by="First coder")
    with pytest.raises(InvalidInput, match="overridden twice"):
        rate(SOUND, T, (word, word))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"domain": "bias"}, "domain 'bias' does not exist; allowed: risk of bias, inconsistency"),
        ({"level": "bad"}, "level 'bad' does not exist; allowed: not serious, serious"),
        ({"reason": " "}, "the override of indirectness has no reason"),
        ({"by": ""}, "the override of indirectness has no by"),
    ],
)
def test_an_override_needs_known_words_a_reason_and_a_name(words: dict[str, str], message: str) -> None:
    given = {"domain": "indirectness", "level": "serious", "reason": "Other patients", "by": "First coder"}
    with pytest.raises(InvalidInput, match=message):
        as_override(**{**given, **words})


def test_an_unknown_measure_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no sizes for the measure 'HR'"):
        rate(replace(SOUND, measure="HR"), T)


@pytest.mark.parametrize(
    ("estimate", "smallest", "expected"),
    [
        (0.0, None, Size.TRIVIAL),
        (0.19, None, Size.TRIVIAL),
        (-0.2, None, Size.SMALL),
        (0.5, None, Size.MODERATE),
        (-0.8, None, Size.LARGE),
        (0.22, 0.24, Size.TRIVIAL),
        (0.24, 0.24, Size.SMALL),
        (0.6, 0.7, Size.TRIVIAL),
        (0.15, 0.1, Size.SMALL),
    ],
)
def test_size(estimate: float, smallest: float | None, expected: Size) -> None:
    assert size_of(estimate, "SMD", T, smallest) is expected


@pytest.mark.parametrize("estimate", [float("nan"), float("inf")])
def test_a_size_needs_a_finite_estimate(estimate: float) -> None:
    with pytest.raises(InvalidInput, match="finite"):
        size_of(estimate, "SMD", T)


@pytest.mark.parametrize(
    ("level", "size", "measure", "expected"),
    [
        (Certainty.HIGH, Size.LARGE, "SMD", "There is a large difference: favours oxytocin."),
        (Certainty.MODERATE, Size.SMALL, "ZCOR", "There is probably a small relation: favours oxytocin."),
        (Certainty.LOW, Size.MODERATE, "OR", "There may be a moderate difference: favours oxytocin."),
        (Certainty.LOW, Size.TRIVIAL, "SMD", "There may be little or no difference."),
        (
            Certainty.VERY_LOW,
            Size.LARGE,
            "SMD",
            "The evidence is very uncertain about whether there is any difference.",
        ),
        (None, None, "SMD", "No study gives evidence that could be rated."),
    ],
)
def test_statement(level: Certainty | None, size: Size | None, measure: str, expected: str) -> None:
    assert statement(level, size, at_most=False, measure=measure, direction="favours oxytocin") == expected


def test_no_statement_holds_a_figure_and_all_but_the_very_uncertain_differ() -> None:
    words = {
        (level, size): statement(level, size, at_most=False, measure="SMD", direction="favours oxytocin")
        for level in Certainty
        for size in Size
    }
    assert not any(re.search(r"\d", sentence) for sentence in words.values())
    sure = [sentence for (level, _), sentence in words.items() if level is not Certainty.VERY_LOW]
    assert len(set(sure)) == len(sure) == 12


def test_an_upper_limit_says_so() -> None:
    got = statement(Certainty.MODERATE, Size.TRIVIAL, at_most=True, measure="SMD", direction="favours oxytocin")
    assert got == (
        "There is probably little or no difference. It may be less certain than that: not every domain could be judged."
    )
