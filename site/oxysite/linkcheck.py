"""Checks the finished pages before they are published: links resolve, ids are unique, nothing comes from elsewhere.

Never looks at the network: addresses outside the site are only required to be https or http links, never resources.
"""

import posixpath
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

_RESOURCES = {("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}


class _Reader(HTMLParser):
    """Collects ids, links and resources of one page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.links: list[str] = []
        self.resources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            elif (tag, name) in _RESOURCES and value:
                self.resources.append(value)
            elif name in ("href", "xlink:href") and value:
                self.links.append(value)


def broken(files: Mapping[str, bytes]) -> Iterator[str]:
    """One line per fault: page, and what is wrong with it."""
    pages: dict[str, _Reader] = {}
    for name, content in files.items():
        if name.endswith(".html"):
            reader = _Reader()
            reader.feed(content.decode("utf-8"))
            pages[name] = reader
    for name, reader in pages.items():
        for twice in sorted({found for found in reader.ids if reader.ids.count(found) > 1}):
            yield f"{name}: id {twice!r} stands twice"
        for resource in reader.resources:
            if urlsplit(resource).scheme not in ("", "data") or resource.startswith("//"):
                yield f"{name}: loads {resource} from elsewhere"
        for link in (*reader.links, *(r for r in reader.resources if not urlsplit(r).scheme)):
            yield from _broken_link(name, link, files, pages)


def _broken_link(name: str, link: str, files: Mapping[str, bytes], pages: Mapping[str, _Reader]) -> Iterator[str]:
    parts = urlsplit(link)
    if parts.scheme in ("http", "https", "mailto", "data"):
        return
    if parts.scheme or link.startswith("//"):
        yield f"{name}: {link} is not a link this site may have"
        return
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
    if target not in files:
        yield f"{name}: {link} leads nowhere"
    elif parts.fragment and target in pages and parts.fragment not in pages[target].ids:
        yield f"{name}: {link} has no such place on its page"
