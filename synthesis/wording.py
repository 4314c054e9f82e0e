"""Sentences that say a result in words, every number in them taken from the computed value.

Never interprets beyond the verdict: causes, certainty and advice are not its business.
"""

from synthesis.pooling.pool import Pooled
from synthesis.printing import MEASURES, number, p_value
from synthesis.without_pooling.combine import CombinedP, SignTest

# With two studies a prediction interval spans every effect ever seen; it is computed, but says nothing worth a sentence.
SHOWN_PREDICTION_FROM = 3
_WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


def count(n: int, singular: str, plural: str) -> str:
    """ "Seven trials", "one trial", "14 trials"."""
    return f"{_WORDS[n] if n < len(_WORDS) else n} {singular if n == 1 else plural}"


def pooled_sentence(measure: str, pooled: Pooled, unit: tuple[str, str]) -> str:
    """The pooled value with its interval and, where there is one, the prediction interval."""
    name, show = MEASURES[measure]
    low, high = (number(show(bound)) for bound in pooled.ci)
    sentence = f"{count(pooled.k, *unit)}: {name} {number(show(pooled.estimate))}, 95% interval {low} to {high}"
    if pooled.k >= SHOWN_PREDICTION_FROM and pooled.pi is not None:
        low, high = (number(show(bound)) for bound in pooled.pi)
        sentence += f"; a new study is expected between {low} and {high}"
    return sentence + "."


def together_sentence(measure: str, estimate: float, ci: tuple[float, float], effects: int) -> str:
    """All effects in one model of their dependence."""
    name, show = MEASURES[measure]
    low, high = (number(show(bound)) for bound in ci)
    return f"All {effects} effects together: {name} {number(show(estimate))}, 95% interval {low} to {high}."


def direction_sentence(sign: SignTest | None, unit: tuple[str, str]) -> str:
    """How many samples with a direction only point towards."""
    if sign is None or sign.n == 0:
        return ""
    low, high = (f"{100 * bound:.0f}%" for bound in sign.ci)
    pointing = "none points" if sign.favouring == 0 else count(sign.favouring, "points", "point").lower()
    return (
        f"{count(sign.n, *unit)} with a direction only: {pointing} towards "
        f"(share {low} to {high}, sign test {p_value(sign.p)})."
    )


def null_sentence(nulls: int, conditional: int, unit: tuple[str, str]) -> str:
    """What was reported without a direction to count."""
    parts = []
    if nulls:
        parts.append(f"{count(nulls, *unit)} with no difference, reported without numbers")
    if conditional:
        words = f"{count(conditional, *unit)} where it depends on a condition"
        parts.append(words if not parts else words.lower())
    return "; ".join(parts) + "." if parts else ""


def combined_sentence(combined: CombinedP | None, unit: tuple[str, str]) -> str:
    """What the p-values say together."""
    if combined is None or combined.k == 0:
        return ""
    together = "" if combined.k == 1 else f"together, {combined.method}, "
    return f"{count(combined.k, *unit)} with a direction and a p: {together}{p_value(combined.p)} (one-sided, towards)."


def tau2_text(tau2: float) -> str:
    """A between-study variance: three decimals, "0" where it is none."""
    return "0" if tau2 == 0 else number(tau2, 3)
