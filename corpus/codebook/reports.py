"""What a report is, where it stands in the review, and how reports relate.

Never merges: a duplicate is linked, not deleted.
"""

from corpus.codebook.terms import Term


class ReportKind(Term):
    """The kind of publication."""

    ARTICLE = "article", "Journal article with primary results."
    SECONDARY_ANALYSIS = "secondary_analysis", "Article on a trial or cohort reported before."
    CONFERENCE_ABSTRACT = "conference_abstract", "Abstract of a conference."
    LETTER = "letter", "Letter to a journal."
    CASE_REPORT = "case_report", "Report of one or a few cases."
    PROTOCOL = "protocol", "Published or registered plan."
    REGISTRATION = "registration", "Entry in a trial registry."
    REVIEW = "review", "Narrative or systematic review without pooling."
    META_ANALYSIS = "meta_analysis", "Review with pooling."
    DATA_SET = "data_set", "Published data of others' syntheses."
    BOOK = "book", "Book or chapter."
    NEWS = "news", "News item or blog about a report."


class ReportStatus(Term):
    """Where a report stands in the review."""

    INCLUDED = "included", "At least one of its effects answers a question."
    AWAITING_NUMBERS = "awaiting_numbers", "Eligible, but nothing readable can be synthesised yet."
    BACKGROUND = "background", "Context: reviews, methods, theory, companion reports without an own effect."
    ONGOING = "ongoing", "Planned, running, or finished without a results report found."
    EXCLUDED = "excluded", "Outside the review's questions, with the reason."


class LinkKind(Term):
    """How one report relates to another."""

    DUPLICATE = "duplicate", "The same publication, met twice."
    PROTOCOL_OF = "protocol_of", "The plan of the study told in the other."
    REGISTRATION_OF = "registration_of", "The registry entry of the study told in the other."
    ERRATUM_OF = "erratum_of", "Corrects the other."
    RETRACTION_OF = "retraction_of", "Retracts the other."
    SECONDARY_ANALYSIS_OF = "secondary_analysis_of", "Analyses the same people again."
    PREPRINT_OF = "preprint_of", "An earlier version of the other."
    ABSTRACT_OF = "abstract_of", "Conference abstract of the study told in the other."
    CITES = "cites", "Has the other in its list of references."
    TELLS_OF = "tells_of", "A secondary page about the other; never evidence itself."
    CRITIQUE_OF = "critique_of", "Re-analyses or criticises the other."
