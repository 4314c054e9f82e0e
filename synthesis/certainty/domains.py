"""The domains besides imprecision: risk of bias, inconsistency, indirectness by OT method, small-study effects.

Never fills a gap: what was not coded or cannot be read from so few studies is "not assessable", with the reason.
"""

from corpus.codebook.bias import BiasLevel
from corpus.protocol import CertaintyThresholds
from corpus.validity import ValidityGrade
from synthesis.certainty.evidence import Evidence, crosses
from synthesis.certainty.precision import smallest_effect
from synthesis.certainty.vocabulary import Concern, Domain, Judgement
from synthesis.printing import effect_text

_NO_EFFECTS = "There are no effects to judge."


def risk_of_bias(evidence: Evidence, thresholds: CertaintyThresholds) -> Judgement:
    """From the share of weight at each level of risk: high first, then whether most of the information is at low risk.

    References
    ----------
    Guyatt et al. (2011), Journal of Clinical Epidemiology 64, 407-415; Cochrane Handbook, chapter 14.
    """
    domain = Domain.RISK_OF_BIAS
    if evidence.k == 0:
        return Judgement(domain=domain, concern=Concern.NOT_ASSESSABLE, reason=_NO_EFFECTS)
    levels = evidence.risk_of_bias
    high = evidence.share(levels, (BiasLevel.HIGH, BiasLevel.CRITICAL))
    low = evidence.share(levels, (BiasLevel.LOW,))
    unknown = evidence.share(levels, (None,))
    found = (
        f"{_percent(high)} of the weight is at high risk, {_percent(low)} at low risk, {_percent(unknown)} not judged"
    )
    # What is known to be bad stays bad, however much has not been judged.
    if high >= thresholds.high_risk_share_very_serious.value:
        concern = Concern.VERY_SERIOUS
    elif high > thresholds.high_risk_share_serious.value:
        concern = Concern.SERIOUS
    elif unknown >= thresholds.not_assessed_share_most.value:
        concern = Concern.NOT_ASSESSABLE
    else:
        concern = Concern.NOT_SERIOUS if low > thresholds.low_risk_share_least.value else Concern.SERIOUS
    return Judgement(domain=domain, concern=concern, reason=f"{found}.")


def inconsistency(evidence: Evidence, thresholds: CertaintyThresholds) -> Judgement:
    """From I², the prediction interval and the overlap of the studies' intervals.

    I² alone takes nothing away: large studies that differ in an amount nobody minds have a large I². Serious where I² is
    substantial and either too few pairs of intervals overlap or the prediction interval includes a threshold (zero, the
    smallest effect) that the interval of the mean does not; very serious where I² is considerable and both are so.

    References
    ----------
    Guyatt et al. (2011), Journal of Clinical Epidemiology 64, 1294-1302; Cochrane Handbook, sections 10.10.2 and 10.10.4.
    """
    domain = Domain.INCONSISTENCY
    overlap = evidence.overlap()
    if evidence.ci is None or overlap is None:
        reason = "One study has none to agree or disagree with." if evidence.k == 1 else _NO_EFFECTS
        return Judgement(domain=domain, concern=Concern.NOT_ASSESSABLE, reason=reason)
    if evidence.i2 is None:
        reason = "The model gives no I², so heterogeneity was not measured."
        return Judgement(domain=domain, concern=Concern.NOT_ASSESSABLE, reason=reason)
    smallest, _ = smallest_effect(evidence, thresholds)
    apart = overlap < thresholds.overlap_least.value
    found = [f"I² is {evidence.i2:.0f}%", f"{_percent(overlap)} of the pairs of studies overlap"]
    turns = False
    if evidence.pi is not None and evidence.k >= thresholds.prediction_least_k.value:
        marks = (-smallest, 0.0, smallest)
        turns = bool(set(crosses(evidence.pi, marks)) - set(crosses(evidence.ci, marks)))
        words = "leaves room for another conclusion" if turns else "leaves the conclusion where the mean has it"
        low, high = (effect_text(evidence.measure, end) for end in evidence.pi)
        found.append(f"the prediction interval, {low} to {high}, {words}")
    else:
        found.append("a prediction interval is not read from so few studies")
    concern = Concern.NOT_SERIOUS
    if evidence.i2 >= thresholds.i2_very_serious.value and apart and turns:
        concern = Concern.VERY_SERIOUS
    elif evidence.i2 >= thresholds.i2_serious.value and (apart or turns):
        concern = Concern.SERIOUS
    return Judgement(domain=domain, concern=concern, reason="; ".join(found) + ".")


def indirectness(evidence: Evidence, thresholds: CertaintyThresholds) -> Judgement:
    """From how oxytocin was measured: the share of weight by validity grade.

    Only this side of indirectness is computed. Whether participants, comparator and outcome are those of the question is
    settled by its filters, and where they fall short a person's override says so. Where no oxytocin was measured the
    domain cannot be judged here.

    References
    ----------
    Guyatt et al. (2011), Journal of Clinical Epidemiology 64, 1303-1310; the grades: `corpus.validity`.
    """
    domain = Domain.INDIRECTNESS
    if evidence.k == 0:
        return Judgement(domain=domain, concern=Concern.NOT_ASSESSABLE, reason=_NO_EFFECTS)
    grades = evidence.validity
    if all(grade is None for grade in grades):
        reason = "No pooled effect rests on a measured oxytocin, so its measurement says nothing about directness."
        return Judgement(domain=domain, concern=Concern.NOT_ASSESSABLE, reason=reason)
    weak = evidence.share(grades, (ValidityGrade.WEAK,))
    unknown = evidence.share(grades, (ValidityGrade.NOT_ASSESSABLE,))
    reason = (
        f"{_percent(weak)} of the weight measures oxytocin weakly, {_percent(unknown)} in a way that cannot be graded."
    )
    if weak > thresholds.weak_share_very_serious.value:
        concern = Concern.VERY_SERIOUS
    elif weak + unknown > thresholds.weak_share_serious.value:
        concern = Concern.SERIOUS
    else:
        concern = Concern.NOT_SERIOUS
    return Judgement(domain=domain, concern=concern, reason=reason)


def small_study_effects(evidence: Evidence, thresholds: CertaintyThresholds) -> Judgement:
    """From a test of funnel asymmetry; takes one level at most, for asymmetry has other causes than unpublished studies.

    References
    ----------
    Guyatt et al. (2011), Journal of Clinical Epidemiology 64, 1277-1282; Sterne et al. (2011), BMJ 343, d4002.
    """
    domain = Domain.SMALL_STUDY_EFFECTS
    if evidence.k == 0:
        return Judgement(domain=domain, concern=Concern.NOT_ASSESSABLE, reason=_NO_EFFECTS)
    least = thresholds.asymmetry_least_k.value
    if evidence.k < least:
        effects = "one effect" if evidence.k == 1 else f"{evidence.k} effects"
        reason = f"It cannot be judged from {effects}; a test of asymmetry is read from {least:g} on."
        return Judgement(domain=domain, concern=Concern.NOT_ASSESSABLE, reason=reason)
    test = evidence.asymmetry
    if test is None or test.p is None:
        reason = (test.why_not if test is not None else "") or "No test of asymmetry was made."
        return Judgement(domain=domain, concern=Concern.NOT_ASSESSABLE, reason=reason)
    suspected = test.p < thresholds.asymmetry_p.value
    limit = f"{'below' if suspected else 'not below'} {thresholds.asymmetry_p.value:g}"
    concern = Concern.SERIOUS if suspected else Concern.NOT_SERIOUS
    return Judgement(domain=domain, concern=concern, reason=f"The p of {test.test} is {test.p:.3f}, {limit}.")


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
