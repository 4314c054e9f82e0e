"""Screening: one record a screen, one key a decision."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.companions import companions
from corpus.desk.desk import Desk, desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import ask_whether_sure, moved, page
from corpus.desk.showing import highlighter, shown, words_of
from corpus.desk.tally import Counted
from corpus.domain.people import Right
from corpus.domain.screening import Decision, QueuedWork, Stage, Verdict
from corpus.errors import InvalidInput
from corpus.screening.agreement import FEWEST
from corpus.screening.highlighting import as_term
from corpus.screening.pace import pace
from corpus.store.accounts import Accounts
from corpus.store.additions import Abstracts, Highlights
from corpus.store.decisions import Decisions
from corpus.store.facts import Facts
from corpus.store.own import OwnDecisions, Sought
from corpus.store.queue import Queue
from corpus.works.agreeing import stage_agreement
from corpus.works.deciding import MovedOn, NotNeeded, Screening, may_be_maybe
from corpus.works.independent import independent_opinions
from corpus.works.queueing import RANKING, decided_since
from corpus.works.reading import read_work

router = APIRouter(prefix="/screening")
Reviewer = Annotated[Visitor, Depends(needs(Right.SCREEN))]
RecordId = Annotated[str, Form(max_length=400)]
PACED = 60  # last decisions that a pace is told from
OWN_SHOWN = 100  # own decisions on a page
LONGEST_ABSTRACT = 20_000


@router.get("/agreement", response_model=None)
def agreements(request: Request, visitor: Annotated[Visitor, Depends(needs(Right.ADJUDICATE))]) -> Response:
    """How far reviewers agree, stage by stage."""
    with desk_of(request).database.read() as session:
        decided = {stage: independent_opinions(session, stage, visitor.key) for stage in Stage}
    found = [(stage_agreement(stage, opinions.shown), opinions.later) for stage, opinions in decided.items()]
    labels = {one.key: one.label for one in desk_of(request).criteria.exclude}
    return page(request, "agreement.html", visitor, found=found, labels=labels, fewest=FEWEST)


@router.get("/words", response_model=None)
def words(request: Request, visitor: Annotated[Visitor, Depends(needs(Right.READ))]) -> Response:
    """The words that are highlighted, and what each speaks for."""
    with desk_of(request).database.read() as session:
        return _words(request, visitor, session)


@router.post("/words", response_model=None)
def put_word(
    request: Request,
    visitor: Reviewer,
    text: Annotated[str, Form(max_length=200)],
    kind: Annotated[str, Form(pattern="^(for|against|)$")] = "",
    seen: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Say what a word speaks for, or that it is not highlighted any more."""
    desk = desk_of(request)
    with desk.database.write() as session:
        if kind:
            text = as_term(text)
        elif text not in words_of(desk, session):
            raise InvalidInput(f"{text[:100]}: this word is not in the list")
        Highlights(session).put(text, kind, visitor.key, seen=seen)
        return _words(request, visitor, session)


@router.get("/{stage}", response_model=None)
def screen(
    request: Request, visitor: Reviewer, stage: Stage, record: Annotated[str, Query(max_length=400)] = ""
) -> Response:
    """The next record that waits for the visitor's decision, or the one that is named, if it is open to the visitor."""
    desk = desk_of(request)
    with desk.database.read() as session:
        named = _named(session, record)
        if named is not None and _screening(desk, session).why_shut(visitor.key, stage, named):
            return moved(request, f"/works/of?record={quote(named.key, safe='')}")
        return _next(request, desk, visitor, session, stage, named)


@router.post("/{stage}/decide", response_model=None)
def decide(
    request: Request,
    visitor: Reviewer,
    stage: Stage,
    record: RecordId,
    verdict: Annotated[Verdict, Form()],
    reason: Annotated[str, Form(max_length=64)] = "",
    note: Annotated[str, Form(max_length=5000)] = "",
    also: Annotated[list[str] | None, Form()] = None,
    sure: Annotated[bool, Form()] = False,
) -> Response:
    """Decide on a record, and on those that are decided with it; then the next one."""
    desk = _at(request, visitor)
    said, status = "", 200
    try:
        with desk.database.write() as session:
            names = [record, *(also or ())]
            shut = _screening(desk, session).decide(visitor.key, stage, names, verdict, reason, note, sure=sure)
        if shut:
            said = (
                f"Nothing was decided on {', '.join(f'“{work.title}”' for work in shut)}: it is not open at this stage."
            )
        desk.decided()
    except NotNeeded as error:
        said, status = f"{error}. Yours was not needed, and is not kept.", 409
    except MovedOn as error:
        form = [("record", record), ("verdict", verdict.value), ("reason", reason), ("note", note)]
        form += [("also", name) for name in also or ()]
        return ask_whether_sure(request, visitor, str(error), f"/screening/{stage.value}", "decide", form)
    # Apart from the decision's own transaction: nobody else's decision waits until this page is made.
    with desk.database.read() as session:
        return _next(request, desk, visitor, session, stage, None, said=said, status=status)


@router.post("/{stage}/skip", response_model=None)
def skip(request: Request, visitor: Reviewer, stage: Stage, record: RecordId) -> Response:
    """Put a record off to the end of one's own queue."""
    desk = _at(request, visitor)
    with desk.database.write() as session:
        _screening(desk, session).skip(visitor.key, stage, record)
    desk.readers.leave(stage, visitor.key, record)
    with desk.database.read() as session:
        return _next(request, desk, visitor, session, stage, None)


@router.post("/{stage}/undo", response_model=None)
def undo(request: Request, visitor: Reviewer, stage: Stage, sure: Annotated[bool, Form()] = False) -> Response:
    """Take back what one did last, and show its record again."""
    desk = _at(request, visitor)
    try:
        with desk.database.write() as session:
            undone = _screening(desk, session).undo(visitor.key, stage, sure=sure)
            if undone is None:
                raise InvalidInput("there is nothing of yours to undo at this stage")
    except MovedOn as error:
        return ask_whether_sure(request, visitor, str(error), f"/screening/{stage.value}", "undo", [])
    with desk.database.read() as session:
        return _next(request, desk, visitor, session, stage, Queue(session).work(undone.key), said="Taken back.")


@router.post("/{stage}/abstract", response_model=None)
def add_abstract(
    request: Request,
    visitor: Reviewer,
    stage: Stage,
    record: RecordId,
    abstract: Annotated[str, Form(max_length=50_000)],
    was: Annotated[str, Form(max_length=50_000)] = "",
) -> Response:
    """Add an abstract that no source gave; ``was`` is what the page showed, so that nobody's typing is overwritten unseen."""
    desk = desk_of(request)
    added = abstract.strip()
    if len(added) > LONGEST_ABSTRACT:
        raise InvalidInput(f"an abstract has at most {LONGEST_ABSTRACT} characters; this one has {len(added)}")
    with desk.database.write() as session:
        work = _named(session, record)
        if work is None:
            raise InvalidInput("no such record")
        text = read_work(session, work)
        if text.record.abstract and not text.abstract_by:
            raise InvalidInput("a source gives an abstract meanwhile; it stays as it is")
        if _one_line(text.record.abstract) not in (_one_line(was), _one_line(added)):
            raise InvalidInput(
                f"{text.abstract_by} typed another abstract meanwhile, which stands: “{text.record.abstract[:200]}”; "
                "yours is still in the form: open the record again to compare them"
            )
        Abstracts(session).put(work.key, added, visitor.key)
        return _next(request, desk, visitor, session, stage, work)


@router.get("/{stage}/mine", response_model=None)
def mine(
    request: Request,
    visitor: Reviewer,
    stage: Stage,
    verdict: Verdict | Literal[""] | None = None,
    reason: Annotated[str, Query(max_length=64)] = "",
    words: Annotated[str, Query(max_length=200)] = "",
    start: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """One's own decisions, the newest first, by verdict, reason and words of the title; each can be changed."""
    desk = desk_of(request)
    sought = Sought(verdict=verdict or None, reason=reason, words=words)
    with desk.database.read() as session:
        queue, own = Queue(session), OwnDecisions(session, visitor.key, stage)
        found = own.sought(sought, start, OWN_SHOWN + 1)
        made = [(one, queue.work(one.record)) for one in found[:OWN_SHOWN]]
        counts = own.counts()
    return page(
        request,
        "mine.html",
        visitor,
        stage=stage,
        made=made,
        more=len(found) > OWN_SHOWN,
        start=start,
        step=OWN_SHOWN,
        sought=sought,
        verdicts=[(one, sum(count for (said, _), count in counts.items() if said is one)) for one in Verdict],
        reasons=[(one, counts.get((Verdict.EXCLUDE, one.key), 0)) for one in desk.criteria.reasons(stage)],
        labels={one.key: one.label for one in desk.criteria.exclude},
    )


def _one_line(text: str) -> str:
    """A text without its breaks, which forms write in their own way."""
    return " ".join(text.split())


def _at(request: Request, visitor: Visitor) -> Desk:
    """The desk, for somebody who screens."""
    if not visitor.account.screens:
        raise InvalidInput(
            "you are marked as somebody who does not screen; an admin changes that on the page of people"
        )
    return desk_of(request)


def _screening(desk: Desk, session: Session) -> Screening:
    return Screening(session, desk.criteria, desk.needed(Accounts(session).screening()))


def _named(session: Session, record: str) -> QueuedWork | None:
    if not record:
        return None
    found = Queue(session).work(record)
    if found is None:
        raise InvalidInput(f"{record[:100]}: no such record in the queue")
    return found


def _next(
    request: Request,
    desk: Desk,
    visitor: Visitor,
    session: Session,
    stage: Stage,
    work: QueuedWork | None,
    *,
    said: str = "",
    status: int = 200,
) -> Response:
    """The screen of a work; without one, of the first that waits."""
    queue, decisions = Queue(session), Decisions(session)
    own: Sequence[Decision] = ()
    if work is not None:
        own = [one for one in decisions.on_work(work.key) if one.stage is stage and one.who == visitor.key]
    times, people = decisions.times(visitor.key, PACED, stage), Accounts(session).screening()
    needed = desk.needed(people)
    if work is None and visitor.account.screens:
        # One that the visitor has not decided on, and that not enough others are reading just now.
        few = queue.next(stage, visitor.key, most=1 + max(0, people - needed))
        work = desk.readers.choose(stage, visitor.key, few, needed)
    if work is None:
        desk.emptied()
    text = shown(read_work(session, work), highlighter(desk, session)) if work else None
    ranking = Facts(session).recall(RANKING)
    values: dict[str, Any] = {
        "stage": stage,
        "text": text,
        "own": own[-1] if own else None,
        "said_before": own,
        "beside": companions(session, visitor.account, stage, text.related) if text else (),
        "last": bool(times) or queue.last_put_off(stage, visitor.key) is not None,
        "said": said,
        "reasons": desk.criteria.reasons(stage),
        "maybe": may_be_maybe(stage, needed),
        "criteria": desk.criteria,
        "counted": desk.tally.of(session, stage, visitor.key) if visitor.account.screens else Counted(0, 0),
        "pace": pace(times),
        "ranking": ranking,
        "since": decided_since(session, ranking),
        "needed": needed,
    }
    return page(request, "screen.html", visitor, status=status, **values)


def _words(request: Request, visitor: Visitor, session: Session) -> Response:
    kinds, marks = words_of(desk_of(request), session), Highlights(session).marks()
    return page(request, "words.html", visitor, kinds=kinds, marks=marks)
