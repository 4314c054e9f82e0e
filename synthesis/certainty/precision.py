"""Imprecision: the interval against zero and the smallest effect of interest, and the optimal information size.

Never judges an interval against another threshold than those it names in its reason.
"""

import math

from corpus.effectsizes.distributions import normal_quantile
from corpus.errors import InvalidInput
from corpus.protocol import CertaintyThresholds
from synthesis.certainty.evidence import Evidence, crosses
from synthesis.certainty.vocabulary import Concern, Domain, Judgement
from synthesis.printing import effect_text


def information_size(measure: str, effect: float, *, alpha: float, power: float) -> int | None:
    """Participants a single two-sided test would need for an effect: the optimal information size.

    Parameters
    ----------
    measure
        SMD: two equal arms together, 4 (z_{1-α/2} + z_{power})² / δ². ZCOR: (z_{1-α/2} + z_{power})² / ζ² + 3. For any other
        measure None: an odds ratio needs the risk in the comparison group too.
    effect
        On the scale that is pooled (Fisher z for ZCOR), above 0.

    Raises
    ------
    InvalidInput
        For an effect not above 0, or rates outside 0 to 1.

    References
    ----------
    Pogue and Yusuf (1997), Controlled Clinical Trials 18, 580-593 (the idea); Guyatt et al. (2011), Journal of Clinical
    Epidemiology 64, 1283-1293; Cohen (1988), Statistical Power Analysis for the Behavioral Sciences (normal approximation).
    """
    if not 0 < effect < math.inf:
        raise InvalidInput(f"the effect is {effect:g}; an information size needs one above 0")
    if not (0 < alpha < 1 and 0 < power < 1):
        raise InvalidInput(f"alpha is {alpha:g} and power {power:g}; both lie between 0 and 1")
    both = (normal_quantile(1 - alpha / 2) + normal_quantile(power)) ** 2
    if measure == "SMD":
        return 2 * math.ceil(2 * both / effect**2)
    if measure == "ZCOR":
        return math.ceil(both / effect**2 + 3)
    return None


def imprecision(evidence: Evidence, thresholds: CertaintyThresholds) -> Judgement:
    """Imprecision of the pooled estimate.

    Very serious where the interval includes important effects in both directions; serious where it includes zero or the
    smallest effect of interest, or where it includes neither and fewer participants than the optimal information size
    stand behind it. An interval that lies wholly between the two smallest effects is precise about an effect that does
    not matter, though it includes zero.
    """
    if evidence.ci is None:
        return Judgement(domain=Domain.IMPRECISION, concern=Concern.NOT_ASSESSABLE, reason="There is no estimate.")
    smallest, whose = smallest_effect(evidence, thresholds)
    low, high = evidence.ci
    interval = f"The interval, {effect_text(evidence.measure, low)} to {effect_text(evidence.measure, high)},"
    against = f"{whose}, {effect_text(evidence.measure, smallest)}"
    crossed = crosses(evidence.ci, (-smallest, 0.0, smallest))
    if -smallest in crossed and smallest in crossed:
        return _judged(Concern.VERY_SERIOUS, f"{interval} includes effects in both directions beyond {against}.")
    if -smallest < low and high < smallest:
        return _against_size(evidence, thresholds, smallest, f"{interval} lies on both sides within {against}")
    if 0.0 in crossed:
        return _judged(Concern.SERIOUS, f"{interval} includes both zero and effects beyond {against}.")
    if crossed:
        return _judged(Concern.SERIOUS, f"{interval} excludes zero, but not effects smaller than {against}.")
    return _against_size(evidence, thresholds, smallest, f"{interval} excludes zero and effects smaller than {against}")


def smallest_effect(evidence: Evidence, thresholds: CertaintyThresholds) -> tuple[float, str]:
    """The smallest effect that counts, on the pooled scale, and in words where it comes from."""
    if evidence.smallest_effect is not None:
        return evidence.smallest_effect, "the smallest effect of interest"
    return thresholds.sizes_of(evidence.measure).on_analysis_scale()[0], "the beginning of a small effect"


def _against_size(evidence: Evidence, thresholds: CertaintyThresholds, smallest: float, finding: str) -> Judgement:
    needed = information_size(evidence.measure, smallest, alpha=thresholds.alpha.value, power=thresholds.power.value)
    if needed is None:
        return _judged(Concern.NOT_SERIOUS, f"{finding}; no optimal information size is defined for this measure.")
    if evidence.n is None:
        return _judged(
            Concern.NOT_SERIOUS,
            f"{finding}; how many participants stand behind it is not known, {needed} would be optimal.",
        )
    behind = f"{evidence.n} participants stand behind it, {needed} would be optimal"
    concern = Concern.SERIOUS if evidence.n < needed else Concern.NOT_SERIOUS
    return _judged(concern, f"{finding}; {behind}.")


def _judged(concern: Concern, reason: str) -> Judgement:
    return Judgement(domain=Domain.IMPRECISION, concern=concern, reason=reason)
