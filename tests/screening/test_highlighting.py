"""Highlighted words: whole words in any case and with any hyphen, and never a letter lost."""

from hypothesis import given
from hypothesis import strategies as st

from corpus.screening.highlighting import Highlighter

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
