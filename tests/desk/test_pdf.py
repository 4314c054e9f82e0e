"""What a PDF would do when it is opened: seen where it is written, wherever it is hidden; never seen in packed data."""

import contextlib
import random
import time
import zlib
from collections.abc import Callable

import pytest

from corpus.desk.pdf import MOST_UNPACKED, Refused, check

END = b"trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
CATALOG = b"1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"
SECONDS = 4.0  # on a machine that does other things too; alone no file takes half of it


def stream(data: bytes, dictionary: bytes = b"", number: int = 5) -> bytes:
    head = b"%d 0 obj\n<< /Length %d %s >>\nstream\n" % (number, len(data), dictionary)
    return head + data + b"\nendstream\nendobj\n"


def objects(held: bytes, dictionary: bytes = b"/Filter /FlateDecode", number: int = 7) -> bytes:
    packed = zlib.compress(held) if b"FlateDecode" in dictionary else held
    return stream(packed, b"/Type /ObjStm /N 1 /First 4 " + dictionary, number)


def pdf(*parts: bytes) -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + CATALOG + b"".join(parts) + END


def refused(content: bytes) -> str:
    with pytest.raises(Refused) as why:
        check(content)
    return str(why.value)


def test_packed_data_is_never_taken_for_a_name() -> None:
    drawn = random.Random(20_261_127)
    pool = drawn.randbytes(40_000_000)
    met = 0
    for at in range(100):
        size = drawn.choice([2_000_000, 2_000_000, 5_000_000, 10_000_000])
        begins = drawn.randrange(len(pool) - size)
        data = bytes([at % 256]) + pool[begins : begins + size] + at.to_bytes(2, "big")
        met += b"/JS" in data
        check(pdf(stream(data, b"/Filter /FlateDecode"), objects(b"5 0 << /Type /Page >>")))
    assert met > 5  # the bytes stand there, and mean nothing


def test_every_order_of_three_bytes_may_stand_in_a_stream() -> None:
    for name in (b"/JS", b"/JS ", b"/JS(", b"/XFA ", b"/XFA[", b"/J#53 "):
        check(pdf(stream(b"\x9c\x00" + name + b"\xff" * 20, b"/Filter /DCTDecode")))


@pytest.mark.parametrize(
    "content",
    [
        pdf(b"3 0 obj " + SCRIPT + b" endobj\n"),
        pdf(b"3 0 obj << /S /J#61va#53cript /#4A#53 (x) >> endobj\n"),
        pdf(b"3 0 obj << /S /Rendition /#4a#53 (x) >> endobj\n"),
        pdf(objects(b"5 0 " + SCRIPT)),
        pdf(objects(b"5 0 << /#4AS(x) >>")),
        pdf(objects(b"5 0 " + SCRIPT, b"")),  # not packed at all
        pdf(objects(b"5 0 " + SCRIPT, b"/Filter [/FlateDecode]")),
        pdf(objects(b"5 0 " + SCRIPT, b"/Filter /FlateDecode /DecodeParms null")),
        pdf(objects(b"5 0 " + SCRIPT).replace(b"/ObjStm", b"/O#62jStm")),
        pdf(objects(b"5 0 " + SCRIPT).replace(b"/Type /ObjStm", b"/Type 9 0 R")),  # its kind is said elsewhere
        pdf(objects(b"5 0 " + SCRIPT).replace(b"stream\n", b"stream\r\n", 1)),
        pdf(b"3 0 obj << /Names << /EmbeddedFiles 4 0 R >> >> endobj\n"),
        pdf(b"3 0 obj << /AcroForm << /XFA [(a) 4 0 R] >> >> endobj\n"),
        pdf(b"3 0 obj << /S /Launch/F(x) >> endobj\n"),
        pdf(stream(b"x"), b"3 0 obj << /Length 1 >> stream\nx\nendstream /JS (x) endobj\n"),
    ],
)
def test_what_acts_is_found_where_it_is_written(content: bytes) -> None:
    assert "could act when it is opened" in refused(content)


@pytest.mark.parametrize(
    "hidden",
    [
        b"3 0 obj << /A (>>stream\n) /JS (x) /B (endstream) >> endobj\n",
        b"3 0 obj << /A (<<>>stream\n) /XFA [4 0 R] /B (endstream) >> endobj\n",
        b"3 0 obj << /A (\\)>>stream\n) /JS (x) /B (endstream) >> endobj\n",
        b"3 0 obj << /A ((a)>>stream\n) /JS (x) /B (endstream) >> endobj\n",
        b"3 0 obj << /A (4 0 obj <<>>stream\n) /JS (x) /B (endstream) >> endobj\n",
        b"3 0 obj [ (4 0 obj <<>>stream\n) << /JS (x) >> (endstream) ] endobj\n",
        b"3 0 obj [ <<>> stream\n << /JS (x) >> endstream ] endobj\n",
        b"3 0 obj << /A << >> stream\n /JS (x) /B (endstream) >> endobj\n",
        b"3 0 obj << %>>stream\n /JS (x) %endstream\n >> endobj\n",
        b"3 0 obj << % 4 0 obj <<>>stream\n /JS (x) /B (endstream) >> endobj\n",
        b"% 3 0 obj << /A (\n >>stream\n) /JS (x) /B (endstream) >> endobj\n",
        b"( 3 0 obj << /A () >>stream\n( 4 0 obj << /JS (x) /B (endstream) >> endobj\n",
        b"3 0 obj << /A <41 4 0 obj <<>>stream\n> /JS (x) /B (endstream) >> endobj\n",
        b"3 0 obj << /A /stream\n /JS (x) /B (endstream) >> endobj\n",
        # an object within the data of another, where the table of references may point
        stream(b"4 0 obj << /JS (x) >> endobj", number=3),
        stream(b"4 0 %far\n obj << /JS (x) >> endobj", number=3),
        stream(b"4 0obj<</JS(x)>>endobj", number=3),
        # the dictionary's length goes beyond the first end
        stream(b"x\nendstream\n/JS (x)\n", number=3),
    ],
)
def test_nothing_hides_in_what_only_looks_like_a_stream(hidden: bytes) -> None:
    assert "JS" in refused(pdf(hidden, stream(b"abc"))) or "XFA" in refused(pdf(hidden))
    assert refused(pdf(stream(b"abc"), hidden))


@pytest.mark.parametrize(
    "content",
    [
        pdf(objects(b"5 0 " + SCRIPT).replace(b"x\x9c", b"x\x9d", 1)),
        pdf(objects(b"5 0 << >>" * 400)[:-60]),  # its data has no end
        pdf(objects(b"5 0 " + SCRIPT, b"/Filter /LZWDecode")),
        pdf(objects(b"5 0 " + SCRIPT, b"/Filter [/ASCIIHexDecode /FlateDecode]")),
        pdf(objects(b"5 0 " + SCRIPT, b"/Filter [/FlateDecode /FlateDecode]")),
        pdf(objects(b"5 0 " + SCRIPT, b"/Filter 9 0 R")),
        pdf(objects(b"5 0 " + SCRIPT, b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>")),
        pdf(stream(objects(b"5 0 " + SCRIPT), number=3)),  # an object stream within a stream
        pdf(b"3 0 obj << /A (", objects(b"5 0 " + SCRIPT), b") >> endobj\n"),
        pdf(objects(b"5 0 << >>"), b"trailer << /Encrypt 9 0 R >>\n"),
    ],
)
def test_what_cannot_be_looked_into_is_not_taken(content: bytes) -> None:
    assert "print it to a new PDF first" in refused(content)


@pytest.mark.parametrize(
    "content",
    [
        pdf(b"3 0 obj (a string with (brackets) and \\( one more) endobj\n", stream(b"/JS (x)", number=4)),
        pdf(b"3 0 obj << /Title (Use of /JSTOR and /XFAB) >> endobj\n"),
        pdf(b"3 0 obj 12\n", stream(b"/JS (x)", number=4)),  # without endobj, as some programs write
        pdf(b"trailer << /Encrypt 9 0 R >>\n", stream(b"/JS (x)")),  # protected, but all its objects can be seen
        pdf(objects(b"5 0 << /Type /Page /Annots [] >>"), stream(b"x" * 40, b"/Type /XRef /W [1 2 1]")),
        pdf(objects(b"5 0 << /A (x) >>") * 3),
        # a picture with a PDF's beginning, and one after the other as updates append it
        pdf(stream(b"\xff\xd8\xff\xe0/JS ", b"/Filter /DCTDecode")) + pdf(stream(b"/JS (x)")),
    ],
)
def test_a_quiet_file_is_taken(content: bytes) -> None:
    check(content)


LARGE = 10_000_000  # the bounds on parts are reached with less than the 30 MB that are taken


def _chain() -> bytes:
    """Object streams that give nothing for a long time, all of them reading on to the end of the file."""
    empty = b"\x78\x9c" + b"\x00\x00\x00\xff\xff" * 2000
    return b"".join(stream(empty, b"/Type /ObjStm /First 1 /Filter /FlateDecode", at) for at in range(2000))


@pytest.mark.parametrize(
    "make",
    [
        lambda: pdf(b"(" * LARGE),
        lambda: pdf(b"3 0 obj " + b"(" * LARGE),
        lambda: pdf(b"3 0 obj " + b"(a" * (LARGE // 2)),
        lambda: pdf(b"3 0 obj " + b"<<" * (LARGE // 2)),
        lambda: pdf(b"3 0 obj " + b"()" * (LARGE // 2)),
        lambda: pdf(b"3 0 obj " + b"<>" * (LARGE // 2)),
        lambda: pdf(b"3 0 obj " + b"%\n" * (LARGE // 2)),
        lambda: pdf(b"3 0 obj (" + b"\\" * LARGE),
        lambda: pdf(b"3 0 obj <" * (LARGE // 9)),
        lambda: pdf(b"3 0 obj (" * (LARGE // 9)),
        lambda: pdf(b"3 0 obj<<>>" * (LARGE // 11)),
        lambda: pdf(b" obj<<>>stream\nendstream" * (LARGE // 24)),
        lambda: pdf(b" obj<<>>stream\n" * (LARGE // 16)),
        lambda: pdf(b" obj " * (LARGE // 5)),
        lambda: pdf(b"#" * LARGE),
        lambda: pdf(b"#4A" * (LARGE // 3)),
        lambda: pdf(b"/#4A#5" * (LARGE // 6)),
        lambda: pdf(b"/JavaScrip" * (LARGE // 10)),
        lambda: pdf(b"/ObjStm " * (LARGE // 8)),
        lambda: pdf(b"3 0 obj<<" + b"/Filter" * (LARGE // 7) + b">>stream\nendstream"),
        lambda: pdf(b"3 0 obj<</ObjStm" + b"/FlateDecode" * (LARGE // 12) + b">>stream\nendstream"),
        lambda: pdf(objects(b"\0" * (MOST_UNPACKED + 1_000_000))),
        lambda: pdf(*[objects(b"\0" * 5_000_000, number=at) for at in range(40)]),
        lambda: pdf(_chain()),
        lambda: pdf(stream(b"\0" * LARGE)),
        lambda: pdf(stream(b" " * LARGE)),
        lambda: pdf(b"3 0 obj <<>>" + b" " * LARGE),
        lambda: pdf(b"3 0 obj <<>> stream" + b" " * LARGE),
        lambda: pdf(b"3 0 obj <<>>" + b"    stream" * (LARGE // 10)),
        lambda: pdf(b"3 0 obj" + b" " * LARGE),
    ],
)
def test_no_file_takes_long(make: Callable[[], bytes]) -> None:
    content = make()
    began = time.process_time()
    with contextlib.suppress(Refused):
        check(content)
    assert time.process_time() - began < SECONDS


def test_no_file_of_random_parts_breaks_it() -> None:
    drawn = random.Random(7)
    words = [
        b"1 0 obj ",
        b"<<",
        b">>",
        b"(",
        b")",
        b"<",
        b">",
        b"stream\n",
        b"\nendstream ",
        b"endobj\n",
        b"/JS ",
        b"%",
        b"\n",
    ]
    words += [
        b"/ObjStm ",
        b"/First 4 ",
        b"/Filter /FlateDecode ",
        zlib.compress(b"/JS (x)"),
        b"\\",
        b"[",
        b"#4A",
        b"\0",
    ]
    taken = 0
    for _ in range(20_000):
        content = pdf(b"".join(drawn.choices(words, k=drawn.randrange(40))))
        try:
            check(content)
            taken += 1
        except Refused:
            pass
    assert 1000 < taken < 19_000
