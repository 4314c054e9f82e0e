"""The first page: what waits, and for whom."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.desk import desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.domain.people import Right
from corpus.domain.screening import Stage
from corpus.queues.duplicates import open_pairs
from corpus.store.accounts import Accounts
from corpus.store.facts import Facts
from corpus.store.queue import Queue
from corpus.works.adjudicating import Adjudicators
from corpus.works.queueing import RANKING, decided_since

router = APIRouter()
AT_ONCE = 500  # conflicts that are counted


@router.get("/", response_model=None)
def home(request: Request, visitor: Annotated[Visitor, Depends(needs(Right.READ))]) -> Response:
    """What waits for the visitor, and how the whole stands."""
    desk = desk_of(request)
    with desk.database.read() as session:
        queue, adjudicators, people = Queue(session), Adjudicators.of(session), Accounts(session).screening()
        ranking = Facts(session).recall(RANKING)
        values: dict[str, Any] = {
            "counts": desk.tally.all(session),
            "waiting": {
                stage: desk.tally.of(session, stage, visitor.key).left if visitor.account.screens else 0
                for stage in Stage
            },
            "conflicts": {
                stage: sum(adjudicators.may_settle(visitor.key, one) for one in queue.parties(stage, AT_ONCE).values())
                for stage in Stage
            },
            "unsure": open_pairs(session),
            "ranking": ranking,
            "since": decided_since(session, ranking),
            "needed": desk.needed(people),
            "people": people,
        }
    return page(request, "home.html", visitor, **values)
