"""The judgements of a draft: what their instruments ask after the answers typed so far, and what the algorithms say.

Never answers a question and never overrules a coder: a level that was typed stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from corpus.appraising import over_all
from corpus.codebook import BiasAnswer, BiasLevel
from corpus.coding.values import Values, items_of
from corpus.instruments import OVERALL, Domain, Instrument, Judged, Per, instruments, judge

WHERE = "study/risk_of_bias"
_ANSWERS = {answer.value: answer for answer in BiasAnswer}
_LEVELS = {level.value: level for level in BiasLevel}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One judgement of a draft whose instrument and domain are chosen."""

    path: str
    instrument: Instrument
    domain: Domain
    outcome: str  # number of the outcome, or ""
    effect: str  # number of the effect, or ""
    answers: Mapping[str, BiasAnswer]
    judged: Judged
    level: BiasLevel | None  # as typed
    missing: bool  # a reason stands in its place
    suggested: BiasLevel | None  # by the algorithm

    @property
    def result(self) -> tuple[str, str, str]:
        """What it belongs to: judgements of one instrument on one result."""
        return self.instrument.key, self.outcome, self.effect

    @property
    def stands(self) -> BiasLevel | None:
        """The judgement as it stands: typed, or else the algorithm's."""
        return None if self.missing else self.level or self.suggested


def rows(values: Values) -> tuple[Row, ...]:
    """The judgements of a draft, in their order."""
    known = instruments()
    found = []
    for number in items_of(values, WHERE):
        path = f"{WHERE}/{number}"
        instrument = known.get(values.get(f"{path}/instrument", ""))
        domain = instrument.domains.get(values.get(f"{path}/domain", "")) if instrument else None
        if instrument is not None and domain is not None:
            found.append(_row(values, path, instrument, domain))
    beside: dict[tuple[str, str, str], dict[str, BiasLevel | None]] = {}
    for row in found:
        beside.setdefault(row.result, {})[row.domain.key] = row.stands
    return tuple(_over_all(row, beside[row.result]) if row.domain.key == OVERALL else row for row in found)


def tidied(values: Values) -> dict[str, str]:
    """A draft without answers that nothing asks for, and without levels that only repeat what the algorithm says."""
    left = dict(values)
    for row in rows(values):
        asked = {question.key for question in row.judged.asked}
        for question in row.domain.questions:
            if question.key not in asked:
                left.pop(f"{row.path}/answers/{question.key}", None)
        if row.level is not None and row.level is row.suggested:
            del left[f"{row.path}/level"]
    return left


def levels(values: Values) -> dict[str, str]:
    """The levels that the algorithms fill in, by path, where nobody typed one."""
    return {
        f"{row.path}/level": row.suggested.value
        for row in rows(values)
        if row.suggested is not None and row.level is None and not row.missing
    }


def not_asked(values: Values) -> set[str]:
    """Paths of the questions that, as things stand, nobody asks."""
    return {
        f"{row.path}/answers/{question.key}"
        for row in rows(values)
        for question in row.domain.questions
        if question not in row.judged.asked
    }


def unanswered(values: Values) -> list[str]:
    """Paths of the questions that are asked and have no answer."""
    return [f"{row.path}/answers/{question.key}" for row in rows(values) for question in row.judged.open]


def new_rows(values: Values, instrument: str, *, effect: str, outcome: str) -> dict[str, str]:
    """The values by which a coder takes up an instrument for a result: one judgement for each domain not yet there."""
    chosen = instruments()[instrument]
    if chosen.per is Per.STUDY:
        effect = outcome = ""
    there = {row.domain.key for row in rows(values) if row.result == (instrument, outcome, effect)}
    number = max((int(one) for one in items_of(values, WHERE)), default=0)
    found: dict[str, str] = {}
    for key in chosen.domains:
        if key in there:
            continue
        number += 1
        told = {"instrument": instrument, "domain": key, "effect": effect, "outcome": outcome}
        found |= {f"{WHERE}/{number}/{name}": value for name, value in told.items() if value}
    return found


def _row(values: Values, path: str, instrument: Instrument, domain: Domain) -> Row:
    typed = {one.key: values.get(f"{path}/answers/{one.key}", "") for one in domain.questions}
    answers = {key: _ANSWERS[answer] for key, answer in typed.items() if answer in _ANSWERS}
    judged = judge(domain, answers)
    return Row(
        path=path,
        instrument=instrument,
        domain=domain,
        outcome=values.get(f"{path}/outcome", ""),
        effect=values.get(f"{path}/effect", ""),
        answers=answers,
        judged=judged,
        level=_LEVELS.get(values.get(f"{path}/level", "")),
        missing=bool(values.get(f"{path}/level/missing")),
        suggested=judged.level,
    )


def _over_all(row: Row, beside: Mapping[str, BiasLevel | None]) -> Row:
    return replace(row, suggested=over_all(row.instrument, beside))
