"""A web page as a tree, with its meta fields and its text in blocks.

Never runs a script, loads what a page links, or trusts the charset it declares where its bytes say otherwise.
"""

import codecs
import re
from typing import Any

from lxml import etree, html

from harvest.readers.draft import squeezed
from harvest.readers.reading import CONTROLS, BadReply

LARGEST = 8 << 20  # bytes
DOI_IN_TEXT = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>]*[^\s\"<>.,;)\]])")
_DEPTH = 250  # of nested elements; libxml2 gives up near this as well
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_SILENT = ("script", "style", "noscript", "template", "svg", "head")

Element = Any  # lxml has no types of its own


class Page:
    """A parsed page. Raises BadReply at construction where there is nothing to parse."""

    def __init__(self, payload: bytes, url: str) -> None:
        if len(payload) > LARGEST:
            raise BadReply(f"{url}: a page of {len(payload)} bytes; more than {LARGEST} is no article")
        self.url = url
        self.warnings: list[str] = []
        text = self._decoded(payload)
        if not text.strip():
            raise BadReply(f"{url}: an empty page")
        if "</html" not in text[-20_000:].lower():
            raise BadReply(f"{url}: the page is cut: it has no </html>")
        try:
            self.root: Element = html.document_fromstring(text, parser=html.HTMLParser(huge_tree=False))
        except (etree.ParserError, etree.XMLSyntaxError, ValueError, RecursionError) as error:
            raise BadReply(f"{url}: no readable page: {squeezed(str(error))[:120]}") from error
        if len(self.root.xpath("//*")) == 0:
            raise BadReply(f"{url}: no readable page")

    def metas(self, *names: str) -> list[str]:
        """Contents of the meta fields of these names, in order; capitals do not matter."""
        wanted = {name.lower() for name in names}
        return [
            content
            for meta in self.root.iter("meta")
            if (meta.get("name") or meta.get("property") or "").lower() in wanted
            and (content := squeezed(meta.get("content")))
        ]

    def meta(self, *names: str) -> str:
        """The first of the named meta fields that says something, tried in the order of the names."""
        return next((found[0] for name in names if (found := self.metas(name))), "")

    def title(self) -> str:
        """The heading of the page, or its title."""
        heading = self.root.find(".//h1")
        return (
            self.flat(heading)
            if heading is not None and self.flat(heading)
            else squeezed(self.root.findtext(".//title"))
        )

    def flat(self, element: Element) -> str:
        """The text of an element without what is not shown."""
        return squeezed(" ".join(self._texts(element)))

    def _texts(self, element: Element) -> list[str]:
        """Texts in order, by a walk that does not recurse: hostile pages nest deeply."""
        found: list[str] = []
        for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
            if event == "start":
                if not _hidden(node) and node.text:
                    found.append(node.text)
            elif node is not element and node.tail and not _hidden(node.getparent()):
                found.append(node.tail)
        return found

    def _decoded(self, payload: bytes) -> str:
        if payload.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return payload.decode("utf-16", "replace")
        declared = _CHARSET.search(payload[:4096])
        name = declared[1].decode("ascii", "replace") if declared else "utf-8"
        for encoding in dict.fromkeys((name, "utf-8")):
            try:
                return _without_controls(payload.decode(encoding).removeprefix("\ufeff"))
            except (LookupError, UnicodeDecodeError):
                self.warnings.append(f"the page is not {encoding}, as it says" if declared else "the page is not UTF-8")
        return _without_controls(payload.decode("cp1252", "replace"))


def _hidden(element: Element) -> bool:
    return element is not None and (not isinstance(element.tag, str) or element.tag in _SILENT)


def _without_controls(text: str) -> str:
    return text.translate(dict.fromkeys(CONTROLS))
