"""Turns the text a user or a study file gives for a key into a checked number.

Never guesses: a value that a key cannot have is refused with the key, the value and what to do.
"""

import math
import re
from collections.abc import Callable, Container
from dataclasses import dataclass

from corpus.effectsizes.notation import Figure
from corpus.errors import InvalidInput

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_GROUP_SUFFIX = re.compile(r"_([12])$")  # q1_2 is read as q12
_SHOWN = 40  # characters of a wrong value that a message repeats
_DIRECTIONS = {"+": 1.0, "+1": 1.0, "1": 1.0, "group1": 1.0, "-": -1.0, "-1": -1.0, "group2": -1.0}


@dataclass(frozen=True, slots=True)
class Rule:
    """What a key's value must be: the test, and the words for it."""

    accepts: Callable[[float], bool]
    expects: str


ANY = Rule(lambda _: True, "a number")
POSITIVE = Rule(lambda x: x > 0, "a number above 0")
NOT_NEGATIVE = Rule(lambda x: x >= 0, "a number of at least 0")
SIZE = Rule(lambda x: x >= 2 and x == int(x), "a whole number of at least 2")
PAIRS = Rule(lambda x: x >= 3 and x == int(x), "a whole number of at least 3")
FIVE = Rule(lambda x: x >= 5 and x == int(x), "a whole number of at least 5, below which quantiles say too little")
COUNT = Rule(lambda x: x >= 0 and x == int(x), "a whole number of at least 0")
CORRELATION = Rule(lambda x: -1 < x < 1, "a number between −1 and 1, both excluded")
PROBABILITY = Rule(lambda x: 0 < x <= 1, "an exact p above 0 and up to 1")
LEVEL = Rule(lambda x: 50 <= x < 100, "a percentage from 50 to below 100, such as 95")
SIDES = Rule(lambda x: x in (1, 2), "1 or 2")
DIRECTION = Rule(lambda x: x in (1, -1), "+ where group 1 scores higher, or - where it scores lower")


def read_number(kind: str, key: str, value: str | float, rule: Rule) -> Figure:
    """The number of one key, checked.

    Raises
    ------
    InvalidInput
        If the text is no finite number, or breaks the rule of the key.
    """
    text = value.strip().replace("−", "-") if isinstance(value, str) else value
    if rule is DIRECTION and isinstance(text, str):
        if text.lower() not in _DIRECTIONS:
            raise InvalidInput(f"{kind}: {key}={seen(value)} cannot be used; give {rule.expects}")
        return Figure(_DIRECTIONS[text.lower()])
    if isinstance(text, str) and not _NUMBER.fullmatch(text):
        raise InvalidInput(f"{kind}: {key}={seen(value)} is not a number; give {rule.expects}")
    number = Figure(text)
    if not math.isfinite(number) or not rule.accepts(number):
        raise InvalidInput(f"{kind}: {key}={seen(value)} cannot be used; give {rule.expects}")
    return number


def seen(value: str | float) -> str:
    """What a user gave, short and on one line."""
    text = str(value)
    return (text if text.isprintable() else ascii(text))[:_SHOWN]


def normal_key(key: str, known: Container[str]) -> str:
    """The key as the kind spells it: ``q1_2`` and ``q12`` are the same."""
    if key in known:
        return key
    return _GROUP_SUFFIX.sub(r"\1", key)
