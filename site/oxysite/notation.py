"""How pages mark a direction, a printed number and a filter, so that nothing is told by colour alone.

Never computes; numbers are formatted in ``oxysite.numbers``.
"""

import re
from dataclasses import fields

from corpus.codebook import Direction
from corpus.domain import Printed
from synthesis.questions import Question

_HYPHEN_AS_MINUS = re.compile(r"(?<![\w.)\]])-(?=\.?\d)")
# One shape per direction; the word always stands beside it.
_MARKS = {
    Direction.FAVOURS_OXYTOCIN: "▲",
    Direction.FAVOURS_COMPARATOR: "▼",
    Direction.NO_DIFFERENCE: "●",
    Direction.CONDITIONAL: "◆",
    Direction.OXYTOCIN_HIGHER: "△",
    Direction.OXYTOCIN_LOWER: "▽",
    Direction.NOT_ALIGNED: "○",
}


def direction_mark(direction: Direction) -> str:
    """The shape of a direction."""
    return _MARKS[direction]


def printed(value: Printed) -> str:
    """A number in the digits of its source, with a true minus sign."""
    return value.replace("-", "−")


def minus(text: str) -> str:
    """A text of printed figures with true minus signs; hyphens between words stay."""
    return _HYPHEN_AS_MINUS.sub("−", text)


def filters_in_words(question: Question) -> list[tuple[str, list[str]]]:
    """(field, words) of every filter a question sets."""
    shown = []
    for field in fields(question.select):
        words = getattr(question.select, field.name)
        if words:
            shown.append((field.name.replace("_", " "), [getattr(word, "label", word) for word in words]))
    return shown
