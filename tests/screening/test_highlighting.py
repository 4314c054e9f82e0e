"""Highlighted words: whole words in any case and with any hyphen, and never a letter lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import InvalidInput
from corpus.screening.highlighting import Highlighter, as_term

MARKS = Highlighter(["psychotherap*", "exposure therapy"], ["rat", "labour induction"])


def test_whole_words_are_marked_by_what_they_speak_for() -> None:
    found = MARKS.segments("Psychotherapy-naive rats; a Rat in exposure‑therapy, generating labour-induction.")
    assert [(one.text, one.kind) for one in found if one.kind] == [
        ("Psychotherapy", "for"),
        ("Rat", "against"),
        ("exposure‑therapy", "for"),
        ("labour-induction", "against"),
    ]


def test_signs_of_regular_expressions_are_plain_text() -> None:
    found = Highlighter(["a.b (c)"], []).segments("axb (c) and a.b (c).")
    assert [one.text for one in found if one.kind] == ["a.b (c)"]


@given(st.text(alphabet="rat exposuthy-‑<>&*", max_size=60))
def test_the_pieces_are_the_text(text: str) -> None:
    assert "".join(one.text for one in MARKS.segments(text)) == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Psychotherap* ", "psychotherap*"),
        ("Exposure  Therapy", "exposure therapy"),
        ("5-HT", "5-ht"),
        ("Bowlby's", "bowlby's"),
        ("β-endorphin", "β-endorphin"),
        ("Übertragung", "übertragung"),
        ("U\u0308bertragung", "übertragung"),
        ("催产素", "催产素"),
    ],
)
def test_a_term_is_kept_as_it_will_be_looked_for(typed: str, kept: str) -> None:
    assert as_term(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "*",
        "(",
        "-",
        "--",
        "a-",
        "-a",
        "psychoth*apy",
        "a* b",
        "a**",
        "*a",
        "(oxytocin)",
        "a.b",
        "a_b",
        "'",
        "x" * 61,
    ],
)
def test_what_could_never_be_found_as_it_is_meant_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="a word to highlight"):
        as_term(typed)
