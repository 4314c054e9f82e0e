"""Statements of a finding by its certainty and its size, without figures: those stand beside them, bound to values.

Never says more than level and size allow; at very low certainty the size is not mentioned at all.

References
----------
Santesso et al. (2020), Journal of Clinical Epidemiology 119, 126-135 (certainty in the verb, size in the adjective);
Cochrane Handbook, table 15.6.b. The wording is ours.
"""

from enum import StrEnum

from corpus.errors import InvalidInput
from corpus.protocol import CertaintyThresholds
from synthesis.certainty.vocabulary import Certainty


class Size(StrEnum):
    """How large an effect is, whatever its direction."""

    TRIVIAL = "trivial"
    SMALL = "small"
    MODERATE = "moderate"
    LARGE = "large"


# What an effect of each measure is called.
_NOUNS = {"SMD": "difference", "OR": "difference", "ZCOR": "relation"}
_LITTLE = {
    Certainty.HIGH: "There is little or no {noun}.",
    Certainty.MODERATE: "There is probably little or no {noun}.",
    Certainty.LOW: "There may be little or no {noun}.",
}
_SOME = {
    Certainty.HIGH: "There is a {size} {noun}: {direction}.",
    Certainty.MODERATE: "There is probably a {size} {noun}: {direction}.",
    Certainty.LOW: "There may be a {size} {noun}: {direction}.",
}
_UNCERTAIN = "The evidence is very uncertain about whether there is any {noun}."
# A level that is an upper limit must not read like one that was reached.
_LIMIT = " It may be less certain than that: not every domain could be judged."
_NOTHING = "No study gives evidence that could be rated."


def size_of(
    estimate: float, measure: str, thresholds: CertaintyThresholds, smallest_effect: float | None = None
) -> Size:
    """Size of an effect on the scale that is pooled.

    Parameters
    ----------
    estimate
        Of either sign, on the pooled scale.
    smallest_effect
        Smallest effect of interest of the question, on the pooled scale: below it an effect is trivial. It replaces the
        beginning of "small" in the protocol, and where it lies beyond that of "moderate" or "large", those sizes do not occur.

    Raises
    ------
    InvalidInput
        For an estimate that is not finite, or a measure the protocol has no sizes for.
    """
    size = abs(estimate)
    if not size < float("inf"):
        raise InvalidInput(f"the estimate is {estimate}; a size needs a finite one")
    small, moderate, large = thresholds.sizes_of(measure).on_analysis_scale()
    if size < (small if smallest_effect is None else smallest_effect):
        return Size.TRIVIAL
    if size < moderate:
        return Size.SMALL
    return Size.MODERATE if size < large else Size.LARGE


def statement(level: Certainty | None, size: Size | None, *, at_most: bool, measure: str, direction: str) -> str:
    """The finding in one sentence, and a second one where the level is an upper limit.

    Parameters
    ----------
    level, size
        None where there is no evidence.
    at_most : bool
        Whether the level is an upper limit, as `rate` found it.
    direction : str
        What the side of the estimate means, as the question words it ("favours oxytocin").
    """
    if level is None or size is None:
        return _NOTHING
    noun = _NOUNS.get(measure, "effect")
    if level is Certainty.VERY_LOW:
        return _UNCERTAIN.format(noun=noun)
    template = (_LITTLE if size is Size.TRIVIAL else _SOME)[level] + (_LIMIT if at_most else "")
    return template.format(size=size.value, noun=noun, direction=direction)
