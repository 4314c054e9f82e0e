"""What every text that comes to the desk must be, whatever route it goes to.

Never changes a text: it is taken as it is, or refused.
"""

from collections.abc import Iterator

from starlette.requests import Request

from corpus.desk.guard import SAFE
from corpus.errors import InvalidInput


async def texts_only(request: Request) -> None:
    """Raises InvalidInput for NUL, wherever it stands: no text has it, PostgreSQL keeps none, and SQLite would keep it."""
    texts = [*request.path_params.values(), *(part for pair in request.query_params.multi_items() for part in pair)]
    if request.method not in SAFE:
        # Both are read once, and kept with the request for the route.
        if "json" in request.headers.get("content-type", ""):
            texts += _within(await _json(request))
        else:
            form = await request.form()
            texts += [part for pair in form.multi_items() for part in pair]
    if any("\0" in text for text in texts if isinstance(text, str)):
        raise InvalidInput("there is a character in it (NUL) that no text has; take it out")


async def _json(request: Request) -> object:
    try:
        return await request.json() if await request.body() else None
    except (ValueError, RecursionError) as error:
        raise InvalidInput("what was sent cannot be read as JSON") from error


def _within(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from _within(one)
    elif isinstance(value, list):
        for one in value:
            yield from _within(one)
    else:
        yield value
