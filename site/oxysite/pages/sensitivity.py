"""Whether an answer hangs on the method, on one study, or on a correlation that was assumed.

Never computes an alternative; it words and draws those that come with the answer.
"""

from dataclasses import dataclass

from markupsafe import Markup

from oxysite.figures import Interval, LeaveOneOutPlot, WithoutRow, draw_leave_one_out
from oxysite.links import study_path
from oxysite.numbers import number, span
from oxysite.pages.drawn import ROOT, SCALES, sides
from synthesis.answers import Answer
from synthesis.correlation_band import EffectBand, EstimateAt, PoolBand
from synthesis.multiverse.curve import Conclusion
from synthesis.pooling.pool import Pooled
from synthesis.wording import count, tau2_text

_METHODS = {"FE": "Equal effects (FE)", "REML": "REML, as the question asks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BandRow:
    """One estimate that rests on an assumed correlation, over its band."""

    name: str
    effect: str
    href: str
    in_pool: bool
    coded_band: bool
    r: str  # as used, and the band
    low: str  # the estimate at the low end, as used, at the high end
    used: str
    high: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BandView:
    """What assumed correlations do to an answer."""

    sentence: str
    pools: tuple[tuple[str, str, str], ...]  # correlation, estimate with interval, conclusion
    rows: tuple[BandRow, ...]
    notes: tuple[str, ...]


def method_rows(answer: Answer) -> list[tuple[str, int, str, str]]:
    """(choice, k, estimate with interval, tau²) of the same data under other choices."""
    if answer.pooled is None or answer.pooled.k < 2:
        return []
    scale = SCALES[answer.question.measure]

    def row(name: str, pooled: Pooled) -> tuple[str, int, str, str]:
        text = f"{scale.text(pooled.estimate)} {scale.interval_text(*pooled.ci)}"
        return name, pooled.k, text, "–" if pooled.tau2 is None else tau2_text(pooled.tau2)

    rows = [row(_method_name(pooled), pooled) for pooled in answer.by_method]
    if answer.robust is not None:
        robust = answer.robust
        name = f"All eligible effects, cluster-robust (CR2, {number(robust.df, 1)} df)"
        text = f"{scale.text(robust.estimate)} {scale.interval_text(*robust.ci)}"
        rows.append((name, len(answer.selection.eligible_a), text, "–"))
    if answer.least_favourable is not None:
        rows.append(row("Each sample’s least favourable eligible effect", answer.least_favourable))
    if answer.most_favourable is not None:
        rows.append(row("Each sample’s most favourable eligible effect", answer.most_favourable))
    return rows


def methods_sentence(answer: Answer) -> str:
    """What the other choices come to, in one look; empty where nothing is pooled."""
    if not method_rows(answer):
        return ""
    scale = SCALES[answer.question.measure]
    low, high = (scale.text(end(one.estimate for one in answer.by_method)) for end in (min, max))
    estimators = count(len(answer.by_method), "way", "ways")
    told = f"{estimators} to pool the same estimates give {scale.symbol} {low if low == high else f'{low} to {high}'}."
    others = []
    if answer.robust is not None:
        others.append(f"all eligible effects together give {scale.text(answer.robust.estimate)}")
    if answer.least_favourable is not None and answer.most_favourable is not None:
        least, most = scale.text(answer.least_favourable.estimate), scale.text(answer.most_favourable.estimate)
        others.append(f"each sample’s least and most favourable effect {least} and {most}")
    together = ", ".join(others)
    return f"{told} {together[0].upper()}{together[1:]}." if together else told


def draw_without_each(answer: Answer) -> Markup | None:
    """The pooled effect without each study in turn, or None where there are too few."""
    if not answer.leave_one_out or answer.pooled is None:
        return None
    rows = []
    for without in answer.leave_one_out:
        candidate = answer.selection.tier_a[without.omitted]
        rows.append(
            WithoutRow(
                name=candidate.study.label,
                interval=Interval(without.estimate, *without.ci),
                href=ROOT + study_path(candidate.study.key, candidate.effect.key),
            )
        )
    return draw_leave_one_out(
        LeaveOneOutPlot(
            id=f"without-{answer.question.id}",
            title="The pooled effect without each study in turn",
            scale=SCALES[answer.question.measure],
            sides=sides(answer.question),
            rows=tuple(rows),
            overall=Interval(answer.pooled.estimate, *answer.pooled.ci),
        )
    )


def band_view(answer: Answer) -> BandView | None:
    """The band of assumed correlations, or None where no eligible estimate rests on one."""
    band = answer.examination.band if answer.examination else None
    if band is None:
        return None
    scale = SCALES[answer.question.measure]
    pools = band.pool.pools if band.pool else ()
    return BandView(
        sentence=_band_sentence(answer, band.pool, sum(one.in_pool for one in band.effects)) if band.pool else "",
        pools=tuple(
            (number(at.r), f"{scale.text(at.estimate)} {scale.interval_text(*at.ci)}", at.conclusion.value)
            for at in pools
        ),
        rows=tuple(_band_row(answer, one) for one in band.effects),
        notes=band.warnings,
    )


def _band_sentence(answer: Answer, pool: PoolBand, inside: int) -> str:
    scale = SCALES[answer.question.measure]
    low, high = scale.text(pool.estimate[0]), scale.text(pool.estimate[1])
    told = (
        f"{count(inside, 'pooled estimate rests', 'pooled estimates rest')} on a correlation that no source gives. "
        f"With it at {span(pool.low, pool.high)}, the result is {scale.symbol} {low if low == high else f'{low} to {high}'}, "
        f"and every interval stays within {scale.text(pool.ci[0])} and {scale.text(pool.ci[1])}."
    )
    if pool.pools[0].conclusion is Conclusion.ONE_SAMPLE:
        return told
    if not pool.turns:
        return f"{told} The conclusion does not turn: at every such correlation the {pool.pools[0].conclusion.value}."
    turns = [f"at {number(turn.r)} from “{turn.below.value}” to “{turn.above.value}”" for turn in pool.turns]
    return f"{told} The conclusion turns {', and '.join(turns)}."


def _band_row(answer: Answer, band: EffectBand) -> BandRow:
    candidate = next(
        one for one in answer.selection.eligible_a if (one.study.key, one.effect.key) == (band.study, band.effect)
    )
    scale = SCALES[answer.question.measure]

    def text(at: EstimateAt) -> str:
        return f"{scale.text(at.yi)} (SE {number(at.vi**0.5)})"

    return BandRow(
        name=candidate.study.label,
        effect=candidate.effect.key.replace("_", " "),
        href=ROOT + study_path(band.study, band.effect),
        in_pool=band.in_pool,
        coded_band=band.coded_band,
        r=f"{number(band.used.r)} ({span(band.low.r, band.high.r)})",
        low=text(band.low),
        used=text(band.used),
        high=text(band.high),
    )


def _method_name(pooled: Pooled) -> str:
    test = "z" if pooled.test.value == "z" else "Hartung–Knapp"
    return f"{_METHODS.get(pooled.method.value, pooled.method.value)}, {test}"
