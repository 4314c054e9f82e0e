"""What was measured as a result: domain, state or trait, rater and phase of treatment.

Never says which direction is good: that is coded for every outcome, without a default.
"""

from corpus.codebook.terms import Term


class OutcomeDomain(Term):
    """The class of outcome that questions select by."""

    SYMPTOMS = "symptoms", "Symptoms of the disorder treated, or general psychopathology and distress."
    SUBSTANCE_USE = "substance_use", "Use of a substance, craving or withdrawal."
    FUNCTIONING = "functioning", "Social or role functioning, quality of life, relationship functioning."
    ALLIANCE = "alliance", "Working alliance, its congruence between patient and therapist, ruptures."
    COHESION = "cohesion", "Cohesion, bonding or linkage in a group or dyad."
    ATTENDANCE = "attendance", "Attendance, retention, drop-out."
    SESSION_EXPERIENCE = "session_experience", "Experience of the exercise: imagery, affect, evaluation, credibility."
    SOCIAL_COGNITION = "social_cognition", "Empathic accuracy, emotion recognition, trust, interpretation."
    BEHAVIOUR = "behaviour", "Observed behaviour in the session, nonverbal synchrony included."
    PHYSIOLOGY = "physiology", "Heart rate, cortisol and other bodily measures except oxytocin."
    OXYTOCIN = "oxytocin", "Oxytocin itself as the result."
    PERSONALITY = "personality", "Attachment, personality traits, emotion regulation."
    OTHER = "other", "Another outcome, named in the text."


class StateTrait(Term):
    """Momentary state or lasting trait."""

    STATE = "state", "How it is now."
    TRAIT = "trait", "How it usually is."
    SYMPTOM_PERIOD = "symptom_period", "Over the last days or weeks."


class Rater(Term):
    """Who rated."""

    SELF = "self", "The patient."
    CLINICIAN = "clinician", "A clinician."
    THERAPIST = "therapist", "The therapist."
    PARENT = "parent", "A parent."
    PARTNER = "partner", "A partner."
    OBSERVER = "observer", "A trained observer."
    TASK = "task", "A performance task."
    ASSAY = "assay", "A laboratory assay or device."
    RECORD = "record", "A record, such as attendance."


class Phase(Term):
    """When, in the course of treatment."""

    BASELINE = "baseline", "Before treatment."
    IN_SESSION = "in_session", "During or right after a session."
    NEXT_SESSION = "next_session", "At the next session or assessment."
    DURING_TREATMENT = "during_treatment", "Over the course of treatment: slopes, several sessions."
    END_OF_TREATMENT = "end_of_treatment", "At the end of treatment, or the first assessment after it."
    FOLLOW_UP = "follow_up", "Later than the first assessment after treatment."
