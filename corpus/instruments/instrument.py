"""What an instrument consists of: domains, questions, what they are asked after, and the rules of a judgement.

Never holds an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from corpus.codebook import BiasAnswer, BiasLevel


class Kind(StrEnum):
    """What an instrument judges."""

    BIAS = "bias"  # whether a result may be off
    TRUST = "trust"  # whether the data can be believed at all


class Per(StrEnum):
    """What a judgement is made for."""

    RESULT = "result"  # one effect, or one outcome
    STUDY = "study"


@dataclass(frozen=True, slots=True)
class Condition:
    """Answers that must all have been given: question, and which of its answers fit."""

    answers: Mapping[str, frozenset[BiasAnswer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One signalling question, item or check."""

    key: str  # "q2_3", in files, tables and paths
    number: str  # "2.3", as the tool numbers it
    asks: str
    answers: tuple[BiasAnswer, ...]  # that it takes once it is asked
    when: tuple[Condition, ...]  # asked where one of these holds; always where there is none
    computed: tuple[str, ...]  # checks of this program that bear on it


@dataclass(frozen=True, slots=True)
class Rule:
    """A judgement, and the answers that lead to it: any one of the conditions."""

    level: BiasLevel
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One domain, with its algorithm: in each part the first rule that holds; of the parts, the worst."""

    key: str
    name: str
    note: str
    questions: tuple[Question, ...]
    parts: tuple[tuple[Rule, ...], ...]  # none: the coder judges

    def question(self, key: str) -> Question | None:
        """One of its questions."""
        return next((one for one in self.questions if one.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """An instrument in one version."""

    key: str
    name: str
    version: str
    kind: Kind
    per: Per
    reference: str
    guidance: str  # what its questions and rules were taken from
    levels: Mapping[BiasLevel, str]  # the judgements it knows, in its own words
    answers: Mapping[BiasAnswer, str]  # all answers, in its own words
    domains: Mapping[str, Domain]  # an overall judgement, where it has one, is the last

    def says(self, level: BiasLevel) -> str:
        """A judgement in the instrument's own words."""
        return self.levels.get(level, level.label)
