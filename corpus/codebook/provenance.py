"""Where a value came from, and why one is missing.

Never ranks reports: the order of source tiers is the order of trust in a number, not in a study.
"""

from corpus.codebook.terms import Term


class SourceTier(Term):
    """The kind of text in which a value was read, most trusted first."""

    FULL_TEXT = "full_text", "The article itself."
    REGISTRY = "registry", "A trial registry: registration, flow or posted results."
    TABULATED = "tabulated", "Tabulated for this study in a later meta-analysis or re-analysis."
    ABSTRACT = "abstract", "The abstract of the article or conference."
    SECOND_HAND = "second_hand", "Told by another report, by citation."
    NEWS = "news", "A news summary."


class MissingReason(Term):
    """Why a value is not there."""

    NOT_REPORTED = "not_reported", "The report was read and does not give it."
    NOT_APPLICABLE = "not_applicable", "The question does not arise."
    NOT_ACCESSIBLE = "not_accessible", "It may stand in a part (full text, table, registry) that could not be read."
    AUTHORS_ASKED = "authors_asked", "Asked of the authors, no answer yet."
    UNCLEAR = "unclear", "Given, but contradictory or ambiguous."
