"""What a coded result is: role, level, tier, direction, and why it may have to stay out of a synthesis.

Never computes: how an effect becomes an estimate stands in ``corpus.effectsizes``.
"""

from corpus.codebook.terms import Term


class EffectRole(Term):
    """The part an effect plays."""

    TREATMENT_EFFECT = "treatment_effect", "Oxytocin given against a comparison."
    PREDICTOR = "predictor", "Oxytocin measured earlier, outcome later."
    CORRELATE = "correlate", "Oxytocin and outcome measured over the same period."
    MODERATOR = "moderator", "An effect that holds for some and not for others, or an interaction."
    PATH_A = "path_a", "Mediation: predictor to oxytocin."
    PATH_B = "path_b", "Mediation: oxytocin to outcome, predictor held."
    INDIRECT = "indirect", "Mediation: the product of paths a and b."
    OT_AS_OUTCOME = "ot_as_outcome", "Therapy, group or time as the cause, oxytocin as the result."
    WITHIN_GROUP_CHANGE = "within_group_change", "Change inside one arm; not a comparison."
    PUBLISHED_SYNTHESIS = "published_synthesis", "A pooled value of a published meta-analysis."


class Level(Term):
    """Between what the effect compares."""

    BETWEEN_PERSON = "between_person", "Differences between persons or arms."
    WITHIN_PERSON = "within_person", "Differences between occasions of the same person."
    DYAD = "dyad", "Differences between dyads."
    STUDY = "study", "A value over studies."


class Tier(Term):
    """What can be done with a coded result."""

    A = "A", "An estimate with its variance can be computed."
    B = "B", "A direction with an exact or bounded p."
    C = "C", "A direction only, or a null without numbers."


class Direction(Term):
    """Where the result points, after the sense of the outcome is taken into account."""

    FAVOURS_OXYTOCIN = "favours_oxytocin", "Better under oxytocin, or higher oxytocin goes with better."
    FAVOURS_COMPARATOR = "favours_comparator", "Worse under oxytocin, or higher oxytocin goes with worse."
    NO_DIFFERENCE = "no_difference", "Reported as no difference or not significant, without a readable direction."
    CONDITIONAL = "conditional", "Holds only in part of the people or under a condition, or differs between outcomes."
    OXYTOCIN_HIGHER = "oxytocin_higher", "Oxytocin as the result: higher, or rising."
    OXYTOCIN_LOWER = "oxytocin_lower", "Oxytocin as the result: lower, or falling."
    NOT_ALIGNED = "not_aligned", "The source gives a sign or a relation whose good side is not known."


class PositiveMeans(Term):
    """What a positive number in the source means, so that no sign is ever assumed."""

    HIGHER_OUTCOME = (
        "higher_outcome",
        "First group (oxytocin) scores higher, or higher oxytocin goes with a higher score.",
    )
    FAVOURS_OXYTOCIN = "favours_oxytocin", "The source has already turned the sign: positive is better under oxytocin."
    FAVOURS_COMPARATOR = (
        "favours_comparator",
        "The source has already turned the sign: positive is worse under oxytocin.",
    )
    UNCLEAR = "unclear", "The source does not say; the number is kept and never aligned."


class Relation(Term):
    """How a printed p relates to the number beside it."""

    EQUALS = "=", "Exact."
    LESS = "<", "Only an upper bound was printed."
    GREATER = ">", "Only a lower bound was printed."


class HoldReason(Term):
    """Why a coded effect stays out of every synthesis, though it is shown."""

    OTHER_SOURCE_CHOSEN = "other_source_chosen", "The same result was coded from a source that is preferred."
    DERIVED_COPY = "derived_copy", "Computed by others from values that are coded here themselves."
    OUTCOME_NOT_NAMED = "outcome_not_named", "The source does not say which outcome the number belongs to."
    DIRECTION_NOT_SETTLED = "direction_not_settled", "Sources leave the sign open."
    UNIT_OF_ANALYSIS = "unit_of_analysis", "The variance counts observations, not persons."
    NOT_A_COMPARISON = "not_a_comparison", "A change inside one group."
    CONTEXT_ONLY = "context_only", "A value of a review or meta-analysis, or of a study outside the questions."
    RETRACTED = "retracted", "From a retracted report."
    ASSUMED_INPUTS = "assumed_inputs", "Rests on inputs that no source gives; kept as a bound."
