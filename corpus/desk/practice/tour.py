"""The guided first case: which step somebody is at, by what the database holds.

Never keeps score: a step is done when its work is done, and open again when that is taken back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from sqlmodel import Session

from corpus.coding.preview import preview
from corpus.coding.values import items_of
from corpus.desk.practice.material import material, model_coding, read
from corpus.domain.cases import Case, CaseState
from corpus.domain.people import Account
from corpus.domain.screening import QueuedWork, Stage, State
from corpus.settling import Settling
from corpus.store.additions import Abstracts
from corpus.store.cases import Cases
from corpus.store.decisions import Decisions
from corpus.store.queue import Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step, in words."""

    key: str
    title: str
    place: str  # where at the desk it is done; {case} stands for the case's key
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where somebody stands in the guided case."""

    step: Step
    number: int  # of the step, from 1; one more than there are when all is done
    steps: int

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.number > self.steps


@cache
def steps() -> Sequence[Step]:
    """The steps in their order."""
    return tuple(Step(**one) for one in read("tour.toml")["step"])


def progress(session: Session, account: Account) -> Progress:
    """The first step that is not done."""
    here = _Here(session, account)
    last = Step(key="done", **read("tour.toml")["done"])
    left = ((number, step) for number, step in enumerate(steps(), start=1) if not DONE[step.key](here))
    number, step = next(left, (len(steps()) + 1, last))
    return Progress(step=replace(step, place=here.place(step.place)), number=number, steps=len(steps()))


class _Here:
    """What the steps ask of the database."""

    def __init__(self, session: Session, account: Account) -> None:
        self.session = session
        self.who = account.key
        self.queue = Queue(session)

    def work(self, name: str) -> QueuedWork:
        work = self.queue.work(material().names[name])
        assert work is not None, f"the practice database lacks {name}"
        return work

    def case(self) -> Case | None:
        return Cases(self.session).of_work(self.queue.members(self.work("trial").key))

    def place(self, address: str) -> str:
        """An address with the case's key in it; where the case was given up, the page on which another begins."""
        case = self.case()
        return address.format(case=case.key) if case else ("/coding" if "{case}" in address else address)

    def values(self) -> Mapping[str, str]:
        case = self.case()
        return {} if case is None else Cases(self.session).values(case.key, self.who)


def _decide(here: _Here) -> bool:
    return bool(Decisions(here.session).last(here.who, 1, Stage.TITLE_ABSTRACT))


def _abstract(here: _Here) -> bool:
    added = Abstracts(here.session).of(here.queue.members(here.work("no_abstract").key))
    return any(one.text for one in added)


def _titles(here: _Here) -> bool:
    left = here.queue.undecided(Stage.TITLE_ABSTRACT, here.who)
    return left == 0 and here.work("trial").stage is Stage.FULL_TEXT


def _conflict(here: _Here) -> bool:
    work = here.work("disputed")
    return (work.stage, work.state) != (Stage.TITLE_ABSTRACT, State.CONFLICT)


def _full_text(here: _Here) -> bool:
    work = here.work("trial")
    return (work.stage, work.state) == (Stage.FULL_TEXT, State.INCLUDED)


def _gaps(here: _Here) -> bool:
    values = here.values()
    open_ = [path.removesuffix("/missing") for path in model_coding().open if not path.startswith("study/effects/")]
    return bool(values) and all(path in values or f"{path}/missing" in values for path in open_)


def _effect(here: _Here) -> bool:
    values = here.values()
    effects = [f"study/effects/{number}" for number in items_of(values, "study/effects")]
    return any(not preview(values, one).lacking and f"{one}/source/locator" in values for one in effects)


def _finish(here: _Here) -> bool:
    case = here.case()
    return case is not None and case.state is not CaseState.CODING


def _settle(here: _Here) -> bool:
    case = here.case()
    return case is not None and not Settling(here.session).side_by_side(case).unsettled


def _accept(here: _Here) -> bool:
    case = here.case()
    return case is not None and case.state is CaseState.ACCEPTED


DONE: Mapping[str, Callable[[_Here], bool]] = {
    "decide": _decide,
    "abstract": _abstract,
    "titles": _titles,
    "conflict": _conflict,
    "full_text": _full_text,
    "gaps": _gaps,
    "effect": _effect,
    "finish": _finish,
    "settle": _settle,
    "accept": _accept,
}
