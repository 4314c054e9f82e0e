"""The audit trail: what was done to a record, or by a person."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.blindness import may_see
from corpus.desk.desk import desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.desk.telling import records_of, tell
from corpus.domain.people import Right
from corpus.store.accounts import Accounts
from corpus.store.links import Links
from corpus.store.proposals import Proposals
from corpus.store.queue import Queue
from corpus.store.trail import Trail

router = APIRouter(prefix="/trail")


@router.get("", response_model=None)
def trail(
    request: Request,
    visitor: Annotated[Visitor, Depends(needs(Right.READ))],
    record: Annotated[str, Query(max_length=400)] = "",
    entity: Annotated[str, Query(max_length=400)] = "",
    who: Annotated[str, Query(max_length=64)] = "",
    before: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
) -> Response:
    """Events about a record or an entity, or by a person; what others decided stays hidden while it must be independent."""
    with desk_of(request).database.read() as session:
        events = Trail(session)
        if record:
            work = Queue(session).work(record)
            members = Queue(session).members(work.key) if work else (record,)
            names = [f"amendment/{member}" for member in members]
            pairs = {(link.a, link.b) for link in Links(session).about(members)}
            pairs |= {(one.a, one.b) for one in Proposals(session).about(members)}
            names += [f"{kind}/{a}/{b}" for a, b in sorted(pairs) for kind in ("link", "link_proposal")]
            below = [f"{kind}/{member}/" for member in members for kind in ("screening", "skip", "full_text")]
            found = events.of([*names, *below])
        elif entity:
            found = events.of([entity, f"{entity}/"])
        else:
            found = events.by(who, before=before)
        seen = [event for event in found if may_see(session, visitor.account, event)]
        earlier = {
            sequence: event
            for sequence, event in events.before(seen).items()
            if may_see(session, visitor.account, event)
        }
        titles = Queue(session).titles(records_of(seen) | ({record} if record else set()))
        people = [one.key for one in Accounts(session).all()]
    return page(
        request,
        "trail.html",
        visitor,
        told=[tell(event, earlier.get(event.sequence), titles) for event in seen],
        about=titles.get(record, ""),
        last=found[-1].sequence if found else None,
        record=record,
        entity=entity,
        who=who,
        people=people,
    )
