"""Kim and Lee, who do not exist: what they decide and code at the practice desk, by the same doors as everybody.

Never decides for whoever practises, and never changes what they did.
"""

from sqlmodel import Session

from corpus.casework import Casework
from corpus.criteria import Criteria
from corpus.desk.practice.material import KIM, LEE, Opinion, material, model_coding
from corpus.domain.cases import Change
from corpus.domain.people import Account
from corpus.domain.screening import QueuedWork, Stage, State
from corpus.store.accounts import Accounts
from corpus.store.cases import Cases
from corpus.store.decisions import Decisions
from corpus.store.queue import Queue
from corpus.works.deciding import Screening
from corpus.works.queueing import reviewers


def decide_titles(session: Session, criteria: Criteria) -> None:
    """What both decided on titles and abstracts before anybody else came."""
    for who in (KIM, LEE):
        for record, opinion in material().opinions[who].items():
            _decide(session, criteria, who, Stage.TITLE_ABSTRACT, record, opinion)


def follow(session: Session, criteria: Criteria) -> None:
    """What Kim does once a work came further: decide on its full text; code the trial when it is included."""
    queue = Queue(session)
    for record, opinion in material().opinions["full_text"].items():
        work = queue.work(record)
        if work is not None and (work.stage, work.state) == (Stage.FULL_TEXT, State.WAITING):
            held = Decisions(session).on(queue.members(work.key))
            if all(one.who != KIM or one.stage is not Stage.FULL_TEXT for one in held):
                _decide(session, criteria, KIM, Stage.FULL_TEXT, record, opinion)
    trial = queue.work(material().names["trial"])
    if trial is not None and (trial.stage, trial.state) == (Stage.FULL_TEXT, State.INCLUDED):
        _code(session, trial)


def learner(session: Session) -> Account:
    """Whoever practises: the one person who is made up by nobody."""
    return next(one for one in Accounts(session).all() if one.key not in material().people)


def _decide(session: Session, criteria: Criteria, who: str, stage: Stage, record: str, opinion: Opinion) -> None:
    screening = Screening(session, criteria, reviewers(criteria, Accounts(session).screening()))
    screening.decide(who, stage, [record], opinion.verdict, opinion.reason)


def _code(session: Session, trial: QueuedWork) -> None:
    cases, casework, model = Cases(session), Casework(session), model_coding()
    if cases.of_work(Queue(session).members(trial.key)) is not None:
        return
    case = casework.open_work(trial, KIM, 2)
    for who, values in ((KIM, model.by_kim), (learner(session).key, model.prepared)):
        casework.begin(case, who)
        begun = cases.values(case.key, who)
        changes = [Change(path=path, was=begun.get(path, ""), value=values.get(path, "")) for path in {*begun, *values}]
        cases.save(case.key, who, changes, by=KIM)
    casework.finish(case, KIM)
