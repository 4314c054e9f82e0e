"""A study of the corpus that somebody codes anew, and a corpus that goes on meanwhile: what several tests begin with."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from sqlmodel import Session

from corpus.casework import Casework
from corpus.domain.cases import Case, Change
from corpus.domain.people import Account
from corpus.estimation import estimate_corpus
from corpus.settling import Settling
from corpus.store import Store
from corpus.store.cases import Cases

TITLE = "report/title"


def coded(session: Session, case: str, path: str, change: Callable[[str], str]) -> str:
    """The second coder types what the corpus says, with one value changed; returns that value."""
    cases = Cases(session)
    held = cases.get(case)
    assert held is not None
    (first,) = [one.who for one in cases.drafts(case) if one.state.value == "finished"]
    (second,) = [one.who for one in cases.drafts(case) if one.who != first]
    values, begun = cases.values(case, first), cases.values(case, second)
    wanted = values | {path: change(values[path])}
    cases.save(case, second, [Change(path=one, was=begun.get(one, ""), value=wanted[one]) for one in wanted])
    return wanted[path]


def overtaken(session: Session, study: str, who: Account) -> Case:
    """A case in which somebody has changed the title, settled and all, and the corpus the title and the journal."""
    casework, settling, cases = Casework(session), Settling(session), Cases(session)
    key = casework.open_study(study, who.key).key

    def case() -> Case:
        found = cases.get(key)
        assert found is not None
        return found

    casework.begin(case(), who.key)
    title = coded(session, key, TITLE, lambda old: f"{old} (as coded)")
    casework.finish(case(), who.key)
    settling.settle(case(), who, TITLE, title, "as printed")
    store = Store(session)
    corpus = store.load()
    reports = tuple(
        replace(one, title=f"{one.title}, corrected", journal="Made-Up Journal") if one.study == study else one
        for one in corpus.reports
    )
    changed = estimate_corpus(replace(corpus, reports=reports, estimates=()))
    store.replace(changed, who=who.key, at=datetime.now(UTC))
    return case()
