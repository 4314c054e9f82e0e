"""A Bayesian view of an answer: the declared prior, what every other prior would give, and the result year by year.

Never integrates and never picks a prior; all that are declared are shown, the first as the answer.
"""

from dataclasses import dataclass

from markupsafe import Markup

from corpus.domain import Corpus
from oxysite.figures import (
    CumulativePlot,
    CumulativeRow,
    DensityCurve,
    DensityPlot,
    Interval,
    Scale,
    draw_cumulative,
    draw_densities,
)
from oxysite.figures.specifications import share_words
from oxysite.numbers import number, ratio
from oxysite.pages.drawn import SCALES, interval_of, sides
from synthesis.answers import Answer
from synthesis.bayes.anytime import AnytimeValid
from synthesis.bayes.factors import BayesFactor
from synthesis.bayes.posterior import Marginal, Posterior
from synthesis.bayesian import BayesianView, published
from synthesis.wording import count

_DRAWN_FROM = 2  # looks: one date is no course


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorRow:
    """What one declared prior gives."""

    name: str
    priors: str
    median: str
    tau: str
    above_zero: str
    beyond_smallest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BayesView:
    """The Bayesian view of one answer."""

    finding: str
    sentences: tuple[str, ...]
    figure: Markup
    rows: tuple[PriorRow, ...]
    warnings: tuple[str, ...]
    course: Markup | None  # the result year by year; None for one date, or where a date is not known
    guarantee: str


def bayes_view(corpus: Corpus, answer: Answer) -> BayesView | None:
    """The Bayesian view of an answer, or None where it has no estimate, or its measure no declared prior."""
    found = answer.examination.bayes if answer.examination else None
    if found is None:
        return None
    first = found.sensitivity.answers[0].posterior
    anytime = found.anytime if found.anytime and len(found.anytime.looks) >= _DRAWN_FROM else None
    return BayesView(
        finding=_finding(answer, first),
        sentences=(_other_priors(answer, found), _factors(found)),
        figure=_densities(answer, first),
        rows=tuple(_row(answer, one.name, one.posterior) for one in found.sensitivity.answers),
        warnings=tuple(dict.fromkeys((*first.warnings, *found.factors.warnings))),
        course=_course(corpus, answer, anytime) if anytime else None,
        guarantee=f"{_reached(anytime)} {anytime.guarantee}" if anytime else "",
    )


def _finding(answer: Answer, posterior: Posterior) -> str:
    scale, both = SCALES[answer.question.measure], sides(answer.question)
    told = (
        f"Under the declared prior the mean effect is {scale.symbol} {_interval(scale, posterior.mu)}. "
        f"The chance that it lies on the side “{both.high}” is {share_words(posterior.mu_above_zero)}"
    )
    if posterior.mu_beyond_smallest is not None and posterior.smallest is not None:
        line = scale.text(posterior.smallest)
        told += f", that it lies beyond the smallest effect of interest ({line}), {share_words(posterior.mu_beyond_smallest)}"
    return (
        f"{told}; that the true effect of a new study lies on that side, {share_words(posterior.new_study_above_zero)}."
    )


def _other_priors(answer: Answer, found: BayesianView) -> str:
    scale, spread = SCALES[answer.question.measure], found.sensitivity
    low, high = (scale.text(median) for median in spread.medians)
    least, most = (share_words(chance) for chance in spread.above_zero)
    same = "all say the same about zero" if spread.agree else "do not all say the same about zero"
    return (
        f"{count(len(spread.answers), 'prior was', 'priors were')} declared: the median runs from {low} to {high}, that chance "
        f"from {least} to {most}, and the 95% intervals {same}."
    )


def _factors(found: BayesianView) -> str:
    mean, spread = found.factors.mean_effect, found.factors.heterogeneity
    return (
        f"Bayes factors under the declared prior: {_odds(mean)} a mean effect rather than none, and {_odds(spread)} "
        "differences between studies rather than none (up to 3 to 1 is hardly worth a mention, Kass and Raftery 1995)."
    )


def _odds(factor: BayesFactor) -> str:
    if factor.factor is None:
        return "overwhelmingly for" if factor.log > 0 else "overwhelmingly against"
    return f"{ratio(factor.factor)} to 1 for" if factor.factor >= 1 else f"{ratio(1 / factor.factor)} to 1 against"


def _densities(answer: Answer, posterior: Posterior) -> Markup:
    density, new = posterior.mu_density, posterior.new_study_density
    # A new study scatters further than the mean; what lies beyond the curve of the mean would leave it no room.
    shown = [(x, y) for x, y in zip(new.at, new.posterior, strict=True) if density.at[0] <= x <= density.at[-1]]
    curves = [
        DensityCurve(
            name="Mean effect",
            x=density.at,
            density=density.posterior,
            interval=Interval(posterior.mu.median, *posterior.mu.central),
            above_zero=posterior.mu_above_zero,
            above_smallest=posterior.mu_beyond_smallest,
        ),
        DensityCurve(
            name="True effect of a new study",
            x=tuple(x for x, _ in shown),
            density=tuple(y for _, y in shown),
            interval=Interval(posterior.new_study.median, *posterior.new_study.central),
            above_zero=posterior.new_study_above_zero,
            above_smallest=posterior.new_study_beyond_smallest,
        ),
    ]
    if density.prior is not None:
        detail = f"{posterior.effect_prior}; τ {posterior.heterogeneity_prior}"
        curves.append(DensityCurve(name="Prior of the mean effect", x=density.at, density=density.prior, detail=detail))
    return draw_densities(
        DensityPlot(
            id=f"densities-{answer.question.id}",
            title="What is believed before and after the data",
            scale=SCALES[answer.question.measure],
            sides=sides(answer.question),
            curves=tuple(curves),
            smallest=posterior.smallest,
        )
    )


def _row(answer: Answer, name: str, posterior: Posterior) -> PriorRow:
    scale = SCALES[answer.question.measure]
    beyond = posterior.mu_beyond_smallest
    return PriorRow(
        name=name.capitalize() if name.islower() and not name.startswith("tau") else name.replace("tau", "τ"),
        priors=f"mean: {posterior.effect_prior}; τ: {posterior.heterogeneity_prior}".replace("tau²", "τ²"),
        median=_interval(scale, posterior.mu),
        tau=number(posterior.tau.median),
        above_zero=share_words(posterior.mu_above_zero),
        beyond_smallest="–" if beyond is None else share_words(beyond),
    )


def _course(corpus: Corpus, answer: Answer, anytime: AnytimeValid) -> Markup:
    dates = published(corpus, answer.selection.tier_a) or []
    named = list(zip(answer.selection.tier_a, dates, strict=True))
    rows = []
    for look in anytime.looks:
        added = [candidate.study.label for candidate, when in named if when == look.date]
        rows.append(
            CumulativeRow(
                name=", ".join(added),
                date=str(look.date.year),
                studies=look.k,
                interval=interval_of(look.estimate, look.se),
                anytime=look.ci,
            )
        )
    return draw_cumulative(
        CumulativePlot(
            id=f"course-{answer.question.id}",
            title="The mean of all studies, as their sources appeared",
            scale=SCALES[answer.question.measure],
            sides=sides(answer.question),
            rows=tuple(rows),
        )
    )


def _reached(anytime: AnytimeValid) -> str:
    if anytime.excluded_zero is None:
        return "The anytime-valid interval has never excluded no effect."
    return f"The anytime-valid evidence against no effect was enough in {anytime.excluded_zero.year}, and stays so."


def _interval(scale: Scale, marginal: Marginal) -> str:
    return f"{scale.text(marginal.median)} {scale.interval_text(*marginal.central)}"
