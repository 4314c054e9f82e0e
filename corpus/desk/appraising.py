"""Judgements of bias and trust as the form shows them: by instrument and result, and what they can be for.

Never judges.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from corpus.casework import Casework
from corpus.coding.judgements import Row, rows
from corpus.coding.pointers import pointers
from corpus.coding.values import Values
from corpus.desk.formdata import labels_of
from corpus.domain.cases import Case
from corpus.instruments import Instrument, instruments


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """The judgements of one instrument for one result."""

    instrument: Instrument
    about: str  # the result, in words
    rows: tuple[Row, ...]

    @property
    def events(self) -> str:
        """What HTMX waits for to show the overall judgement anew: that any of the domains was saved."""
        return ", ".join(f"saved-{row.path.replace('/', '-')} from:body" for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What the section of the form shows."""

    appraisals: Sequence[Appraisal]
    results: Sequence[tuple[str, str]]
    instruments: Sequence[Instrument]
    labels: Mapping[str, Mapping[str, str]]
    pointers: Mapping[str, tuple[str, ...]]


def judging(session: Session, case: Case, values: Values) -> Judging:
    """A draft's judgements, and what more can be judged."""
    return Judging(
        appraisals=appraisals(values),
        results=results(values),
        instruments=tuple(instruments().values()),
        labels=labels_of(values),
        pointers=pointers(values, Casework(session).notices(case)),
    )


def appraisals(values: Values) -> Sequence[Appraisal]:
    """The appraisals of a draft, in the order in which they were taken up."""
    labels = labels_of(values)
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows(values):
        found.setdefault(row.result, []).append(row)
    return [
        Appraisal(instrument=held[0].instrument, about=_about(held[0], labels), rows=tuple(held))
        for held in found.values()
    ]


def results(values: Values) -> Sequence[tuple[str, str]]:
    """What a judgement can be for, as the form sends it, each in words."""
    labels = labels_of(values)
    effects = [(f"effect {number}", f"effect {name}") for number, name in labels["study/effects"].items()]
    outcomes = [(f"outcome {number}", f"all of {name}") for number, name in labels["study/outcomes"].items()]
    return [*effects, *outcomes, ("", "the study as a whole")]


def _about(row: Row, labels: Mapping[str, Mapping[str, str]]) -> str:
    if row.effect:
        return f"effect {labels['study/effects'].get(row.effect, row.effect)}"
    if row.outcome:
        return f"all of {labels['study/outcomes'].get(row.outcome, row.outcome)}"
    return "the study as a whole"
