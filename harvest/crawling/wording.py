"""What went wrong on the way, in words for the ledger; and addresses without what is nobody's business.

Never shows a key or an address of a person: messages are printed on the site, and addresses are kept.
"""

import re

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response

from harvest.contract import Contract

_PRIVATE = re.compile(r"(?<=[?&])(?:api_key|email|mailto|tool)=[^&#]*&?")
_SHOWN = 160  # letters of an error page


def public(url: str) -> str:
    """An address without keys and addresses of people."""
    return _PRIVATE.sub("", url).rstrip("?&")


def no_reply(error: BaseException | None, contract: Contract | None = None) -> str:
    """Why no reply came; with the limits of the contract it was asked under."""
    largest = f"{contract.largest / 1e6:g} MB" if contract else "what is allowed"
    patience = f" within {contract.timeout:g} s" if contract else " in time"
    match error:
        case DownloadTimeoutError():
            return f"no answer{patience}"
        case DownloadCancelledError():
            return f"the reply is larger than {largest}: refused"
        case CannotResolveHostError():
            return "the host's address cannot be found; is there a network?"
        case DownloadConnectionRefusedError():
            return "the host refuses the connection"
        case DownloadFailedError() | ResponseDataLossError():
            return "the connection was dropped"
        case IgnoreRequest() if "decompress" in str(error):
            return f"the reply unpacks to more than {largest}: refused"
        case IgnoreRequest():
            return " ".join(str(error).split())
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def refusal(response: Response) -> str:
    """The status and the beginning of what the server says for itself."""
    words = " ".join(response.body[: 4 * _SHOWN].decode("utf-8", "replace").split())[:_SHOWN]
    return f"HTTP {response.status}" + (f": {words}" if words else "")


def bad_reply(error: Exception, url: str, contract: Contract) -> str:
    """What is wrong with a reply; an interface's address without the query, which the window says already."""
    return str(error) if contract.robots else str(error).replace(url, url.partition("?")[0])
