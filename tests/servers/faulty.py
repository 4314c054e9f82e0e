"""A real HTTP server on this machine that answers as it is told, and fails as it is told.

Never sleeps longer than the fault it plays, and never outlives its context.
"""

import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


class Fault(StrEnum):
    """What can go wrong with an answer."""

    TOO_MANY_REQUESTS = "429 with Retry-After"
    SERVER_ERROR = "500"
    UNAVAILABLE = "503"
    DROPPED = "dropped connection"
    HANG = "hang"
    TRUNCATED = "truncated body"
    HTML = "200 with HTML"
    ERROR_DOCUMENT = "200 with an error document"
    EMPTY = "empty result"
    WRONG_CHARSET = "wrong charset"
    CONTROL_CHARACTERS = "control characters"
    UNKNOWN_DTD = "unknown DTD"
    ENTITY_BOMB = "entity bomb"
    GZIP_BOMB = "gzip bomb"
    HUGE = "200 MB reply"
    REDIRECT = "redirect to another host"
    CHANGED_SCHEMA = "changed schema"
    DUPLICATE_PAGE = "duplicate page"
    TOKEN_EXPIRED = "token expired mid-way"


# Faults that a service plays itself, in its own words; the others are played here, on the way out.
OF_THE_SERVICE = (Fault.ERROR_DOCUMENT, Fault.EMPTY, Fault.CHANGED_SCHEMA, Fault.DUPLICATE_PAGE, Fault.TOKEN_EXPIRED)
HUGE = 200_000_000  # bytes
_PAGE = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><p>Back soon.</p></body></html>"
_BOMB = (
    b'<?xml version="1.0"?>\n<!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    + b"]>\n<bomb>&m;</bomb>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    many: tuple[tuple[str, str], ...]  # the query with repeated names
    headers: dict[str, str]
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a service says to a request."""

    body: bytes
    kind: str = "application/json"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Service = Callable[[Request, Fault | None], Answer]


@dataclass(slots=True)
class _Order:
    prefix: str
    fault: Fault
    after: int
    times: int
    seen: int = 0


class FaultyServer:
    """Services under prefixes of the path. Use as a context."""

    def __init__(self) -> None:
        self.log: list[Request] = []
        self.robots: tuple[int, bytes] = (200, b"User-agent: *\nDisallow:\n")
        self._services: dict[str, Service] = {}
        self._orders: list[_Order] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer._handle(self)

            do_POST = do_GET

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Address without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def mount(self, prefix: str, service: Service) -> None:
        """Answer everything below a prefix."""
        self._services[prefix] = service

    def inject(self, prefix: str, fault: Fault, *, after: int = 0, times: int = 1) -> None:
        """Play a fault on the requests below a prefix, from number ``after`` on; -1 times is for ever."""
        if fault is Fault.GZIP_BOMB:
            _gzip_bomb()  # takes a second, once, and not while a client waits
        with self._lock:
            self._orders.append(_Order(prefix, fault, after, times))

    def clear(self) -> None:
        """Play no more faults, and forget the requests."""
        with self._lock:
            self._orders.clear()
            self.log.clear()

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        size = int(handler.headers.get("Content-Length") or 0)
        pairs = tuple(parse_qsl(parts.query) + parse_qsl(handler.rfile.read(size).decode()))
        request = Request(
            method=handler.command,
            path=parts.path,
            query=dict(pairs),
            many=pairs,
            headers=dict(handler.headers.items()),
            at=time.monotonic(),
        )
        if parts.path == "/robots.txt":
            status, body = self.robots
            self._send(handler, Answer(body=body, kind="text/plain", status=status))
            return
        with self._lock:
            self.log.append(request)
            fault = self._fault(parts.path)
        service = next((one for prefix, one in self._services.items() if parts.path.startswith(prefix)), None)
        if service is None:
            self._send(handler, Answer(body=b"not here", kind="text/plain", status=404))
            return
        self._play(handler, service, request, fault)

    def _fault(self, path: str) -> Fault | None:
        for order in self._orders:
            if path.startswith(order.prefix):
                order.seen += 1
                number = order.seen - 1
                if number >= order.after and (order.times < 0 or number < order.after + order.times):
                    return order.fault
        return None

    def _play(self, handler: BaseHTTPRequestHandler, service: Service, request: Request, fault: Fault | None) -> None:
        answer = service(request, fault if fault in OF_THE_SERVICE else None)
        match fault:
            case Fault.TOO_MANY_REQUESTS:
                self._send(
                    handler, Answer(body=b"slow down", kind="text/plain", status=429, headers={"Retry-After": "1"})
                )
            case Fault.SERVER_ERROR | Fault.UNAVAILABLE:
                self._send(handler, Answer(body=b"sorry", kind="text/plain", status=int(fault.value)))
            case Fault.DROPPED:
                handler.close_connection = True
                handler.connection.close()
            case Fault.HANG:
                self._closing.wait(60)
                handler.close_connection = True
            case Fault.TRUNCATED:
                self._send(handler, Answer(body=answer.body[: len(answer.body) * 2 // 3], kind=answer.kind))
            case Fault.HTML:
                self._send(handler, Answer(body=_PAGE, kind="text/html"))
            case Fault.WRONG_CHARSET:
                body = answer.body.decode("utf-8").encode("latin-1", "replace")
                self._send(handler, Answer(body=body, kind=answer.kind))
            case Fault.CONTROL_CHARACTERS:
                self._send(handler, Answer(body=answer.body.replace(b"oxytocin", b"oxy\x0btocin"), kind=answer.kind))
            case Fault.UNKNOWN_DTD:
                self._send(handler, Answer(body=_with_doctype(answer.body), kind=answer.kind))
            case Fault.ENTITY_BOMB:
                self._send(handler, Answer(body=_BOMB, kind=answer.kind))
            case Fault.GZIP_BOMB:
                self._send(handler, Answer(body=_gzip_bomb(), kind=answer.kind, headers={"Content-Encoding": "gzip"}))
            case Fault.HUGE:
                self._stream(handler, answer.kind)
            case Fault.REDIRECT:
                there = self.url.replace("127.0.0.1", "localhost") + request.path
                self._send(handler, Answer(body=b"", status=302, headers={"Location": there}))
            case _:
                self._send(handler, answer)

    @staticmethod
    def _send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        try:
            handler.send_response(answer.status)
            handler.send_header("Content-Type", f"{answer.kind}; charset=utf-8")
            handler.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(answer.body)
        except OSError:  # the client has gone, as it may
            handler.close_connection = True

    def _stream(self, handler: BaseHTTPRequestHandler, kind: str) -> None:
        """A huge reply without a length, so that only what was received can tell."""
        handler.close_connection = True
        try:
            handler.send_response(200)
            handler.send_header("Content-Type", kind)
            handler.send_header("Connection", "close")
            handler.end_headers()
            piece = b" " * (1 << 20)
            for _ in range(HUGE // len(piece)):
                if self._closing.is_set():
                    return
                handler.wfile.write(piece)
        except OSError:
            return


def _with_doctype(body: bytes) -> bytes:
    """The document with a document type that nobody has."""
    if not body.lstrip().startswith(b"<"):
        return body
    declared, _, rest = body.partition(b"?>") if body.lstrip().startswith(b"<?xml") else (b"", b"", body)
    kept = rest.partition(b">")[2] if rest.lstrip().startswith(b"<!DOCTYPE") else rest
    doctype = b'<!DOCTYPE Anything PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2099//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_990101.dtd">'
    return (declared + b"?>\n" if declared else b"") + doctype + b"\n" + kept.lstrip()


@cache
def _gzip_bomb() -> bytes:
    """300 MB of blanks in 300 kB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(packer.compress(b" " * 1_000_000) for _ in range(300)), packer.flush()])
