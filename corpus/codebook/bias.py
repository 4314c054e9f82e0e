"""Levels of a risk-of-bias judgement, and the answers to the questions it rests on.

Never a column per domain or question: a judgement names its instrument and domain, and the instruments are data in
``corpus.instruments``.
"""

from corpus.codebook.terms import Term


class BiasLevel(Term):
    """The judgement for one domain."""

    LOW = "low", "Low risk of bias, or no concerns."
    SOME_CONCERNS = "some_concerns", "Some concerns (RoB 2, INSPECT-SR), or moderate risk."
    HIGH = "high", "High (or serious) risk of bias, or serious concerns."
    CRITICAL = "critical", "Critical risk of bias (ROBINS-I)."


class BiasAnswer(Term):
    """The answer to one question of an instrument."""

    YES = "yes", "Firm evidence says so."
    PROBABLY_YES = "probably_yes", "A judgement has been made that it is so."
    PARTLY = "partly", "So in part (QUIPS)."
    PROBABLY_NO = "probably_no", "A judgement has been made that it is not so."
    NO = "no", "Firm evidence says that it is not so."
    NO_INFORMATION = "no_information", "Nothing in what was read tells it, and it cannot be judged (unsure, unclear)."
    NOT_APPLICABLE = "not_applicable", "The question does not arise here."
