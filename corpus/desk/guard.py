"""What every request passes before any route sees it: the right host, the right origin, a bounded size; and the headers of every reply.

Never looks at who asks: that is ``entering``.
"""

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SMALL = 1_000_000  # bytes of an ordinary form
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}


class TooLarge(HTTPException):
    """A request's body is larger than its route takes."""

    def __init__(self, most: int) -> None:
        super().__init__(413, f"The request is larger than the {most:,} bytes this takes.")


class Guard:
    """Wraps an application."""

    def __init__(self, app: ASGIApp, *, origin: str, hosts: Iterable[str], large: dict[str, int]) -> None:
        self._app = app
        self._origin = origin
        self._hosts = frozenset(hosts)
        scheme = origin.partition("://")[0]
        self._origins = frozenset(f"{scheme}://{host}" for host in self._hosts)
        self._large = large  # path: bytes, for routes that take files
        self._https = origin.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                own = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    own.setdefault(name, value)
                if self._https:
                    own.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        refusal = self._refusal(scope, headers)
        if refusal:
            await PlainTextResponse(refusal, status_code=400 if "host" in refusal else 403)(scope, receive, answer)
            return
        most = self._large.get(scope["path"], SMALL)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > most:
            await PlainTextResponse(TooLarge(most).detail, status_code=413)(scope, receive, answer)
            return
        try:
            await self._app(scope, _bounded(receive, most), answer)
        except Exception:
            # A bug: whoever waits is told so under the same headers as ever, and the log has the rest.
            if not begun:
                await PlainTextResponse("Something went wrong in the desk.", status_code=500)(scope, receive, answer)
            raise

    def _refusal(self, scope: Scope, headers: Headers) -> str:
        host = headers.get("host", "")
        if host not in self._hosts:
            return f"This desk does not answer to the host {host[:80]!r}; open {self._origin}."
        if scope["method"] in SAFE:
            return ""
        # A browser names where a request comes from; what is no browser has no cookie to steal.
        origin = headers.get("origin")
        if origin is not None and origin not in self._origins:
            return "Requests that change something must come from the desk's own pages."
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return "Requests that change something must come from the desk's own pages."
        return ""


def _bounded(receive: Receive, most: int) -> Receive:
    """The same body, cut off with an error where a body without a stated length grows too large."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise TooLarge(most)
        return message

    return bounded
