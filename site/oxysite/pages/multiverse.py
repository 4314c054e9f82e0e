"""Every defensible analysis of a question: what they come to, where the main one lies among them, and what moves them.

Never fits a specification and never picks one; the curve is shown whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from oxysite.figures import (
    ChoiceAxis,
    ChoiceOption,
    Interval,
    SpecificationCurve,
    SpecificationRow,
    draw_specification_curve,
)
from oxysite.figures.specifications import share_words
from oxysite.numbers import count, p_value
from oxysite.pages.choices import axis_words, option_words
from oxysite.pages.drawn import SCALES, sides
from synthesis.answers import Answer
from synthesis.multiverse.curve import Conclusion, Count, Specification, Spread
from synthesis.multiverse.permutation import PermutationReference
from synthesis.multiverse.question import Axis, Multiverse
from synthesis.multiverse.variance import AxisShare, VarianceShares
from synthesis.wording import count as in_words

# Above this share of the curve, or below its complement, the main analysis is called near an end of it.
_NEAR_THE_END = 0.9
# How a share of the variance is called; the first bound it reaches.
_WEIGHT = ((0.5, "most of it"), (0.2, "much"), (0.05, "some"), (0.005, "little"))
_NOTHING = 1e-9  # shares below this are rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRow:
    """What one choice accounts for."""

    name: str
    share: str
    words: str
    options: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """How many specifications something holds for."""

    what: str
    specifications: str
    share: str
    cells: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiverseView:
    """The multiverse of one answer."""

    finding: str
    sentences: tuple[str, ...]
    figure: Markup | None
    choices: tuple[ChoiceRow, ...]
    counts: tuple[CountRow, ...]
    cells: str  # how many combinations are left when choices without information are folded
    warnings: tuple[str, ...]


def multiverse_view(answer: Answer) -> MultiverseView | None:
    """The multiverse of an answer, or None where its question declares no grid."""
    found = answer.examination.multiverse if answer.examination else None
    if found is None:
        return None
    said: list[str] = []
    if found.spread is not None:
        said += _place(answer, found, found.spread)
        if found.variance is not None:
            said.append(_what_moves(found.variance))
        if found.permutation is not None:
            said.append(_reference(answer, found.permutation))
    return MultiverseView(
        finding=_finding(answer, found),
        sentences=tuple(said),
        figure=_figure(answer, found) if found.spread is not None else None,
        choices=_choice_rows(found) if found.variance is not None else (),
        counts=_count_rows(found),
        cells=count(found.cells),
        warnings=tuple(_sentence(warning) for warning in found.warnings),
    )


def beside_others(answer: Answer) -> tuple[str, str] | None:
    """ "95% lower", "of 330 defensible ones": where the main analysis lies; None where nothing lies beside it."""
    found = answer.examination.multiverse if answer.examination else None
    if found is None or found.spread is None or found.main is None or found.spread.specifications < 2:
        return None
    below, above = _beside_main(found)
    said = f"{_share(below)} lower" if below >= above else f"{_share(above)} higher"
    return said, f"of {count(found.spread.specifications)} defensible ones"


def _finding(answer: Answer, found: Multiverse) -> str:
    declared = f"{count(found.declared)} declared combinations of choices"
    if found.spread is None:
        alone = sum(one.conclusion is Conclusion.ONE_SAMPLE for one in found.specifications)
        if not alone:
            return f"None of {declared} has an estimate to pool."
        scale = SCALES[answer.question.measure]
        ends = [scale.text(found.specifications[place].estimate) for place in (0, -1)]
        distinct = in_words(alone, "distinct analysis rests", "distinct analyses rest")
        values = ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
        return f"None of {declared} pools two samples. {distinct} on one sample alone ({scale.symbol} {values})."
    both = sides(answer.question)
    words = {
        Conclusion.ABOVE: f"lies wholly on the side “{both.high}”",
        Conclusion.BELOW: f"lies wholly on the side “{both.low}”",
        Conclusion.INCLUDES: "includes no difference",
    }
    drawn = [(one.share, words[Conclusion(one.what)]) for one in found.conclusions if one.share is not None]
    drawn.sort(key=lambda pair: -pair[0])
    parts = [f"in {_share(share)} it {said}" for share, said in drawn]
    distinct = count(found.spread.specifications)
    return (
        f"{declared[0].upper() + declared[1:]} come to {distinct} distinct analyses. "
        f"Their 95% interval: {', '.join(parts[:-1])} and {parts[-1]}."
    )


def _place(answer: Answer, found: Multiverse, spread: Spread) -> list[str]:
    """Median and range, and where the main analysis lies among the estimates."""
    scale = SCALES[answer.question.measure]
    low, high = (scale.text(value) for value in spread.range)
    quarter, three = (scale.text(value) for value in spread.quartiles)
    told = (
        f"The median is {scale.symbol} {scale.text(spread.median)}, half of the estimates lie from {quarter} to {three}, "
        f"all from {low} to {high}."
    )
    if found.main is None:
        return [told, "The main analysis itself has nothing to pool."]
    below, above = _beside_main(found)
    words = f"The main analysis, {scale.symbol} {scale.text(found.specifications[found.main].estimate)}, is higher than {_share(below)} of them"
    if below >= _NEAR_THE_END:
        words += ": it is near the top of the curve, and most other defensible choices give a lower estimate"
    elif above >= _NEAR_THE_END:
        words += ": it is near the bottom of the curve, and most other defensible choices give a higher estimate"
    return [words + ".", told]


def _beside_main(found: Multiverse) -> tuple[float, float]:
    """The shares of the analyses of two samples or more whose estimate is lower, and higher, than the main one's."""
    main = found.specifications[found.main or 0].estimate
    pooled = [one.estimate for one in found.specifications if one.conclusion is not Conclusion.ONE_SAMPLE]
    return sum(one < main for one in pooled) / len(pooled), sum(one > main for one in pooled) / len(pooled)


def _what_moves(variance: VarianceShares) -> str:
    ranked = [one for one in _ranked(variance.axes) if one.share >= _WEIGHT[2][0]]
    shares = [f"{axis_words(one.axis).lower()} ({_share(one.share)})" for one in ranked]
    told = f"What moves the estimate: {', '.join(shares)}" if shares else "No single choice moves the estimate much"
    if variance.interactions >= _WEIGHT[3][0]:
        told += f"; {_share(variance.interactions)} of the variance comes from combinations of choices"
    return told + "."


def _reference(answer: Answer, reference: PermutationReference) -> str:
    scale, both = SCALES[answer.question.measure], sides(answer.question)
    median, significant = reference.median, reference.significant
    patterns = f"all {count(reference.flips)}" if reference.exact else f"{count(reference.flips)} drawn"
    side = both.high if median.observed > 0 else both.low
    return (
        f"Were each sample as likely to point one way as the other ({patterns} patterns of signs), the median would lie "
        f"between {scale.text(median.low)} and {scale.text(median.high)} in 95% of them. The one found is "
        f"{scale.text(median.observed)}, towards “{side}”; a median at least as far from zero, on either side, has "
        f"{p_value(median.p)}. Intervals clear of zero on one side: {_share(significant.observed)} of the analyses; "
        f"as many or more have {p_value(significant.p)}."
    )


def _figure(answer: Answer, found: Multiverse) -> Markup:
    return draw_specification_curve(
        SpecificationCurve(
            id=f"curve-{answer.question.id}",
            title="Every distinct analysis, and the choices that lead to it",
            scale=SCALES[answer.question.measure],
            sides=sides(answer.question),
            axes=tuple(_axis(axis, number, found.specifications) for number, axis in enumerate(found.axes)),
            specifications=tuple(
                SpecificationRow(
                    interval=Interval(one.estimate, *one.ci),
                    options=one.options,
                    one_sample=one.conclusion is Conclusion.ONE_SAMPLE,
                )
                for one in found.specifications
            ),
            main=found.main,
            smallest=answer.question.smallest_effect,
        )
    )


def _axis(axis: Axis, number: int, specifications: Sequence[Specification]) -> ChoiceAxis:
    """The options that lead to some estimate; the others are named in the note."""
    leading = {option for one in specifications for option in one.options[number]}
    kept = [option for option in axis.options if option in leading]
    lost = [option_words(axis.name, option) for option in axis.options if option not in leading]
    return ChoiceAxis(
        label=axis_words(axis.name),
        options=tuple(ChoiceOption(key=option, label=option_words(axis.name, option)) for option in kept),
        note=axis.folded or (f"no estimate with {', '.join(lost)}" if lost else ""),
    )


def _choice_rows(found: Multiverse) -> tuple[ChoiceRow, ...]:
    if found.variance is None:
        return ()
    options = {axis.name: axis for axis in found.axes}
    rows = [
        ChoiceRow(
            name=axis_words(one.axis),
            share=share_words(one.share) if one.share > _NOTHING else "0%",
            words=_weight(one.share),
            options="; ".join(option_words(one.axis, option) for option in options[one.axis].options),
        )
        for one in _ranked(found.variance.axes)
        if len(options[one.axis].options) > 1 and not options[one.axis].folded
    ]
    rows.append(
        ChoiceRow(
            name="Combinations of choices",
            share=share_words(max(found.variance.interactions, 0.0)),
            words=_weight(found.variance.interactions),
            options="what no single choice explains",
        )
    )
    return tuple(rows)


def _count_rows(found: Multiverse) -> tuple[CountRow, ...]:
    return tuple(_count_row(one) for one in (*found.conclusions, *found.smallest_effect, *found.undefined) if one.cells)


def _count_row(one: Count) -> CountRow:
    return CountRow(
        what=_sentence(one.what).rstrip("."),
        specifications=count(one.specifications) if one.specifications else "–",
        share="–" if one.share is None else share_words(one.share),
        cells=count(one.cells),
    )


def _ranked(axes: Sequence[AxisShare]) -> list[AxisShare]:
    return sorted(axes, key=lambda one: -one.share)


def _weight(share: float) -> str:
    return next(
        (words for least, words in _WEIGHT if share >= least), "nothing to speak of" if share > _NOTHING else "nothing"
    )


def _share(share: float) -> str:
    return "none" if share <= _NOTHING else share_words(min(share, 1.0))


def _sentence(text: str) -> str:
    text = text[0].upper() + text[1:]
    return text if text.endswith(".") else f"{text}."
