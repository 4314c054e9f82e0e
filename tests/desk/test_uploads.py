"""Files that people attach: PDF only, whole, small enough, without anything that acts; and given back to be saved, never to be shown."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from httpx import Response
from starlette.testclient import TestClient

from corpus.desk.rooms.full_texts import LARGEST
from corpus.domain.people import Role
from corpus.protocol import read_protocol
from corpus.store import Ledger
from corpus.store.additions import FullTexts
from corpus.store.queue import Queue
from corpus.works.queueing import renew_queue
from tests.desk.hostile import TODAY, records
from tests.desk.visitors import Team, team_at

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Team, TestClient, str]]:
    """A desk, a coder, and a record to which something is attached."""
    with team_at(f"sqlite:///{tmp_path / 'desk.sqlite'}") as team:
        with team.desk.database.write() as session:
            Ledger(session).enter(records(), found=TODAY)
        renew_queue(team.desk.database.write, read_protocol())
        with team.desk.database.read() as session:
            record = min(Queue(session).all())
        yield team, team.entered(Role.CODER), record


def attached(held: tuple[Team, TestClient, str], name: str, content: bytes, kind: str = "application/pdf") -> int:
    _, client, record = held
    reply = client.post("/full-texts/attach", data={"record": record}, files={"file": (name, content, kind)})
    status: int = reply.status_code
    return status


def kept(held: tuple[Team, TestClient, str]) -> list[str]:
    team, _, record = held
    with team.desk.database.read() as session:
        return [one.name for one in FullTexts(session).of([record])]


def test_a_pdf_is_kept_and_given_back_to_be_saved(held: tuple[Team, TestClient, str]) -> None:
    _, client, record = held
    assert attached(held, "Müster 2020.pdf", PDF) == 200
    reply = client.get("/full-texts/file", params={"record": record, "position": 1})
    assert reply.content == PDF
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.headers["content-disposition"] == "attachment; filename*=UTF-8''M%C3%BCster%202020.pdf"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script></html>", "a page"),
        (b"MZ\x90\x00" + PDF, "a program before it"),
        (b"\n" + PDF, "something before it"),
        (PDF[: len(PDF) // 2], "cut short"),
        (PDF.replace(b"%%EOF", b""), "without its end"),
        (PDF + b"x" * 3000, "something long after its end"),
        (b"PK\x03\x04" + b"%PDF-1.7 %%EOF", "an archive"),
        (PDF.replace(b"/Type", b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >> /Type"), "a script"),
        (PDF.replace(b"/Type", b"/J#61vaScript (x) /Type"), "a script under a written-out name"),
        (PDF.replace(b"/Type", b"/Launch /Type"), "a command"),
        (PDF.replace(b"/Type", b"/EmbeddedFile /Type"), "another file in it"),
        (PDF.replace(b"/Type", b"/#58FA /Type"), "a form with scripts"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_whole_and_quiet_pdf_is_refused(
    held: tuple[Team, TestClient, str], content: bytes, why: str
) -> None:
    assert attached(held, "trial.pdf", content) == 422, why
    assert kept(held) == []


def test_a_file_may_be_as_large_as_said_and_no_larger(held: tuple[Team, TestClient, str]) -> None:
    largest = PDF.replace(b"%%EOF\n", b"%" + b"x" * (LARGEST - len(PDF) - 2) + b"\n%%EOF\n")
    assert len(largest) == LARGEST
    assert attached(held, "large.pdf", largest) == 200
    assert attached(held, "larger.pdf", largest.replace(b"%PDF-1.7\n", b"%PDF-1.7\n%")) == 422
    assert attached(held, "largest.pdf", largest + b"x" * 200_000) == 413
    assert kept(held) == ["large.pdf"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\system.pdf", "system.pdf"),
        ("/etc/cron.d/job.pdf", "job.pdf"),
        ("..", "full_text.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", None),
        ("\u202efdp.exe", "_fdp.exe.pdf"),
        ('"><script>.pdf', "_22_script_.pdf"),
        ("x.pdf;filename=y.exe", "x.pdf_filename_y.exe.pdf"),
        ("trial.PDF", "trial.PDF"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
        (".htaccess", "htaccess.pdf"),
    ],
)
def test_a_name_leads_nowhere(held: tuple[Team, TestClient, str], name: str, shown: str | None) -> None:
    _, client, record = held
    assert attached(held, name, PDF, "text/html") == 200  # what the browser calls it says nothing
    (found,) = kept(held)
    assert found == shown or shown is None
    assert not set(found) & set('/\\\r\n"<>;\0')
    reply = client.get("/full-texts/file", params={"record": record, "position": 1})
    assert reply.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert "set-cookie" not in reply.headers
    assert reply.headers["content-type"] == "application/pdf"


def test_an_attachment_belongs_to_a_record_of_the_queue(held: tuple[Team, TestClient, str]) -> None:
    team, client, record = held
    reply = client.post("/full-texts/attach", data={"record": "pubmed:none"}, files={"file": ("x.pdf", PDF)})
    assert reply.status_code == 422
    for form in ({"record": record}, {"record": record, "file": "no file at all"}):
        assert client.post("/full-texts/attach", data=form).status_code == 422
    for position in ("2", "0", "-1", "9" * 30, "x"):
        missing = client.get("/full-texts/file", params={"record": record, "position": position})
        assert missing.status_code in (404, 422)
    assert team.nobody().get("/full-texts/file", params={"record": record, "position": 1}).status_code == 303


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "//elsewhere.example/x.pdf",
        "https:///x.pdf",
        "http://[",
        "https://x\u2100.example/x.pdf",
        " \tjava\nscript:alert(1)",
    ],
)
def test_an_address_is_one_that_a_browser_may_follow(held: tuple[Team, TestClient, str], url: str) -> None:
    _, client, record = held
    assert client.post("/full-texts/link", data={"record": record, "url": url}).status_code == 422
    assert kept(held) == []


LINK = "https://journal.example/x.pdf"


def detached(client: TestClient, record: str) -> Response:
    """Take away what the page shows first."""
    shown = client.post("/full-texts/link", data={"record": record, "url": LINK})
    sent = re.search(r"hx-post=\"/full-texts/detach\" hx-vals='([^']+)'", shown.text)
    assert sent is not None
    done: Response = client.post("/full-texts/detach", data=json.loads(unescape(sent[1])))
    return done


def test_the_same_file_and_the_same_address_are_kept_once(held: tuple[Team, TestClient, str]) -> None:
    _, client, record = held
    for _ in range(2):
        assert client.post("/full-texts/link", data={"record": record, "url": LINK}).status_code == 200
        assert attached(held, "trial.pdf", PDF) == 200
    assert kept(held) == [LINK, "trial.pdf"]


def test_what_is_taken_away_is_listed_and_can_be_put_back(held: tuple[Team, TestClient, str]) -> None:
    team, client, record = held
    attached(held, "trial.pdf", PDF)
    shown = client.post("/full-texts/link", data={"record": record, "url": LINK}).text
    assert "Take away trial.pdf, which you attached? It can be put back." in shown
    other = team.entered(Role.EDITOR)
    told = other.post("/full-texts/link", data={"record": record, "url": LINK}).text
    assert "Take away trial.pdf, which coder attached?" in told
    gone = detached(other, record).text
    assert "Taken away by editor: trial.pdf, coder" in gone
    assert kept(held) == [LINK]
    assert client.get("/full-texts/file", params={"record": record, "position": 1}).status_code == 404
    twice = other.post("/full-texts/detach", data={"record": record, "position": "1", "seen": "any"})
    assert twice.status_code == 422
    assert "taken away already" in twice.text
    back = client.post("/full-texts/put-back", data={"record": record, "position": "1"}).text
    assert "Taken away" not in back
    assert kept(held) == ["trial.pdf", LINK]
    assert client.get("/full-texts/file", params={"record": record, "position": 1}).content == PDF
    trail = client.get("/trail", params={"record": record}).text
    assert "taken away by editor" in trail


def test_what_was_taken_away_comes_back_when_it_is_attached_again(held: tuple[Team, TestClient, str]) -> None:
    _, client, record = held
    client.post("/full-texts/link", data={"record": record, "url": LINK})
    assert detached(client, record).status_code == 200
    assert kept(held) == []
    client.post("/full-texts/link", data={"record": record, "url": LINK})
    assert kept(held) == [LINK]
