"""Redirections: followed within the host that was asked, refused beyond it.

Never lets a source decide which other machine we talk to.
"""

from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response


class Borders:
    """Stands between the network and Scrapy's own handling of redirections."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Response:
        """The response. Raises IgnoreRequest where it sends us to another host."""
        location = response.headers.get("Location")
        if 300 <= response.status < 400 and location:
            host = urlsplit(urljoin(request.url, location.decode("latin-1"))).hostname
            if host != urlsplit(request.url).hostname:
                raise IgnoreRequest(f"redirected to another host, {host}: refused")
        return response
