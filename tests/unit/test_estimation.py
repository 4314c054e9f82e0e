"""An effect becomes an estimate whose sign follows from coded directions alone."""

from dataclasses import replace
from typing import Any

import pytest

from corpus.codebook import EffectRole, MissingReason, PositiveMeans, Tier
from corpus.domain import AssumedInput, Computation, Effect, Estimate, Missing, Printed
from corpus.estimation import Refusal, estimate_corpus, estimate_effect
from tests.examples import corpus, effect, study

SAME = 1e-4  # the published figures have four decimals


def computation(**changes: Any) -> Computation:
    base = effect().computation
    assert base is not None
    return replace(base, **changes)


def estimated(coded: Effect, **outcome: Any) -> Estimate | Refusal:
    changed = study(outcomes=(replace(study().outcomes[0], **outcome),)) if outcome else study()
    return estimate_effect(changed, coded)


@pytest.mark.parametrize(
    ("means", "higher_is_better", "sign", "alignment"),
    [
        (PositiveMeans.HIGHER_OUTCOME, True, 1, "sign kept: social anxiety: higher is better (a scale of symptoms)"),
        (PositiveMeans.HIGHER_OUTCOME, False, -1, "sign turned: social anxiety: lower is better (a scale of symptoms)"),
        (PositiveMeans.FAVOURS_OXYTOCIN, False, 1, "sign kept: in the source positive favours oxytocin (means by arm)"),
        (PositiveMeans.FAVOURS_COMPARATOR, True, -1, "sign turned: in the source positive favours the comparator"),
    ],
)
def test_the_sign_is_aligned_and_said(means: PositiveMeans, higher_is_better: bool, sign: int, alignment: str) -> None:
    found = estimated(effect(computation=computation(positive_means=means)), higher_is_better=higher_is_better)
    assert isinstance(found, Estimate)
    assert found.yi == pytest.approx(sign * 0.3168, abs=SAME)
    assert found.vi == pytest.approx(0.1623, abs=SAME)
    assert found.measure == "SMD"
    assert found.alignment.startswith(alignment)
    assert found.alignment in found.formula
    assert found.inputs["m2"] == 52.3
    assert found.code_version


@pytest.mark.parametrize(
    ("changes", "outcome", "reason"),
    [
        ({"tier": Tier.C, "computation": None}, {}, "tier C: no estimate can be computed"),
        (
            {"computation": computation(positive_means=PositiveMeans.UNCLEAR)},
            {},
            "what a positive number means is not known",
        ),
        ({}, {"higher_is_better": Missing(MissingReason.UNCLEAR)}, "direction of the outcome is not coded"),
        ({"computation": computation(kind="guess")}, {}, "unknown kind 'guess'"),
        ({"computation": computation(options={"n1": "12"})}, {}, "n1 given both as printed and as option or assumed"),
        ({"computation": computation(inputs={"m1": Printed("1")})}, {}, "missing; example:"),
    ],
)
def test_what_cannot_be_estimated_is_refused_with_the_reason(
    changes: dict[str, Any], outcome: dict[str, Any], reason: str
) -> None:
    found = estimated(effect(**changes), **outcome)
    assert isinstance(found, Refusal)
    assert (found.study, found.effect) == ("guastella2009", "lsas_post")
    assert reason in found.reason


def test_oxytocin_as_the_result_needs_no_good_side() -> None:
    coded = effect(role=EffectRole.OT_AS_OUTCOME)
    found = estimated(coded, higher_is_better=Missing(MissingReason.NOT_APPLICABLE))
    assert isinstance(found, Estimate)
    assert found.yi > 0
    assert found.alignment == "sign kept: oxytocin is the result, so positive means more oxytocin"


def test_an_assumed_correlation_is_named_with_its_band_and_what_its_ends_give() -> None:
    inputs = {"m1": "30.6", "sd1": "15.0", "m2": "38.5", "sd2": "11.6", "n": "20"}
    assumed = AssumedInput(
        name="r", value=Printed("0.5"), low=Printed("0.3"), high=Printed("0.8"), reason="none is reported"
    )
    crossover = computation(
        kind="crossover", inputs={name: Printed(value) for name, value in inputs.items()}, assumed=(assumed,)
    )
    found = estimated(effect(computation=crossover))
    assert isinstance(found, Estimate)
    (text,) = found.assumptions
    assert text.startswith("r = 0.5 (0.3 to 0.8): none is reported")
    assert "r = 0.3 gives" in text
    assert "r = 0.8 gives" in text


def test_every_effect_of_the_corpus_that_can_be_is_estimated() -> None:
    second = effect(key="second", tier=Tier.C, computation=None)
    found = estimate_corpus(corpus(study(effects=(effect(), second))))
    assert [(estimate.study, estimate.effect) for estimate in found.estimates] == [("guastella2009", "lsas_post")]
