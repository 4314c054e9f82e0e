"""What is known before anybody has decided: the protocol's search terms, and texts that were sorted earlier.

Never stems or guesses: a term matches as written, or by its beginning where it ends in an asterisk, as in a search.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corpus.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdStart:
    """Groups of terms, of which a relevant record names one each; texts known to be relevant, or near but not relevant.

    A group's name is what a reader is told when a record names none of its terms.
    """

    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    core: Sequence[str] = ()
    adjacent: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The terms of each group that a text names, in the order of the groups."""

    terms: tuple[str, ...]
    absent: tuple[str, ...]  # names of the groups without a term


class TermFinder:
    """The groups of a cold start, ready to be looked for."""

    def __init__(self, groups: Mapping[str, Sequence[str]]) -> None:
        """Compile the groups.

        Raises
        ------
        InvalidInput
            For a group without terms, or a term without a letter or a digit.
        """
        for name, terms in groups.items():
            if not terms:
                raise InvalidInput(f"the term group {name!r} is empty; give it at least one term or leave it out")
        self._groups = {
            name: tuple((term, _first_word(term), _pattern(name, term)) for term in terms)
            for name, terms in groups.items()
        }

    def named(self, text: str) -> Named:
        """What of the groups a text names; capitals do not matter, a hyphen is as good as a blank."""
        lowered = text.lower()  # a word that is nowhere need not be looked for with care
        found = {
            name: [term for term, word, pattern in patterns if word in lowered and pattern.search(text)]
            for name, patterns in self._groups.items()
        }
        return Named(
            terms=tuple(term for terms in found.values() for term in terms),
            absent=tuple(name for name, terms in found.items() if not terms),
        )


def _first_word(term: str) -> str:
    return next(iter(re.findall(r"\w+", term.lower())), "")


def _pattern(group: str, term: str) -> re.Pattern[str]:
    words = re.findall(r"\w+", term)
    if not words:
        raise InvalidInput(f"the term {term!r} of the group {group!r} has no word in it; write a word, or remove it")
    ending = r"\w*" if term.rstrip().endswith("*") else r"\b"
    return re.compile(r"\b" + r"[\W_]{1,3}".join(map(re.escape, words)) + ending, re.IGNORECASE)
