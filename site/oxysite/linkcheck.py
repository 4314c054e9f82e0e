"""Checks the finished pages before they are published: links resolve, ids are unique, nothing comes from elsewhere.

Never looks at the network: addresses outside the site are only required to be https or http links, never resources.
"""

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_RESOURCES = {("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}


@dataclass(frozen=True, slots=True)
class _Found:
    """Ids, links and resources of one page."""

    ids: tuple[str, ...]
    links: tuple[str, ...]
    resources: tuple[str, ...]


def broken(files: Mapping[str, bytes]) -> Iterator[str]:
    """One line per fault: page, and what is wrong with it."""
    pages = {name: _read(content) for name, content in files.items() if name.endswith(".html")}
    for name, found in pages.items():
        for twice, times in Counter(found.ids).items():
            if times > 1:
                yield f"{name}: id {twice!r} stands {times} times"
        for resource in found.resources:
            if urlsplit(resource).scheme not in ("", "data") or resource.startswith("//"):
                yield f"{name}: loads {resource} from elsewhere"
        for link in (*found.links, *(r for r in found.resources if not urlsplit(r).scheme)):
            yield from _broken_link(name, link, files, pages)


def _read(content: bytes) -> _Found:
    from lxml import html

    ids, links, resources = [], [], []
    for element in html.document_fromstring(content.decode("utf-8")).iter():
        for name, value in element.attrib.items():
            if name == "id":
                ids.append(value)
            elif (element.tag, name) in _RESOURCES:
                resources.append(value)
            elif name in ("href", "xlink:href"):
                links.append(value)
    return _Found(tuple(ids), tuple(links), tuple(resources))


def _broken_link(name: str, link: str, files: Mapping[str, bytes], pages: Mapping[str, _Found]) -> Iterator[str]:
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
