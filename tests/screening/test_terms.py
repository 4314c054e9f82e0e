"""Search terms of a cold start: what matches, what is said to be absent, and what is refused."""

import pytest

from corpus.errors import InvalidInput
from corpus.screening.terms import Named, TermFinder


@pytest.mark.parametrize(
    ("term", "text", "matches"),
    [
        ("oxytocin", "Intranasal OXYTOCIN and trust", True),
        ("oxytocin", "Oxytocinergic neurons", False),
        ("oxytocin*", "Oxytocinergic neurons", True),
        ("psychotherap*", "psychotherapeutic alliance", True),
        ("psychotherap*", "a psychotherapist", True),
        ("rat", "the ratio of rats", False),
        ("cognitive behavio*", "cognitive-behavioural therapy", True),
        ("cognitive behavio*", "cognitive  behavioral therapy", True),
        ("cognitive behavio*", "cognitive and behavioral therapy", False),
        ("meta-analysis", "a meta analysis", True),
        ("C++", "a C compiler", True),
    ],
)
def test_what_a_term_matches(term: str, text: str, matches: bool) -> None:
    named = TermFinder({"group": [term]}).named(text)
    assert named == (Named(terms=(term,), absent=()) if matches else Named(terms=(), absent=("group",)))


def test_terms_and_absent_groups_are_told_in_the_order_given() -> None:
    finder = TermFinder({"hormone": ["carbetocin", "oxytocin"], "animals": ["vole"], "therapy": ["exposure", "CBT"]})
    named = finder.named("CBT, exposure and oxytocin with carbetocin")
    assert named.terms == ("carbetocin", "oxytocin", "exposure", "CBT")
    assert named.absent == ("animals",)


@pytest.mark.parametrize(
    ("groups", "said"),
    [({"therapy": []}, "term group 'therapy' is empty"), ({"therapy": ["CBT", "*"]}, "the term '\\*' of the group")],
)
def test_groups_that_cannot_be_looked_for_are_refused(groups: dict[str, list[str]], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        TermFinder(groups)
