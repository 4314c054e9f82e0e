"""What the second of two people gets to see: what stands meanwhile, their own words, and both ways to go on.

Never saves anything: their own word goes in only when they say so, having seen the other's.
"""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from corpus.desk.pages import beside, page
from corpus.domain.meanwhile import SaidMeanwhile


async def said_meanwhile(request: Request, error: Exception) -> Response:
    """Shows both, with a form that sends once more what was sent, as an answer to what stands now."""
    assert isinstance(error, SaidMeanwhile)
    form = await request.form()
    sent = [(name, value) for name, value in form.multi_items() if isinstance(value, str) and name != "seen"]
    return beside(
        request,
        page(
            request,
            "meanwhile.html",
            None,
            status=409,
            now=error.now,
            mine=error.mine,
            sent=sent,
            action=request.url.path,
            here=_where(request),
        ),
    )


def _where(request: Request) -> str:
    """The page that the browser shows, as an address within the desk."""
    parts = urlsplit(request.headers.get("hx-current-url", ""))
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path
