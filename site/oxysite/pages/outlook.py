"""What would change an answer's conclusion: effects taken away, a next trial, and the trials that are registered.

Never simulates and never pools; it words and draws what the examination holds.
"""

from dataclasses import dataclass

from markupsafe import Markup

from oxysite.figures import Interval, NextCell, NextTrialTable, Outlook, draw_next_trial
from oxysite.figures.specifications import share_words
from oxysite.numbers import count
from oxysite.pages.drawn import SCALES, interval, sides
from synthesis.answers import Answer
from synthesis.pooling.pool import Pooled
from synthesis.prospects.conclusion import Conclusion
from synthesis.prospects.conditional_power import Chances, ConditionalPower
from synthesis.prospects.fragility import Fragility
from synthesis.prospects.next_trial import AfterTrial, LeastTrial, NextTrial


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastRow:
    """The least trial, per arm, for one true effect."""

    effect: str
    excludes_zero: str
    beyond_smallest: str
    rules_out_smallest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookView:
    """What would change one conclusion."""

    fragility: str
    next_trial: str
    figure: Markup | None
    least: tuple[LeastRow, ...]
    smallest: bool  # whether the question has a smallest effect of interest


def outlook_view(answer: Answer) -> OutlookView | None:
    """What would change the conclusion of an answer, or None where there is nothing to change."""
    found = answer.examination.outlook if answer.examination else None
    if found is None or answer.pooled is None or found.fragility is None:
        return None
    return OutlookView(
        fragility=_fragility(answer, found.fragility),
        next_trial=_turning(answer, found.next_trial) if found.next_trial else "",
        figure=_figure(answer, answer.pooled, found.next_trial) if found.next_trial else None,
        least=tuple(_least(answer, one) for one in found.least_trial),
        smallest=answer.question.smallest_effect is not None,
    )


def power_sentences(answer: Answer) -> tuple[str, ...]:
    """What the trials still to come may do to the conclusion; empty where none is counted."""
    power = answer.examination.outlook.power if answer.examination else None
    if power is None:
        return ()
    chances = [_chances(answer, power, power.by_current)]
    if power.by_smallest is not None:
        chances.append(_chances(answer, power, power.by_smallest))
    return (*chances, *power.warnings)


def _fragility(answer: Answer, found: Fragility) -> str:
    if not found.removed or found.conclusion_after is None or found.ci_after is None:
        return found.claim
    scale = SCALES[answer.question.measure]
    names = ", ".join(answer.selection.tier_a[row].study.label for row in found.removed)
    after = f"{scale.text(found.ci_after[0])} to {scale.text(found.ci_after[1])}"
    if found.ways is None:
        return f"{found.claim} One such set is {names}; without it, the interval is {after}."
    if found.ways == 1:
        return f"{found.claim} The only such set is {names}; without it, the interval is {after}."
    return f"{found.claim} {count(found.ways)} sets do; without {names}, the interval is {after}."


def _turning(answer: Answer, found: NextTrial) -> str:
    """Whether any trial of the grid would make the interval say something else about zero."""
    scale = SCALES[answer.question.measure]
    cells = [cell for row in found.cells for cell in row]
    turning = [cell for cell in cells if cell.conclusion is not found.now]
    within = (
        f"of up to {count(max(found.sizes))} people per arm, with effects from {scale.text(min(found.effects))} to "
        f"{scale.text(max(found.effects))}"
    )
    if not turning:
        return f"No single trial {within}, would change what the interval says about zero."
    least = min(turning, key=lambda cell: cell.n_per_arm)
    return (
        f"Of {count(len(cells))} possible next trials {within}, {count(len(turning))} would change what the interval says "
        f"about zero; the smallest has {count(least.n_per_arm)} per arm and finds {scale.text(least.effect)}."
    )


def _figure(answer: Answer, pooled: Pooled, found: NextTrial) -> Markup:
    return draw_next_trial(
        NextTrialTable(
            id=f"next-{answer.question.id}",
            title="The pooled interval after one more trial, by its size and by the effect it finds",
            scale=SCALES[answer.question.measure],
            sides=sides(answer.question),
            now=interval(pooled),
            sizes=found.sizes,
            effects=found.effects,
            cells=tuple(tuple(_cell(cell) for cell in row) for row in found.cells),
            smallest=found.smallest,
            note="The trial has two arms of this size, and the variance that follows from them and its effect.",
        )
    )


def _cell(cell: AfterTrial) -> NextCell:
    if cell.beyond_smallest:
        said = Outlook.BEYOND
    else:
        said = {
            Conclusion.ABOVE: Outlook.HIGH,
            Conclusion.BELOW: Outlook.LOW,
            Conclusion.INCLUDES: Outlook.INCLUDES,
        }[cell.conclusion]
    return NextCell(outlook=said, interval=Interval(cell.estimate, *cell.ci))


def _least(answer: Answer, least: LeastTrial) -> LeastRow:
    def size(n: int | None) -> str:
        if n is None:
            return f"more than {count(least.largest)}"
        return "already so" if n == 0 else count(n)

    return LeastRow(
        effect=SCALES[answer.question.measure].text(least.effect),
        excludes_zero=size(least.excludes_zero),
        beyond_smallest=size(least.beyond_smallest),
        rules_out_smallest=size(least.rules_out_smallest),
    )


def _chances(answer: Answer, power: ConditionalPower, chances: Chances) -> str:
    scale, both = SCALES[answer.question.measure], sides(answer.question)
    trials = "the trial that is counted" if power.trials == 1 else f"the {count(power.trials)} trials that are counted"
    low, high = (scale.text(end) for end in chances.expected_ci)
    line = f"If {chances.assumption}, the interval with {trials} "
    if chances.excludes_zero == 0:
        line += f"excluded no difference in none of {count(power.simulations)} simulations"
    else:
        line += (
            f"excludes no difference with a chance of {share_words(chances.excludes_zero)} (on the side “{both.high}” "
            f"{share_words(chances.above_zero)}, on the side “{both.low}” {share_words(chances.below_zero)})"
        )
    told = f"{line}; it is expected to run from {low} to {high}"
    if chances.rules_out_smallest and power.smallest is not None:
        smallest = f"{scale.symbol} {scale.text(power.smallest)}"
        told += (
            f", and rules out effects as large as {smallest} with a chance of {share_words(chances.rules_out_smallest)}"
        )
    return told + "."
