"""The bytes of an export file as text: unpacked, and decoded by what they are.

Never trusts a file's name, and never drops a byte in silence: which encoding was used is part of the answer.
"""

import codecs
import gzip
import re
import zlib
from io import BytesIO
from pathlib import Path

from corpus.errors import InvalidInput

LARGEST = 512 << 20  # bytes of a file, unpacked: more than a hundred thousand records with abstracts
_GZIP = b"\x1f\x8b"
# UTF-32 before UTF-16: the mark of the one begins with the mark of the other.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 4096  # bytes that decide whether unmarked text is UTF-16
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")


def unpacked(path: Path) -> bytes:
    """The bytes of a file, of a gzip file those inside.

    Raises InvalidInput for a file that cannot be read, is damaged, or is larger than LARGEST.
    """
    try:
        with path.open("rb") as handle:
            packed = handle.read(2) == _GZIP
            handle.seek(0)
            if packed:
                with gzip.open(handle) as inside:
                    payload = inside.read(LARGEST + 1)
            else:
                payload = handle.read(LARGEST + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InvalidInput(f"{path.name}: a damaged gzip file ({error}); export it again") from error
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read ({error.strerror}); name an existing file") from error
    if len(payload) > LARGEST:
        raise InvalidInput(f"{path.name}: more than {LARGEST >> 20} MB unpacked; export it in parts")
    return payload


def decoded(payload: bytes, file: str) -> tuple[str, str]:
    """The text and the name of its encoding: by its mark, its XML declaration or its bytes."""
    for mark, encoding in _MARKS:
        if payload.startswith(mark):
            return _strictly(payload, encoding, file), encoding
    if guessed := _unmarked_utf16(payload):
        return _strictly(payload, guessed, file), guessed
    if declared := _declared(payload):
        return _strictly(payload, declared, file), declared
    marked = payload.startswith(codecs.BOM_UTF8)
    body = payload[len(codecs.BOM_UTF8) :] if marked else payload
    try:
        return body.decode("utf-8"), "utf-8-sig" if marked else "utf-8"
    except UnicodeDecodeError:
        return _line_by_line(body)


def _strictly(payload: bytes, encoding: str, file: str) -> str:
    try:
        return payload.decode(encoding)
    except UnicodeError as error:
        raise InvalidInput(f"{file}: begins as {encoding} but is not ({error}); save the file as UTF-8") from error


def _unmarked_utf16(payload: bytes) -> str:
    """UTF-16 without a mark: nearly every second byte of western text is zero."""
    head = payload[:_LOOKED_AT]
    pairs = len(head) // 2
    if pairs < 8:
        return ""
    if head[1::2].count(0) > 0.7 * pairs and head[0::2].count(0) < 0.1 * pairs:
        return "utf-16-le"
    if head[0::2].count(0) > 0.7 * pairs and head[1::2].count(0) < 0.1 * pairs:
        return "utf-16-be"
    return ""


def _declared(payload: bytes) -> str:
    """The encoding of an XML declaration where it is known, and another than UTF-8."""
    match = _DECLARED.match(BytesIO(payload).read(_LOOKED_AT))
    if match is None:
        return ""
    name = match[1].decode("ascii")
    try:
        known = codecs.lookup(name).name
    except LookupError:
        return ""
    return known if known.startswith(("iso8859", "cp125", "latin")) else ""


def _line_by_line(body: bytes) -> tuple[str, str]:
    """Text that is not UTF-8 throughout: files put together from two exports are so line by line."""
    lines, used = [], set()
    for line in body.split(b"\n"):
        for encoding in ("ascii", "utf-8", "cp1252", "latin-1"):
            try:
                lines.append(line.decode(encoding))
            except UnicodeDecodeError:
                continue
            used.add(encoding)
            break
    used.discard("ascii")
    return "\n".join(lines), " and ".join(sorted(used, key=("utf-8", "cp1252", "latin-1").index))
