"""What the protocol says of screening: how many decide, what is included, and the reasons for which a work is excluded.

Never decides: a criterion is read by people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from corpus.domain.screening import Stage
from corpus.errors import InvalidInput
from corpus.toml_values import exactly, text, texts

_WHERE = "protocol.toml: screening"
MOST_REASONS = 9  # each has a digit as its key


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One condition, in words."""

    key: str
    label: str
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion(Criterion):
    """A reason for which a work is excluded, and the stages at which it may be given."""

    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Everything the protocol states about screening."""

    reviewers: int  # who decide each work independently
    reason: str
    include: tuple[Criterion, ...]
    exclude: tuple[Exclusion, ...]
    words_against: tuple[str, ...]  # highlighted as speaking for exclusion; those for inclusion are the search's terms

    def reasons(self, stage: Stage) -> tuple[Exclusion, ...]:
        """The reasons that may be given at a stage, in the order of their keys."""
        return tuple(one for one in self.exclude if stage in one.stages)


def parse_criteria(data: Mapping[str, Any]) -> Criteria:
    """The table [screening] of the protocol. Raises InvalidInput naming key and what is allowed."""
    exactly(_WHERE, data, [field.name for field in fields(Criteria)])
    reviewers = data["reviewers"]
    if type(reviewers) is not int or not 1 <= reviewers <= 5:
        raise InvalidInput(f"{_WHERE}: reviewers is {reviewers!r}; a whole number from 1 to 5 is expected")
    include = tuple(_criterion("include", key, table) for key, table in _tables("include", data).items())
    exclude = tuple(_exclusion(key, table) for key, table in _tables("exclude", data).items())
    for stage in Stage:
        count = sum(stage in one.stages for one in exclude)
        if not 1 <= count <= MOST_REASONS:
            raise InvalidInput(f"{_WHERE}.exclude: {count} reasons for {stage.label}; allowed are 1 to {MOST_REASONS}")
    return Criteria(
        reviewers=reviewers,
        reason=text(_WHERE, "reason", data),
        include=include,
        exclude=exclude,
        words_against=texts(f"{_WHERE}.words_against", data["words_against"]),
    )


def _tables(name: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    found = data[name]
    if not isinstance(found, dict) or not found:
        raise InvalidInput(f"{_WHERE}.{name} is {found!r}; tables [screening.{name}.KEY] are expected")
    return found


def _criterion(name: str, key: str, table: Any) -> Criterion:
    where = f"{_WHERE}.{name}.{key}"
    exactly(where, table, ["label", "definition"])
    return Criterion(key=key, label=text(where, "label", table), definition=text(where, "definition", table))


def _exclusion(key: str, table: Any) -> Exclusion:
    where = f"{_WHERE}.exclude.{key}"
    exactly(where, table, ["label", "definition", "stages"])
    names = texts(f"{where}.stages", table["stages"])
    try:
        stages = tuple(Stage(name) for name in names)
    except ValueError:
        allowed = ", ".join(stage.value for stage in Stage)
        raise InvalidInput(f"{where}.stages is {names!r}; allowed: {allowed}") from None
    return Exclusion(
        key=key, label=text(where, "label", table), definition=text(where, "definition", table), stages=stages
    )
