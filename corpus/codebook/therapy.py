"""What psychotherapy was given: family and format.

Never ranks therapies.
"""

from corpus.codebook.terms import Term


class TherapyFamily(Term):
    """Family or orientation."""

    CBT = "cbt", "Cognitive or behavioural therapy, exposure and cognitive training included."
    COMPASSION_MINDFULNESS = "compassion_mindfulness", "Compassion-focused, mindfulness or meditation practice."
    PSYCHODYNAMIC = "psychodynamic", "Psychodynamic, supportive-expressive or relationship-focused therapy."
    INTERPERSONAL = "interpersonal", "Interpersonal psychotherapy."
    CBASP = "cbasp", "Cognitive behavioural analysis system of psychotherapy."
    METACOGNITIVE = "metacognitive", "Metacognitive interpersonal therapy."
    EMOTION_FOCUSED = "emotion_focused", "Emotion-focused or humanistic-experiential therapy."
    MOTIVATIONAL = "motivational", "Motivational interviewing or enhancement."
    SOCIAL_SKILLS = "social_skills", "Training of social skills or social cognition."
    COUPLE = "couple", "Couple or conjoint therapy."
    PARENT_CHILD = "parent_child", "Parent–child or parenting intervention."
    ADDICTION_PROGRAMME = "addiction_programme", "Structured programme for substance use, counselling included."
    INPATIENT_MIXED = "inpatient_mixed", "A mix of therapies during inpatient care."
    HYPNOSIS = "hypnosis", "Hypnosis."
    MUSIC = "music", "Music therapy."
    GROUP_PROCESS = "group_process", "Group psychotherapy centred on the group process."
    YOGA = "yoga", "Yoga as therapy."
    OTHER = "other", "Another therapy, named in the text."
    NONE = "none", "No psychotherapy."


class TherapyFormat(Term):
    """Who sits in the room."""

    INDIVIDUAL = "individual", "One patient and one therapist."
    GROUP = "group", "Several patients together."
    COUPLE = "couple", "Two partners together."
    FAMILY = "family", "Parent and child, or a family."
    INTERNET = "internet", "Through the internet."
    MIXED = "mixed", "More than one of these."
