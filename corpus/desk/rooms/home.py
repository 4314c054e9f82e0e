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
from corpus.store.accounts import Accounts
from corpus.store.facts import Facts
from corpus.store.links import Links
from corpus.store.queue import Queue
from corpus.works.adjudicating import Adjudicators
from corpus.works.queueing import RANKING

router = APIRouter()
AT_ONCE = 500  # conflicts that are counted


@router.get("/", response_model=None)
def home(request: Request, visitor: Annotated[Visitor, Depends(needs(Right.READ))]) -> Response:
    """What waits for the visitor, and how the whole stands."""
    desk = desk_of(request)
    with desk.database.read() as session:
        queue, people = Queue(session), Adjudicators.of(session)
        values: dict[str, Any] = {
            "counts": queue.counts(),
            "waiting": {
                stage: queue.undecided(stage, visitor.key) if visitor.account.screens else 0 for stage in Stage
            },
            "conflicts": {
                stage: sum(people.may_settle(visitor.key, one) for one in queue.conflicts(stage, AT_ONCE).values())
                for stage in Stage
            },
            "unsure": Links(session).open(),
            "ranking": Facts(session).recall(RANKING),
            "needed": desk.needed(Accounts(session)),
            "people": Accounts(session).screening(),
        }
    return page(request, "home.html", visitor, **values)
