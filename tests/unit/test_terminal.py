"""A document for the eye: what a person reads where ``--json`` is not asked for."""

from corpus.terminal import lines


def test_parts_are_indented_and_numbers_short() -> None:
    document = {"k": 3, "p": 0.12345678, "part": {"ci": (0.1, -2.0), "none": None}, "warnings": []}
    assert list(lines(document)) == ["k: 3", "p: 0.123457", "part:", "  ci: [0.1, -2]", "  none: -", "warnings: -"]


def test_rows_become_a_table_and_sentences_a_list() -> None:
    document = {"terms": [{"term": "intercept", "se": 0.25}, {"term": "age", "se": 12.0}], "said": ["One.", "Two."]}
    assert list(lines(document)) == [
        "terms:",
        "  term       se",
        "  intercept  0.25",
        "  age        12",
        "said:",
        "  One.",
        "  Two.",
    ]


def test_an_empty_part_says_that_there_is_none() -> None:
    assert list(lines({"references": {}})) == ["references: -"]


def test_groups_stand_one_to_a_line() -> None:
    assert list(lines({"clusters": [["a", "b"], ["c", "d", "e"]]})) == ["clusters:", "  a, b", "  c, d, e"]
