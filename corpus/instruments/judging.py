"""Follows an instrument through the answers given: what is asked, what is open, and what its algorithm says.

Never guesses: an answer that is still open leaves open whatever hangs on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corpus.codebook import BiasAnswer, BiasLevel
from corpus.instruments.instrument import Condition, Domain, Question, Rule

OVERALL = "overall"  # key of the judgement over all domains
_RISING = (BiasLevel.LOW, BiasLevel.SOME_CONCERNS, BiasLevel.HIGH, BiasLevel.CRITICAL)
Answers = Mapping[str, BiasAnswer]  # by key of the question


@dataclass(frozen=True, slots=True)
class Step:
    """An answer on the way to a judgement."""

    question: Question
    answer: BiasAnswer


@dataclass(frozen=True, slots=True)
class Judged:
    """One domain, as far as its answers lead."""

    asked: tuple[Question, ...]
    open: tuple[Question, ...]  # asked, and without an answer that the question takes
    not_asked: tuple[str, ...]  # keys that have an answer, though nothing asks for it
    level: BiasLevel | None  # what the algorithm says; None where it has not come so far, or there is none
    path: tuple[Step, ...]  # the answers that led there


def judge(domain: Domain, answers: Answers) -> Judged:
    """Follow one domain. Answers that nobody asked for lead nowhere."""
    state: dict[str, BiasAnswer | None] = {}  # of what is asked, or may still be; None is open
    asked: list[Question] = []
    for question in domain.questions:
        wanted = _any(question.when, state) if question.when else True
        given = answers.get(question.key)
        if wanted:
            asked.append(question)
            state[question.key] = given if given in question.answers else None
        elif wanted is None:
            state[question.key] = None
    keys = {one.key for one in asked}
    found = [_first(rules, state) for rules in domain.parts]
    level = worst(rule.level if rule else None for rule, _ in found)
    by_key = {one.key: one for one in domain.questions}
    steps = {key: answer for _, way in found for key, answer in way.items()}
    return Judged(
        asked=tuple(asked),
        open=tuple(one for one in asked if state[one.key] is None),
        not_asked=tuple(
            key for key, given in answers.items() if key not in keys and given is not BiasAnswer.NOT_APPLICABLE
        ),
        level=level,
        path=tuple(Step(by_key[key], steps[key]) for key in by_key if key in steps) if level else (),
    )


def worst(levels: Iterable[BiasLevel | None]) -> BiasLevel | None:
    """The worst level; None where one is open, and where there is none."""
    held = list(levels)
    known = [level for level in held if level is not None]
    return max(known, key=_RISING.index) if known and len(known) == len(held) else None


def _first(rules: tuple[Rule, ...], state: Mapping[str, BiasAnswer | None]) -> tuple[Rule | None, Answers]:
    """The first rule that holds with the answers it rests on; none while an earlier one is open."""
    for rule in rules:
        for condition in rule.when:
            if _all(condition, state):
                return rule, {key: answer for key in condition.answers if (answer := state[key]) is not None}
        if _any(rule.when, state) is None:
            return None, {}
    return None, {}


def _any(conditions: tuple[Condition, ...], state: Mapping[str, BiasAnswer | None]) -> bool | None:
    held = [_all(one, state) for one in conditions]
    if True in held:
        return True
    return None if None in held else False


def _all(condition: Condition, state: Mapping[str, BiasAnswer | None]) -> bool | None:
    """Whether all of a condition's answers were given; None while that is open."""
    is_open = False
    for key, fitting in condition.answers.items():
        if key not in state:
            return False  # not asked
        answer = state[key]
        if answer is None:
            is_open = True
        elif answer not in fitting:
            return False
    return None if is_open else True
