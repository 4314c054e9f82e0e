"""Cuts a PubMed XML stream into its records, so that each is parsed alone and a broken one costs only itself.

Never holds more than one record and one read of the stream; a document that declares entities is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from lxml import etree

from corpus.domain.harvested import Rejected
from corpus.errors import InvalidInput

READ = 1 << 18  # bytes at a time
LARGEST_RECORD = 1 << 24  # bytes; the largest known (thousands of authors) have a few million
_SETS = ("PubmedArticleSet", "PubmedBookArticleSet")
_RECORDS = ("PubmedArticle", "PubmedBookArticle", "DeleteCitation", "DeleteDocument")
_START = re.compile(rb"<(" + "|".join(_RECORDS).encode() + rb")(?=[\s>/])")
_LONGEST_START = 32  # bytes, more than any start tag and the sign after it
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:(?:<\?(?>.*?\?>)|<!--(?>.*?-->)|<!DOCTYPE(?>[^>\[]*(?:\[(?>.*?\]\s*>)|>)))\s*+)*+<([A-Za-z_][\w.:-]*+)",
    re.DOTALL,
)
_MARKUP = re.compile(rb"<!--(?>.*?-->)|<\?(?>.*?\?>)|</?(?:" + "|".join(_SETS).encode() + rb")\b[^>]*>", re.DOTALL)
_END = re.compile(rb"</(?:" + "|".join(_SETS).encode() + rb")\s*>|<(?:" + "|".join(_SETS).encode() + rb")[^>]*/>")
_ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")


@dataclass(frozen=True, slots=True)
class Part:
    """One record as bytes, with the line it starts on."""

    kind: str
    xml: bytes
    line: int


class PubmedStream:
    """A PubmedArticleSet as a sequence of parts.

    Raises InvalidInput at construction when the stream is no PubMed XML: another document, an error reply, or
    declared entities, which a PubMed file never has and a hostile one may.
    """

    def __init__(self, stream: BinaryIO, file: str) -> None:
        self._stream, self._file = stream, file
        self.cut = False  # known once the parts are read
        self._buffer = stream.read(READ)
        head = self._buffer[:READ]
        match = _ROOT.match(head)
        if match is None:
            raise InvalidInput(f"{file}: PubMed XML expected; saw {_shown(head)}")
        root = match[1].decode("ascii", "replace")
        if b"<!ENTITY" in head[: match.end()]:
            raise InvalidInput(f"{file}: the document declares entities, which PubMed never does; refused")
        if root not in (*_SETS, *_RECORDS):
            raise InvalidInput(f"{file}: PubMed XML expected; {_told(head, root)}")
        self._bare = root in _RECORDS
        found = _ENCODING.match(head)
        self.encoding = found[1].decode() if found else "UTF-8"
        self._line = 1 + head.count(b"\n", 0, match.start(1) - 1)
        self._at = match.start(1) - 1

    def parts(self) -> Iterator[Part | Rejected]:
        """The records in order; what stands between them, and a cut, as rejected parts."""
        while start := self._next_start():
            yield from self._passed(start.start())
            closing = b"</" + start[1] + b">"
            end = self._find(closing, self._at + len(closing) - 1)
            if end < 0:
                self.cut = True
                yield self._rejected(
                    f"the file is cut, or the record does not end: no {closing.decode()} for this record"
                )
                return
            xml = self._buffer[self._at : end + len(closing)]
            yield Part(start[1].decode(), xml, self._line)
            self._at += len(xml)
            self._line += xml.count(b"\n")
        whole = self._bare or _END.search(self._buffer, self._at) is not None
        yield from self._passed(len(self._buffer))
        if not whole:
            self.cut = True
            yield self._rejected("the file is cut: its closing tag is missing")

    def _next_start(self) -> re.Match[bytes] | None:
        """The next start of a record, reading on as needed; offsets are those of the buffer as it is then."""
        searched = self._at
        while True:
            if found := _START.search(self._buffer, searched):
                return found
            if len(self._buffer) - self._at > LARGEST_RECORD:
                raise InvalidInput(f"{self._file}: line {self._line}: {LARGEST_RECORD} bytes without a record; refused")
            searched = max(len(self._buffer) - _LONGEST_START, self._at) - self._at
            if not self._read_on():
                return None

    def _find(self, closing: bytes, searched: int) -> int:
        """Where the closing tag of the record at hand begins; -1 when the stream ends first or the record is too large."""
        while (end := self._buffer.find(closing, searched)) < 0:
            if len(self._buffer) - self._at > LARGEST_RECORD:
                return -1
            searched = max(len(self._buffer) - len(closing), searched) - self._at
            if not self._read_on():
                return -1
        return end

    def _read_on(self) -> bool:
        more = self._stream.read(READ)
        self._buffer, self._at = self._buffer[self._at :] + more, 0
        return bool(more)

    def _passed(self, to: int) -> Iterator[Rejected]:
        """Move on to a place in the buffer; what is skipped must be markup of the set or blank."""
        gap = self._buffer[self._at : to]
        left = _MARKUP.sub(b"", gap).strip()
        self._at = to
        if left:
            yield self._rejected(f"{_shown(left)} where a record is expected")
        self._line += gap.count(b"\n")

    def _rejected(self, reason: str) -> Rejected:
        return Rejected(file=self._file, line=self._line, reason=reason)


def _told(head: bytes, root: str) -> str:
    """What another document says for itself: the message of an error reply, the title of a page, or its root."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True)
    tree = etree.fromstring(head, parser)
    said: list[str] = (
        [] if tree is None else [" ".join(text.split()) for text in tree.xpath("//ERROR/text()|//error/text()")]
    )
    if said:
        return f"the server says: {'; '.join(said)}"
    title = "" if tree is None else " ".join(str(tree.xpath("string(//*[local-name()='title'])")).split())
    return f"saw a document <{root}>" + (f" titled {title[:120]!r}" if title else "")


def _shown(data: bytes) -> str:
    """The beginning of unexpected bytes, fit for one line of a message."""
    if not data.strip():
        return "nothing"
    return repr(" ".join(data[:80].decode("utf-8", "replace").split()))
