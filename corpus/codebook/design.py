"""How a study was built: design, blinding, what was allocated, and how near it stands to the review's topic.

Never judges risk of bias; that is coded per domain.
"""

from corpus.codebook.terms import Term


class Design(Term):
    """Study design."""

    PARALLEL_RCT = "parallel_rct", "Persons allocated at random to arms that run side by side."
    CROSSOVER_RCT = "crossover_rct", "Each person receives every condition, in random order."
    CLUSTER_RCT = "cluster_rct", "Groups, cohorts or dyads allocated at random as a whole."
    FACTORIAL_RCT = "factorial_rct", "Random allocation on two factors at once (2×2)."
    UNCONTROLLED = "uncontrolled", "One group before and after, without a comparison group."
    CASE_CONTROL = "case_control", "Persons with and without a condition compared."
    LONGITUDINAL_WITHIN_PERSON = (
        "longitudinal_within_person",
        "Repeated measures; effects are within persons over time.",
    )
    DYADIC = "dyadic", "The pair (patient and therapist, or partners) is the unit measured."
    COHORT = "cohort", "A treated group followed over time; differences between its members are related to outcome."
    CROSS_SECTIONAL = "cross_sectional", "One measurement, differences between persons."
    CASE_REPORT = "case_report", "One or a few persons described."
    REVIEW = "review", "A review without pooling; not a source of effects."
    META_ANALYSIS = "meta_analysis", "A published pooling; its pooled values are context, never pooled again."
    PROTOCOL = "protocol", "A published plan without results."
    REGISTRATION = "registration", "A registered trial whose results were not found or could not be read."


class Blinding(Term):
    """Who did not know the allocation."""

    DOUBLE_BLIND = "double_blind", "Participants and those who treat or assess are masked."
    SINGLE_BLIND = "single_blind", "One side is masked."
    OPEN = "open", "Nobody is masked."
    NOT_APPLICABLE = "not_applicable", "No allocation that could be masked."


class AllocationUnit(Term):
    """What was allocated."""

    PERSON = "person", "Single persons."
    DYAD = "dyad", "Pairs, such as couples or parent and child."
    GROUP = "group", "Therapy groups."
    COHORT = "cohort", "Whole cohorts that enter treatment together."
    NOT_APPLICABLE = "not_applicable", "Nothing was allocated."


class Scope(Term):
    """How near a study stands to the review's questions."""

    CORE = "core", "Oxytocin given with, or measured in, a psychotherapy or psychotherapeutic exercise."
    BORDERLINE = "borderline", "Given beside care that is not clearly psychotherapy, or therapy only as a moderator."
    ADJACENT = "adjacent", "Related measurement or training without a psychotherapy outcome; kept for context."
    BACKGROUND = "background", "Reviews, meta-analyses and methods papers."


class TrialStatus(Term):
    """How far a planned trial had come when its registration or protocol was read."""

    NOT_YET_RECRUITING = "not_yet_recruiting", "Registered, no participant yet."
    RECRUITING = "recruiting", "Taking in participants."
    COMPLETED = "completed", "Ended as planned; results not found or not posted."
    TERMINATED = "terminated", "Stopped before the planned size was reached."
    UNKNOWN = "unknown", "The registry itself says that the status is unknown."


class OverlapCertainty(Term):
    """How sure it is that two samples share people."""

    STATED = "stated", "A report says so."
    INFERRED = "inferred", "Site, team, diagnosis and period leave little doubt, but no report says so."
    POSSIBLE = "possible", "Not stated; cannot be ruled out."
