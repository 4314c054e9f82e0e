"""Puts the desk together: rooms, guard, errors, assets.

Never starts a server and never opens a database: ``running`` does.
"""

import logging
import mimetypes
from functools import cache
from importlib.resources import files

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from corpus.desk.desk import Desk
from corpus.desk.entering import Forbidden, NotEntered
from corpus.desk.guard import Guard
from corpus.desk.identity import NotVouchedFor, ProviderFails
from corpus.desk.meanwhile import said_meanwhile
from corpus.desk.pages import beside, page
from corpus.desk.passwords import Busy
from corpus.desk.rooms import ROUTERS, practice
from corpus.desk.rooms.full_texts import LARGEST, UPLOAD
from corpus.desk.texts import texts_only
from corpus.desk.throttle import TooOften
from corpus.domain.meanwhile import SaidMeanwhile
from corpus.errors import Locked, OxySynthError, Unavailable

_LOG = logging.getLogger(__name__)


def create_application(desk: Desk, hosts: tuple[str, ...]) -> FastAPI:
    """The application of a desk that answers to these hosts (name and port)."""
    app = FastAPI(
        title="OxySynth desk",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if desk.practice else None,
        dependencies=[Depends(texts_only)],
    )
    app.state.desk = desk
    for router in ROUTERS:
        app.include_router(router)
    if desk.practice:
        app.include_router(practice.router)
    app.add_api_route("/assets/{name:path}", _asset, methods=["GET"], include_in_schema=False)
    app.add_exception_handler(NotEntered, _not_entered)
    app.add_exception_handler(Forbidden, _forbidden)
    app.add_exception_handler(NotVouchedFor, _forbidden)
    app.add_exception_handler(ProviderFails, _provider_fails)
    app.add_exception_handler(TooOften, _too_often)
    app.add_exception_handler(SaidMeanwhile, said_meanwhile)
    app.add_exception_handler(Busy, _too_often)
    app.add_exception_handler(OxySynthError, _mistake)
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_exception_handler(Locked, _unavailable)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(Guard, origin=desk.origin, hosts=hosts, large={UPLOAD: LARGEST + 100_000})
    return app


def _not_entered(request: Request, _: Exception) -> Response:
    if request.headers.get("hx-request") == "true":
        return _said(request, "Your session has ended; enter again in another tab, then repeat this.", 401)
    return RedirectResponse("/enter", status_code=303)


def _forbidden(request: Request, error: Exception) -> Response:
    return _said(request, str(error), 403)


def _provider_fails(request: Request, error: Exception) -> Response:
    return _said(request, str(error), 502)


def _too_often(request: Request, error: Exception) -> Response:
    return _said(request, str(error), 429)


def _mistake(request: Request, error: Exception) -> Response:
    return _said(request, str(error), 422)


def _unavailable(request: Request, error: Exception) -> Response:
    """Where the database is, and what it says, is for whoever runs the desk: it stands in the log."""
    _LOG.error("%s %s: %s", request.method, request.url.path, error)
    why = "Another run holds the desk's database" if isinstance(error, Locked) else "The desk cannot reach its database"
    # A commit whose answer was lost may have been kept all the same: whoever tries again sees it.
    reply = _said(request, f"{why} just now. What you sent counts as not saved; try again in a moment.", 503)
    reply.headers["retry-after"] = "5"
    return reply


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    told = "; ".join(f"{'.'.join(str(part) for part in one['loc'][1:])}: {one['msg']}" for one in error.errors())
    return _said(request, f"This address or form holds what the desk does not take: {told}", 422)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = {404: "There is no such page.", 405: "This address is not asked for in this way."}.get(error.status_code)
    said = said or str(error.detail)
    return _said(request, said, error.status_code)


def _said(request: Request, text: str, status: int) -> HTMLResponse:
    """One line that says what is wrong; within a page of the desk it goes where the messages are."""
    return beside(request, page(request, "message.html", None, status=status, text=text[:1].upper() + text[1:]))


@cache
def _content(name: str) -> tuple[bytes, str] | None:
    folder = files("corpus.desk").joinpath("assets")
    names = {one.name for one in folder.iterdir() if one.is_file()}
    names |= {f"vendor/{one.name}" for one in folder.joinpath("vendor").iterdir()}
    if name not in names:
        return None
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return folder.joinpath(*name.split("/")).read_bytes(), kind


def _asset(name: str) -> Response:
    found = _content(name)
    if found is None:
        raise HTTPException(404)
    return Response(found[0], media_type=found[1], headers={"cache-control": "max-age=3600"})
