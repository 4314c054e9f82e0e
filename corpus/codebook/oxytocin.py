"""How oxytocin was given or measured, and what each method means for validity.

Never grades a study: the grade of an OT measure follows from these terms by the rule in ``corpus.validity``.
"""

from corpus.codebook.terms import Term


class Route(Term):
    """Route of administration."""

    INTRANASAL = (
        "intranasal",
        "Nasal spray.",
        "How much of a sprayed dose reaches the brain is disputed; technique matters.",
    )
    INTRAVENOUS = "intravenous", "Infusion.", "Raises plasma levels; crosses the blood–brain barrier poorly."
    SUBLINGUAL = "sublingual", "Under the tongue.", "Low bioavailability."


class TimingToSession(Term):
    """When the dose was given, relative to the therapy session."""

    BEFORE_SESSION = "before_session", "Before sessions only, so that the effect falls into them."
    DURING_SESSION = "during_session", "During the session or exercise."
    DAILY = "daily", "At fixed times of day, not bound to sessions."
    DAILY_AND_SESSION = "daily_and_session", "Daily, with an extra dose before sessions."
    LABORATORY = "laboratory", "Before a laboratory task."


class Receiver(Term):
    """Who received the dose."""

    PATIENT = "patient", "The patient."
    THERAPIST = "therapist", "The therapist."
    BOTH = "both", "Patient and therapist."
    BOTH_PARTNERS = "both_partners", "Both members of a couple."
    CHILD = "child", "The child in a parent–child intervention."
    PARENT = "parent", "The parent."


class Comparator(Term):
    """What the comparison arm received instead of oxytocin."""

    PLACEBO = "placebo", "A spray without oxytocin."
    NO_SPRAY = "no_spray", "No spray."
    OTHER_DRUG = "other_drug", "Another substance."
    NONE = "none", "No comparison arm."


class Whose(Term):
    """Whose oxytocin was measured."""

    PATIENT = "patient", "The patient (or participant)."
    THERAPIST = "therapist", "The therapist."
    BOTH = "both", "Patient and therapist, each."
    CHILD = "child", "The child."
    PARENT = "parent", "The parent."
    TRAINEE = "trainee", "A student or therapist in training."
    PARTNERS = "partners", "Both members of a couple."


class Matrix(Term):
    """In what oxytocin, or its receptor gene, was measured."""

    SALIVA = "saliva", "Saliva.", "Convenient, but a weak surrogate: levels lie near the limits of immunoassays."
    PLASMA = "plasma", "Blood plasma.", "Peripheral level; its relation to brain oxytocin at rest is weak."
    SERUM = "serum", "Blood serum.", "As plasma; clotting adds variation."
    BLOOD = "blood", "Blood; the reports read do not say whether plasma or serum.", "As plasma."
    URINE = "urine", "Urine.", "Integrates over hours; needs correction for creatinine."
    CSF = "csf", "Cerebrospinal fluid.", "Nearest to the brain, rarely available."
    DNA = "dna", "DNA: methylation or genotype of the oxytocin receptor gene.", "Not a hormone level; tissue-specific."


class Assay(Term):
    """How the amount was determined."""

    ELISA = (
        "elisa",
        "Enzyme immunoassay.",
        "Without extraction it measures much besides oxytocin, often tenfold too high.",
    )
    RIA = "ria", "Radioimmunoassay.", "With extraction the reference among immunoassays."
    LC_MS = (
        "lc_ms",
        "Liquid chromatography with mass spectrometry.",
        "Specific for the molecule; the standard to compare with.",
    )
    BISULFITE = "bisulfite", "Bisulfite sequencing or pyrosequencing of DNA.", "Direct measure of methylation."
    GENOTYPING = "genotyping", "Genotyping of single-nucleotide polymorphisms.", "Direct measure of genotype."
    OTHER = "other", "Another method, named in the note.", "To be judged case by case."


class Extraction(Term):
    """Whether the sample was extracted before an immunoassay."""

    EXTRACTED = "extracted", "Solid-phase or other extraction.", "Removes most of what cross-reacts."
    UNEXTRACTED = "unextracted", "Assayed as it was.", "Values are dominated by cross-reacting material."
    NOT_APPLICABLE = "not_applicable", "The method needs none (DNA, mass spectrometry).", ""


class Anchor(Term):
    """What the sampling is anchored to."""

    SESSION = "session", "Before and after a therapy session."
    LAB_TASK = "lab_task", "Around a laboratory task."
    TREATMENT_PHASE = "treatment_phase", "At the start, middle or end of treatment."
    SINGLE = "single", "Once."


class OtIndex(Term):
    """Which number was made from the samples."""

    BASELINE = "baseline", "Level before treatment, task or session."
    LEVEL = "level", "Level at a stated time after the start."
    SIGNED_CHANGE = "signed_change", "Change over a session or task, with its sign."
    ABSOLUTE_CHANGE = "absolute_change", "Size of the change whatever its sign."
    SYNCHRONY = "synchrony", "Similarity of patient's and therapist's changes."
    INCONGRUENCE = "incongruence", "Difference between patient's and therapist's levels."
    CHANGE_OVER_TREATMENT = "change_over_treatment", "Change from start to end of treatment."
    METHYLATION = "methylation", "Share of methylated sites of the receptor gene."
    GENOTYPE = "genotype", "Variant of the receptor gene."
