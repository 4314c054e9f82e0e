"""Reads the instruments from their files, strictly.

Never invents a rule: a file that contradicts itself is refused.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from corpus.codebook import BiasAnswer, BiasLevel
from corpus.errors import InvalidInput
from corpus.instruments.instrument import Condition, Domain, Instrument, Kind, Per, Question, Rule
from corpus.instruments.judging import OVERALL

# In the order in which they are offered and shown.
KEYS = ("rob2", "rob2_adherence", "rob2_crossover", "rob2_cluster", "robins_i", "quips", "inspect_sr")
# The letters by which the tools, and the files here, abbreviate answers.
LETTERS = {
    "Y": BiasAnswer.YES,
    "PY": BiasAnswer.PROBABLY_YES,
    "PARTLY": BiasAnswer.PARTLY,
    "PN": BiasAnswer.PROBABLY_NO,
    "N": BiasAnswer.NO,
    "NI": BiasAnswer.NO_INFORMATION,
    "NA": BiasAnswer.NOT_APPLICABLE,
}
_LEVELS = {level.value: level for level in BiasLevel}


@cache
def instruments() -> Mapping[str, Instrument]:
    """Every instrument, by key."""
    found: dict[str, Instrument] = {}
    for key in KEYS:
        text = files("corpus.instruments").joinpath(f"{key}.toml").read_text(encoding="utf-8")
        found[key] = read_instrument(key, tomllib.loads(text), found)
    return found


def read_instrument(key: str, told: Mapping[str, Any], known: Mapping[str, Instrument]) -> Instrument:
    """An instrument as its file tells it. Raises InvalidInput for what it cannot mean."""
    own = {LETTERS[letter]: words for letter, words in told.get("answers", {}).items()}
    domains = {one["key"]: _domain(f"{key} {one['key']}", one, known) for one in told["domains"]}
    if "overall" in told:
        domains[OVERALL] = Domain(key=OVERALL, name="Overall", note=told["overall"], questions=(), parts=())
    levels = {_LEVELS[level]: words for level, words in told["levels"].items()}
    for domain in domains.values():
        for rule in (rule for part in domain.parts for rule in part):
            if rule.level not in levels:
                raise InvalidInput(f"{key} {domain.key}: a rule leads to {rule.level.value}, which it does not know")
    return Instrument(
        key=key,
        name=told["name"],
        version=told["version"],
        kind=Kind(told["kind"]),
        per=Per(told["per"]),
        reference=told["reference"],
        guidance=told["guidance"],
        levels=levels,
        answers={answer: own.get(answer, answer.label) for answer in BiasAnswer},
        domains=domains,
    )


def question_key(number: str) -> str:
    """A question's number as a key: 2.3 is q2_3."""
    return "q" + number.lower().replace(".", "_")


def _domain(where: str, told: Mapping[str, Any], known: Mapping[str, Instrument]) -> Domain:
    if "as_in" in told:
        same = known[told["as_in"]].domains[told["key"]]
        note = told.get("note", same.note)
        return Domain(key=same.key, name=same.name, note=note, questions=same.questions, parts=same.parts)
    questions: list[Question] = []
    for one in told.get("questions", ()):
        questions.append(
            Question(
                key=question_key(one["number"]),
                number=one["number"],
                asks=one["asks"],
                answers=_letters(where, one["answers"]),
                when=_conditions(where, one.get("when", ()), questions),
                computed=tuple(one.get("computed", ())),
            )
        )
    parts: dict[int, list[Rule]] = {}
    for one in told.get("rules", ()):
        rule = Rule(_LEVELS[one["level"]], _conditions(where, one["when"], questions))
        parts.setdefault(one.get("part", 1), []).append(rule)
    return Domain(
        key=told["key"],
        name=told["name"],
        note=told.get("note", ""),
        questions=tuple(questions),
        parts=tuple(tuple(parts[number]) for number in sorted(parts)),
    )


def _conditions(where: str, told: Sequence[Mapping[str, str]], before: Sequence[Question]) -> tuple[Condition, ...]:
    """Conditions, on questions that stand before."""
    answers = {one.key: frozenset(one.answers) for one in before}
    found = []
    for one in told:
        wanted = {question_key(number): frozenset(_letters(where, letters)) for number, letters in one.items()}
        for key, fitting in wanted.items():
            if not fitting <= answers.get(key, frozenset()):
                raise InvalidInput(f"{where}: {key} never has the answers {', '.join(sorted(fitting))} at this place")
        found.append(Condition(wanted))
    return tuple(found)


def _letters(where: str, text: str) -> tuple[BiasAnswer, ...]:
    unknown = [one for one in text.split() if one not in LETTERS]
    if unknown:
        raise InvalidInput(f"{where}: {unknown[0]!r} is no answer; allowed: {', '.join(LETTERS)}")
    return tuple(LETTERS[one] for one in text.split())
