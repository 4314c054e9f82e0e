"""The band of assumed correlations: each estimate at its ends, the pool between them, and where the conclusion turns."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.codebook import Design
from corpus.domain import AssumedInput, Corpus, Effect, Printed
from corpus.effectsizes import compute
from corpus.errors import InvalidInput
from corpus.estimation import estimate_corpus
from synthesis.answers import answer_questions
from synthesis.correlation_band import HIGHEST, LOWEST, CorrelationBand, correlation_band
from synthesis.multiverse.curve import Conclusion
from synthesis.pooling.pool import Test, pool
from synthesis.questions import load_questions
from synthesis.selection import select
from tests.builders import corpus, effect, study
from tests.examples import curated

CROSSOVER = {"m1": "10.0", "sd1": "4.0", "m2": "12.0", "sd2": "4.0", "n": "20"}
GAIN = {"m_pre1": "20", "sd_pre1": "4", "m_post1": "14", "n1": "20", "r1": "0.6"} | {
    "m_pre2": "20", "sd_pre2": "4", "m_post2": "16", "n2": "20",
}  # fmt: skip


def crossover(key: str, *assumed: AssumedInput, m1: str = "10.0", **inputs: str) -> Effect:
    base = effect(key).computation
    assert base is not None
    given = CROSSOVER | {"m1": m1} | inputs
    computation = replace(
        base, kind="crossover", inputs={name: Printed(value) for name, value in given.items()}, assumed=assumed
    )
    return effect(key, computation=computation)


def gain(*assumed: AssumedInput) -> Effect:
    base = effect("gain").computation
    assert base is not None
    inputs = {name: Printed(value) for name, value in GAIN.items()}
    return effect("gain", computation=replace(base, kind="change", inputs=inputs, assumed=assumed))


def assumed(value: str = "0.5", low: str = "", high: str = "", name: str = "r") -> AssumedInput:
    ends = {"low": Printed(low), "high": Printed(high)} if low else {}
    return AssumedInput(name=name, value=Printed(value), reason="not reported", **ends)


def crossed(key: str, coded: Effect) -> Corpus:
    return corpus(study(key, coded, design=Design.CROSSOVER_RCT))


def band(whole: Corpus, test: Test = Test.KNHA) -> CorrelationBand | None:
    asked = next(q for q in load_questions() if q.id == "ot-augmented-symptoms")
    question = replace(asked, choices=(), test=test)
    selection = select(whole, question, {})
    return correlation_band(question, selection.tier_a, selection.eligible_a)


def found(whole: Corpus, test: Test = Test.KNHA) -> CorrelationBand:
    result = band(whole, test)
    assert result is not None
    return result


def test_an_estimate_is_computed_at_both_ends_of_its_coded_band_with_its_sign_aligned() -> None:
    (one,) = found(crossed("one", crossover("post", assumed("0.5", "0.3", "0.8")))).effects
    assert (one.coded_band, one.in_pool, one.used.r, one.low.r, one.high.r) == (True, True, 0.5, 0.3, 0.8)
    for at in (one.used, one.low, one.high):
        alone = compute("crossover", CROSSOVER | {"r": at.r})
        assert at.yi == pytest.approx(-alone.yi, rel=1e-15)  # lower is better
        assert at.vi == pytest.approx(alone.vi, rel=1e-15)
    assert one.low.vi > one.used.vi > one.high.vi


def test_without_a_coded_band_the_wide_one_is_taken() -> None:
    (one,) = found(crossed("one", crossover("post", assumed()))).effects
    assert (one.coded_band, one.low.r, one.high.r) == (False, LOWEST, HIGHEST)


def test_a_band_among_the_inputs_is_an_assumption_too() -> None:
    (one,) = found(crossed("one", crossover("post", r_lo="0.2", r_hi="0.6"))).effects
    assert (one.coded_band, one.low.r, one.high.r) == (True, 0.2, 0.6)
    assert one.used.r == pytest.approx(0.4, rel=1e-15)


def test_a_printed_correlation_and_one_worked_out_from_t_are_not_assumed() -> None:
    assert band(crossed("one", crossover("post", r="0.5"))) is None
    assert band(crossed("one", crossover("post", t="-2.1"))) is None
    assert band(corpus(study("one", effect("post")))) is None
    assert band(corpus()) is None


def test_an_assumed_correlation_of_one_arm_leaves_the_printed_one_of_the_other() -> None:
    (one,) = found(corpus(study("one", gain(assumed("0.7", name="r2"))))).effects
    assert one.low.vi == pytest.approx(compute("change", GAIN | {"r2": LOWEST}).vi, rel=1e-15)
    assert one.high.vi == pytest.approx(compute("change", GAIN | {"r2": HIGHEST}).vi, rel=1e-15)


def test_the_pool_is_recomputed_at_each_common_correlation() -> None:
    effects = [
        crossover("post", assumed("0.5", low, high), m1=m1)
        for low, high, m1 in (("0.3", "0.7", "9.0"), ("0.2", "0.6", "11.0"))
    ]
    whole = corpus(
        *(study(f"s{i}", one, design=Design.CROSSOVER_RCT) for i, one in enumerate(effects)),
        study("plain", effect("post")),
    )
    result = found(whole)
    assert result.pool is not None
    assert (result.pool.low, result.pool.high) == (0.2, 0.7)
    assert "The bands of the estimates differ" in result.warnings[0]
    plain = compute("two-groups", {"m1": 10, "sd1": 4, "n1": 20, "m2": 12, "sd2": 4, "n2": 20})
    for at in result.pool.pools:
        sizes = [compute("crossover", CROSSOVER | {"m1": m1, "r": at.r}) for m1 in (9.0, 11.0)] + [plain]
        expected = pool([-size.yi for size in sizes], [size.vi for size in sizes])
        assert at.estimate == pytest.approx(expected.estimate, rel=1e-12)
        assert at.ci == pytest.approx(expected.ci, rel=1e-12)
    estimates = [at.estimate for at in result.pool.pools]
    assert result.pool.estimate == (min(estimates), max(estimates))
    assert result.pool.ci[0] == min(at.ci[0] for at in result.pool.pools)


def test_the_correlation_at_which_the_conclusion_turns_is_found() -> None:
    means = ("11.2", "11.3")
    result = found(
        corpus(
            *(
                study(f"s{i}", crossover("post", assumed(), m1=m1), design=Design.CROSSOVER_RCT)
                for i, m1 in enumerate(means)
            )
        ),
        test=Test.Z,
    )
    assert result.pool is not None
    kinds = [at.conclusion for at in result.pool.pools]
    assert (kinds[0], kinds[-1]) == (Conclusion.INCLUDES, Conclusion.ABOVE)
    (turn,) = result.pool.turns
    assert (turn.below, turn.above) == (Conclusion.INCLUDES, Conclusion.ABOVE)
    lower_ends = []
    for r in (turn.r - 1e-5, turn.r + 1e-5):
        sizes = [compute("crossover", CROSSOVER | {"m1": float(m1), "r": r}) for m1 in means]
        lower_ends.append(pool([-size.yi for size in sizes], [size.vi for size in sizes], test=Test.Z).ci[0])
    assert lower_ends[0] < 0 < lower_ends[1]


def test_one_sample_has_a_band_and_no_turn() -> None:
    result = found(crossed("one", crossover("post", assumed())))
    assert result.pool is not None
    assert {at.conclusion for at in result.pool.pools} == {Conclusion.ONE_SAMPLE}
    assert result.pool.turns == ()


def test_an_estimate_beside_the_pool_is_listed_and_leaves_the_pool_alone() -> None:
    whole = corpus(study("one", effect("a"), crossover("b", assumed())))
    result = found(whole)
    assert [one.in_pool for one in result.effects] == [False]
    assert result.pool is None
    assert "No estimate of the pool itself rests on an assumed correlation" in result.warnings[0]


def test_a_correlation_at_which_nothing_can_be_computed_names_the_effect() -> None:
    whole = corpus(study("one", gain(assumed("0.7", "0.2", "1.5", name="r2"))))
    with pytest.raises(InvalidInput, match=r"one/gain at r = 1\.5: change: "):
        band(whole)


def test_the_curated_questions_pool_as_their_answers_do_at_the_correlation_used(root: Path) -> None:
    for answer in answer_questions(estimate_corpus(curated(root))):
        result = correlation_band(answer.question, answer.selection.tier_a, answer.selection.eligible_a)
        if result is None or result.pool is None or answer.pooled is None:
            continue
        used = [one.used.r for one in result.effects if one.in_pool]
        near = [at for at in result.pool.pools if all(at.r == pytest.approx(r) for r in used)]
        assert all(at.estimate == pytest.approx(answer.pooled.estimate, rel=1e-9) for at in near)
        assert result.pool.estimate[0] <= answer.pooled.estimate <= result.pool.estimate[1]
