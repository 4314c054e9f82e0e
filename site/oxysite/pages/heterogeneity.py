"""How much the studies of an answer differ, and what that means for the next one.

Never computes an interval; it words what the examination holds.
"""

from dataclasses import dataclass

from oxysite.figures.specifications import share_words
from oxysite.numbers import number, p_value, span
from oxysite.pages.drawn import SCALES, sides
from synthesis.answers import Answer
from synthesis.examination import Spread
from synthesis.pooling.heterogeneity import HeterogeneityInterval, IntervalMethod
from synthesis.pooling.pool import Pooled
from synthesis.pooling.prediction import Convention, Prediction
from synthesis.wording import SHOWN_PREDICTION_FROM, tau2_text

_INTERVALS = {IntervalMethod.Q_PROFILE: "Q-profile", IntervalMethod.PROFILE_LIKELIHOOD: "profile likelihood"}
_CONVENTIONS = {
    Convention.METAFOR: "as the test of the mean",
    Convention.HTS: "Higgins, Thompson and Spiegelhalter",
    Convention.RILEY: "Riley, Higgins and Deeks",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalRow:
    """One interval of the heterogeneity in words; a dash where it is not defined."""

    name: str
    tau2: str
    tau: str
    i2: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionRow:
    """One prediction interval."""

    name: str
    distribution: str
    interval: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeterogeneityView:
    """What a page says on heterogeneity, the line first."""

    line: str
    sentences: tuple[str, ...]
    intervals: tuple[IntervalRow, ...] = ()
    predictions: tuple[PredictionRow, ...] = ()


def heterogeneity_view(answer: Answer) -> HeterogeneityView | None:
    """Heterogeneity of an answer, or None where fewer than two studies are pooled."""
    pooled = answer.pooled
    if pooled is None or pooled.tau2 is None or pooled.q is None or pooled.q_df is None or pooled.q_p is None:
        return None
    if answer.examination is None or answer.examination.spread is None:
        return None
    spread = answer.examination.spread
    parts = [
        f"τ² {tau2_text(pooled.tau2)}{_in_brackets(spread.intervals)}",
        f"I² {number(pooled.i2 or 0.0, 0)}%",
        f"H² {number(pooled.h2 or 1.0)}",
        f"Q {number(pooled.q)} on {pooled.q_df} df, {p_value(pooled.q_p)}",
    ]
    expected = [_prediction_row(answer, one) for one in _distinct(spread.predictions)]
    return HeterogeneityView(
        line="; ".join(parts) + ".",
        sentences=tuple(_sentences(answer, pooled, spread)),
        intervals=tuple(_interval_row(one) for one in spread.intervals),
        predictions=tuple(expected),
    )


def _in_brackets(intervals: tuple[HeterogeneityInterval, ...]) -> str:
    given = [
        f"{tau2_text(one.tau2[0])} to {tau2_text(one.tau2[1])} by {_INTERVALS[one.method]}"
        for one in intervals
        if one.tau2 is not None
    ]
    return f" (95% interval {', '.join(given)})" if given else ""


def _sentences(answer: Answer, pooled: Pooled, spread: Spread) -> list[str]:
    scale, both = SCALES[answer.question.measure], sides(answer.question)
    said = []
    expected = [one for one in _distinct(spread.predictions) if one.interval is not None]
    if pooled.k >= SHOWN_PREDICTION_FROM and expected:
        ranges = [
            f"between {scale.text(low)} and {scale.text(high)} ({_df(one)})" for one, low, high in _bounds(expected)
        ]
        said.append(f"The true effect of a new study is expected {', or '.join(ranges)}.")
    new = spread.new_study
    if new.beyond_smallest is None or new.wrong_side is None:
        said += new.warnings
    else:
        line = f"{scale.symbol} {scale.text(new.smallest)}"
        meant = (
            f"the smallest effect of interest, {line}"
            if answer.question.smallest_effect
            else f"{line}, where small effects begin"
        )
        said.append(
            f"The chance that it lies beyond {meant}, on the side “{both.high}”, is {share_words(new.beyond_smallest)}; "
            f"that it lies on the other side of zero (“{both.low}”), {share_words(new.wrong_side)}."
        )
    return said


def _bounds(predictions: list[Prediction]) -> list[tuple[Prediction, float, float]]:
    return [(one, *one.interval) for one in predictions if one.interval is not None]


def _distinct(predictions: tuple[Prediction, ...]) -> list[Prediction]:
    """The conventions that differ: Riley's is told only where the other with k − 2 has no interval."""
    hts = next(one for one in predictions if one.convention is Convention.HTS)
    return [one for one in predictions if one.convention is not Convention.RILEY or hts.interval is None]


def _interval_row(interval: HeterogeneityInterval) -> IntervalRow:
    name = _INTERVALS[interval.method]
    return IntervalRow(
        name=name[0].upper() + name[1:],
        tau2="–" if interval.tau2 is None else " to ".join(tau2_text(end) for end in interval.tau2),
        tau="–" if interval.tau is None else span(*interval.tau),
        i2="–" if interval.i2 is None else f"{span(*interval.i2, 0)}%",
        words=tuple(warning.replace("tau²", "τ²") for warning in interval.warnings),
    )


def _prediction_row(answer: Answer, prediction: Prediction) -> PredictionRow:
    scale = SCALES[answer.question.measure]
    return PredictionRow(
        name=_CONVENTIONS[prediction.convention],
        distribution=_df(prediction) if prediction.interval is not None else "–",
        interval="–" if prediction.interval is None else " to ".join(scale.text(end) for end in prediction.interval),
        words=prediction.warnings,
    )


def _df(prediction: Prediction) -> str:
    return "normal" if prediction.df is None else f"t with {prediction.df} df"
