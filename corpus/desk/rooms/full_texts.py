"""Full texts: a PDF attached to a record, or the address of one."""

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.desk import desk_of
from corpus.desk.entering import Visitor, needs
from corpus.desk.pages import page
from corpus.desk.showing import address
from corpus.domain.people import Right
from corpus.domain.screening import QueuedWork
from corpus.errors import InvalidInput
from corpus.store.additions import FullTexts
from corpus.store.queue import Queue

UPLOAD = "/full-texts/attach"
LARGEST = 30_000_000  # bytes
router = APIRouter(prefix="/full-texts")
Reviewer = Annotated[Visitor, Depends(needs(Right.SCREEN))]
RecordId = Annotated[str, Form(max_length=400)]
# What a PDF holds that does something when it is opened; the name may be written with #xx for a letter.
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")


@router.post("/attach", response_model=None)
def attach(request: Request, visitor: Reviewer, record: RecordId, file: Annotated[UploadFile, File()]) -> Response:
    """Attach a PDF to a record."""
    content = file.file.read(LARGEST + 1)
    name = check_pdf(file.filename or "", content)
    with desk_of(request).database.write() as session:
        work = _work(Queue(session), record)
        FullTexts(session).attach(work.key, name, content, visitor.key)
        return _listed(request, visitor, FullTexts(session), Queue(session), work)


@router.post("/link", response_model=None)
def link(request: Request, visitor: Reviewer, record: RecordId, url: Annotated[str, Form(max_length=2000)]) -> Response:
    """Note the address of a full text."""
    if not address(url, url.strip()):
        raise InvalidInput(f"an address begins with https://; saw {url[:80]!r}")
    with desk_of(request).database.write() as session:
        work = _work(Queue(session), record)
        FullTexts(session).link(work.key, url.strip(), visitor.key)
        return _listed(request, visitor, FullTexts(session), Queue(session), work)


@router.post("/detach", response_model=None)
def detach(
    request: Request,
    visitor: Reviewer,
    record: RecordId,
    position: Annotated[int, Form(ge=0, le=10_000)],
    seen: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Take a file or an address away from a record: the one that the page showed, and no other."""
    with desk_of(request).database.write() as session:
        FullTexts(session).detach(record, position, visitor.key, seen=seen)
        return _listed(request, visitor, FullTexts(session), Queue(session), _work(Queue(session), record))


@router.get("/file", response_model=None)
def file(
    request: Request,
    visitor: Annotated[Visitor, Depends(needs(Right.READ))],
    record: Annotated[str, Query(max_length=400)],
    position: Annotated[int, Query(ge=0, le=10_000)],
) -> Response:
    """An attached file, to be saved: a browser never opens it within the desk."""
    with desk_of(request).database.read() as session:
        found = FullTexts(session).content(record, position)
    if found is None:
        raise HTTPException(404)
    name, content = found
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "content-security-policy": "sandbox; default-src 'none'",
    }
    return Response(content, media_type="application/pdf", headers=headers)


def check_pdf(name: str, content: bytes) -> str:
    """The name under which a file is kept. Raises InvalidInput for what is no PDF, too large, or would do something when opened."""
    shown = re.sub(r"[^\w.\- ]+", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")[:120] or "full_text.pdf"
    if len(content) > LARGEST:
        raise InvalidInput(f"{shown}: larger than {LARGEST // 1_000_000} MB")
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        raise InvalidInput(f"{shown}: not a whole PDF; only PDF files are kept")
    unfolded = re.sub(rb"#([0-9A-Fa-f]{2})", lambda match: bytes([int(match.group(1), 16)]), content)
    if found := _ACTIVE.search(unfolded):
        part = found.group(1).decode()
        raise InvalidInput(f"{shown}: holds {part}, which could run when it is opened; print it to a new PDF first")
    return shown if shown.lower().endswith(".pdf") else f"{shown}.pdf"


def _work(queue: Queue, record: str) -> QueuedWork:
    found = queue.work(record)
    if found is None:
        raise InvalidInput("no such record in the queue")
    return found


def _listed(request: Request, visitor: Visitor, texts: FullTexts, queue: Queue, work: QueuedWork) -> Response:
    return page(request, "full_texts.html", visitor, work=work, full_texts=texts.of(queue.members(work.key)))
