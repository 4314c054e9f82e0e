"""Whether a PDF holds something that acts when it is opened: a script, a command, another file, a form with scripts.

Never searches packed data for a name, where chance would write one; and never trusts a file: what can be read in two ways is
searched as it stands, and what cannot be looked into is not taken.

Names count outside streams, and inside object streams, which are unpacked for it. A stream is left out of the search only
where every reader must see a stream: its object begins with a dictionary, strings and comments before it are closed, no other
object begins within it, and it ends at the first ``endstream``. Time and memory grow with the size of the file alone.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

MOST_TOKENS = 1_000_000  # objects, strings, dictionaries and comments outside streams
MOST_UNPACKED = 60_000_000  # bytes that go into or come out of object streams
_AT_ONCE = 1 << 16
_TOO_MANY = "has more parts than can be checked; print it to a new PDF first"
_SPACE = rb"\0\t\n\f\r "
_ENDS = rb"(?![^\0\t\n\f\r ()<>\[\]{}/%])"  # a name ends here


class Refused(Exception):
    """Why a file is not taken, as a part of a sentence."""


def _named(*names: str) -> re.Pattern[bytes]:
    """The names, each letter of which may be written as # and its code."""
    written = ("".join(f"(?:{letter}|(?i:#{ord(letter):02x}))" for letter in name) for name in names)
    return re.compile(b"/(?:" + "|".join(written).encode() + b")" + _ENDS)


_ACTIVE = _named("JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA")
_OBJECTS = _named("ObjStm")
_FIRST = _named("First")  # only streams of objects say where the first one is
_ENCRYPT = _named("Encrypt")
_FILTER = _named("Filter")
_PARAMETERS = re.compile(_named("DecodeParms").pattern + rb"(?![\[" + _SPACE + rb"]*null)")
_DEFLATE = _named("FlateDecode")
_OTHER = _named("ASCIIHexDecode", "ASCII85Decode", "LZWDecode", "RunLengthDecode", "Crypt")
_HEADER = re.compile(rb"(?<=[" + _SPACE + rb"0-9])obj" + _ENDS)
_OPENS = re.compile(rb"[" + _SPACE + rb"]*<<")
_TOKEN = re.compile(rb"%[^\r\n]*+|\((?:[^()\\]++|\\.)*+\)|\(|<<|>>|<[^<>]*+>|<", re.DOTALL)
_BRACKET = re.compile(rb"[()]|\\.", re.DOTALL)
_STREAM = re.compile(rb"[" + _SPACE + rb"]*stream(?:[ \t]*\r?\n|\r)")


@dataclass(frozen=True, slots=True)
class _Stream:
    """Where an object's dictionary and its stream are."""

    dictionary: int
    begins: int
    ends: int


def check(content: bytes) -> None:
    """Raises Refused for a file that holds something that acts, or whose objects cannot be seen."""
    streams = list(_streams(content))
    at = 0
    for stream in streams:
        _search(content, at, stream.begins)
        at = stream.ends
    _search(content, at, len(content))
    holding = [one for one in streams if _holds_objects(content, one)]
    if len(list(islice(_OBJECTS.finditer(content), len(holding) + 1))) > len(holding):
        raise Refused("is put together in a way that cannot be checked; print it to a new PDF first")
    if holding and _ENCRYPT.search(content):
        raise Refused(
            "is protected, and part of it is packed so that nobody can see what it would do when it is opened; "
            "print it to a new PDF first"
        )
    left = MOST_UNPACKED
    for one in holding:
        unpacked, used = _unpacked(content, one, left)
        left -= used
        _search(unpacked, 0, len(unpacked))


def _search(content: bytes, begins: int, ends: int) -> None:
    if found := _ACTIVE.search(content, begins, ends):
        name = re.sub(rb"#(..)", lambda code: bytes.fromhex(code[1].decode()), found[0][1:]).decode()
        raise Refused(f"holds {name}, which could act when it is opened; print it to a new PDF first")


def _streams(content: bytes) -> Iterator[_Stream]:
    """The streams that every reader must see as streams, in their order."""
    left = MOST_TOKENS
    header = _HEADER.search(content)
    while header is not None:
        if left <= 0:
            raise Refused(_TOO_MANY)
        left -= 1
        following = _HEADER.search(content, header.end())
        limit = len(content) if following is None else following.start()
        begins, left = _walk(content, header.end(), limit, left)
        if begins is None:
            return  # it is open where the next one begins: from here on what is a stream depends on who reads
        if begins:
            ends = content.find(b"endstream", begins, limit)
            if ends >= 0:
                yield _Stream(header.end(), begins, ends)
        header = following


def _walk(content: bytes, at: int, limit: int, left: int) -> tuple[int | None, int]:
    """Where the stream of the object begins that is written from ``at`` on: 0 for none, None for one that is not closed.

    With it the tokens that may still be read.
    """
    depth = 0
    whole = _OPENS.match(content, at, limit) is not None  # the object is a dictionary, which alone can have a stream
    while (token := _TOKEN.search(content, at, limit)) is not None:
        if left <= 0:
            raise Refused(_TOO_MANY)
        left -= 1
        at, kind = token.end(), token[0][:2]
        if kind == b"<<":
            depth += 1
        elif kind == b">>":
            depth -= 1
            if whole and depth == 0:
                if stream := _STREAM.match(content, at, limit):
                    return stream.end(), left
                whole = False
        elif kind == b"(" and token[0] == b"(":
            closed, left = _closed(content, at, limit, left)
            if closed is None:
                return None, left
            at = closed
        elif token[0] == b"<" or (kind[:1] == b"%" and at == limit):
            return None, left
    return (0 if depth <= 0 else None), left


def _closed(content: bytes, at: int, limit: int, left: int) -> tuple[int | None, int]:
    """Where a string ends that has brackets in it, or None; with it the tokens that may still be read."""
    depth = 1
    for bracket in _BRACKET.finditer(content, at, limit):
        left -= 1
        depth += {b"(": 1, b")": -1}.get(bracket[0], 0)
        if depth == 0 or left <= 0:
            return bracket.end(), left
    return None, left


def _holds_objects(content: bytes, stream: _Stream) -> bool:
    span = stream.dictionary, stream.begins
    return _OBJECTS.search(content, *span) is not None or _FIRST.search(content, *span) is not None


def _unpacked(content: bytes, stream: _Stream, most: int) -> tuple[bytes, int]:
    """What an object stream holds, and how many bytes were handled for it."""
    span = stream.dictionary, stream.begins
    deflated = len(list(islice(_DEFLATE.finditer(content, *span), 2)))
    packed = _FILTER.search(content, *span) is not None
    if _OTHER.search(content, *span) or _PARAMETERS.search(content, *span) or deflated != int(packed):
        raise Refused("is packed in a way that cannot be checked; print it to a new PDF first")
    if not packed:
        return content[stream.begins : stream.ends], stream.ends - stream.begins
    # Packed data says itself where it ends: no "endstream" within it cuts it short.
    unpacking, found, at, used = zlib.decompressobj(), bytearray(), stream.begins, 0
    try:
        while not unpacking.eof and at < len(content) and used < most:
            some = unpacking.unconsumed_tail or content[at : at + _AT_ONCE]
            if not unpacking.unconsumed_tail:
                at += len(some)
                used += len(some)
            fresh = unpacking.decompress(some, most)
            used += len(fresh)
            found += fresh
    except zlib.error as error:
        raise Refused("has a damaged part that cannot be checked; print it to a new PDF first") from error
    if not unpacking.eof:
        raise Refused("has a part that unpacks to too much; print it to a new PDF first")
    return bytes(found), used
