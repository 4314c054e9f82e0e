"""A question of the review: what it asks, which effects may answer it, and how they are pooled.

Never holds a result; questions are files under ``synthesis/questions/``, dated when they were written down.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import TypeVar

from corpus.codebook import Design, EffectRole, Level, Matrix, OtIndex, OutcomeDomain, Phase, Scope, Term, Whose
from corpus.errors import InvalidInput
from synthesis.certainty.vocabulary import Override, as_override
from synthesis.multiverse.grid import Grid, read_grid
from synthesis.pooling.pool import Method, Test

Kind = TypeVar("Kind")


class Form(StrEnum):
    """The form an answer takes."""

    POOL = "pool"  # one effect per sample, pooled tier by tier
    PATHS = "paths"  # the paths of a mediation, side by side, never pooled


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Codebook words an effect must carry; an empty tuple lets everything through.

    The order of ``domain`` and ``phase`` is the order of preference when one effect per sample is chosen.
    """

    scope: tuple[Scope, ...] = ()
    design: tuple[Design, ...] = ()
    role: tuple[EffectRole, ...] = ()
    level: tuple[Level, ...] = ()
    domain: tuple[OutcomeDomain, ...] = ()
    phase: tuple[Phase, ...] = ()
    whose: tuple[Whose, ...] = ()
    matrix: tuple[Matrix, ...] = ()
    ot_index: tuple[OtIndex, ...] = ()
    moderator: tuple[str, ...] = ()  # words one of which the effect's moderator must hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A reviewer's choice among several eligible effects of one sample, with the reason."""

    study: str
    effect: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _OverrideWords:
    domain: str
    level: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Headlines:
    """The finding as a heading, one per verdict; no figures, those are bound to computed values beside it."""

    better: str
    worse: str
    unsettled: str
    single: str
    none: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One synthesis, written down before it is computed."""

    id: str
    number: int
    title: str
    short: str
    registered: date
    population: str
    intervention: str
    comparator: str
    outcome: str
    measure: str  # SMD or ZCOR
    towards: str  # what lies right of zero
    away: str  # what lies left of zero
    form: Form = Form.POOL
    method: Method
    test: Test
    smallest_effect: float | None = None
    smallest_effect_reason: str = ""
    dependence: str
    claim: str = ""  # "report key: claim key" where a published claim is put to the test
    note: str = ""
    headline: Headlines
    select: Filters
    choices: tuple[Choice, ...] = ()
    overrides: tuple[Override, ...] = ()  # of computed domains of certainty, each with reason and name
    multiverse: Grid | None = None  # None where nothing is pooled


def load_questions() -> tuple[Question, ...]:
    """Every question, in the order of its number. Raises InvalidInput naming file, field, value and the allowed set."""
    folder = files("synthesis").joinpath("questions")
    texts = {
        entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")
    }
    questions = [read_question(name, text) for name, text in texts.items()]
    return tuple(sorted(questions, key=lambda question: question.number))


def read_question(name: str, text: str) -> Question:
    """One question from the text of its file ``name``."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{name}: not valid TOML: {error}") from error
    _refuse_unknown(name, "", data, Question, extra=("choice", "override"))
    data["select"] = _filters(name, data.get("select", {}))
    data["form"] = _word(name, "form", data.get("form", "pool"), Form)
    data["method"] = _word(name, "method", data.get("method"), Method)
    data["test"] = _word(name, "test", data.get("test"), Test)
    data["choices"] = tuple(_table(name, "choice", entry, Choice) for entry in data.pop("choice", []))
    data["overrides"] = tuple(_override(name, entry) for entry in data.pop("override", []))
    data["headline"] = _table(name, "headline", data.get("headline", {}), Headlines)
    if "multiverse" in data:
        data["multiverse"] = read_grid(name, data["multiverse"], data["method"], data["test"])
    _require(name, data)
    question = Question(**data)
    if name != f"{question.id}.toml":
        raise InvalidInput(f"{name}: id is {question.id!r}; the file must be called {question.id}.toml")
    return question


def _require(name: str, data: Mapping[str, object]) -> None:
    """Every field without a default is there, and has its type."""
    for field in fields(Question):
        if field.name not in data:
            if field.default is MISSING:
                raise InvalidInput(f"{name}: {field.name} missing; every question states it")
        elif field.type is str and not isinstance(data[field.name], str):
            raise InvalidInput(f"{name}: {field.name} is {data[field.name]!r}; a text expected")
    if not isinstance(data["number"], int) or not isinstance(data["registered"], date):
        raise InvalidInput(f"{name}: number is a whole number and registered a date, as in: registered = 2026-11-23")


_VOCABULARY: Mapping[str, type[Term]] = {
    "scope": Scope,
    "design": Design,
    "role": EffectRole,
    "level": Level,
    "domain": OutcomeDomain,
    "phase": Phase,
    "whose": Whose,
    "matrix": Matrix,
    "ot_index": OtIndex,
}


def _filters(name: str, data: dict[str, list[str]]) -> Filters:
    _refuse_unknown(name, "select", data, Filters)
    words: dict[str, tuple[object, ...]] = {}
    for field, values in data.items():
        vocabulary = _VOCABULARY.get(field)
        words[field] = (
            tuple(values)
            if vocabulary is None
            else tuple(_word(name, f"select.{field}", value, vocabulary) for value in values)
        )
    return Filters(**words)  # type: ignore[arg-type]  # each tuple holds the terms of its own vocabulary


def _word(name: str, field: str, value: object, vocabulary: type) -> object:
    try:
        return vocabulary(value)
    except ValueError:
        allowed = ", ".join(term.value for term in vocabulary)  # type: ignore[attr-defined]
        raise InvalidInput(f"{name}: {field}: {value!r} is not one of {allowed}") from None


def _table(name: str, where: str, data: dict[str, object], kind: type[Kind]) -> Kind:
    """A table of texts as the dataclass ``kind``, all fields required."""
    _refuse_unknown(name, where, data, kind)
    missing = [f.name for f in fields(kind) if not isinstance(data.get(f.name), str)]  # type: ignore[arg-type]
    if missing:
        raise InvalidInput(f"{name}: {where}: {', '.join(missing)} missing; each is a text")
    return kind(**data)


def _override(name: str, data: dict[str, object]) -> Override:
    words = _table(name, "override", data, _OverrideWords)
    try:
        return as_override(domain=words.domain, level=words.level, reason=words.reason, by=words.by)
    except InvalidInput as error:
        raise InvalidInput(f"{name}: {error}") from None


def _refuse_unknown(name: str, where: str, data: Mapping[str, object], kind: type, extra: tuple[str, ...] = ()) -> None:
    allowed = [f.name for f in fields(kind)] + list(extra)
    for field in data:
        if field not in allowed:
            raise InvalidInput(
                f"{name}: {where or 'top level'}: unknown field {field!r}; allowed: {', '.join(allowed)}"
            )
