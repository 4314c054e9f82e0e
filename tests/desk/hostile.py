"""A desk full of what harvested texts and careless people can bring in, and a look at whether any of it could run.

Never a real title: everything here was made up to do harm.
"""

import re
from collections.abc import Iterator
from datetime import date

from lxml import html
from starlette.testclient import TestClient

from corpus.desk.desk import Desk
from corpus.domain.cases import SETTLED, CaseState, Change
from corpus.domain.harvested import Author, HarvestedRecord
from corpus.domain.links import LinkVerdict, RecordLink
from corpus.protocol import read_protocol
from corpus.store import Ledger
from corpus.store.additions import Highlights
from corpus.store.cases import Cases
from corpus.store.links import Links
from corpus.store.matters import Matters
from corpus.store.queue import Queue
from corpus.store.synced import Synced
from corpus.works.queueing import renew_queue

PAYLOADS = (
    "<script>window.harmed=1</script>",
    '"><img src=x onerror="window.harmed=1">',
    "' onmouseover='window.harmed=1' autofocus onfocus='window.harmed=1",
    "javascript:window.harmed=1",
    "</textarea></title></select><svg onload=window.harmed=1>",
    '<a href=" java\tscript:window.harmed=1">read on</a>',
    '<div hx-get="/people" hx-trigger="load" hx-on:load="window.harmed=1">',
    "{{ 1337 * 1337 }}{% for x in [] %}${1337*1337}",
    '\u202egnihton syas\u202c\u2066 &lt;b&gt; &#x22; \\"\\u003c',
    "\x01\x0b\x1f oxytocin \x7f\x85",
    '<meta http-equiv="refresh" content="0;url=https://elsewhere.example"><base href="https://elsewhere.example">',
    "js:window.harmed=1",
)
ALL = " ".join(PAYLOADS)
COMPUTED = str(1337 * 1337)  # what a template would make of the text that looks like one
TODAY = date(2026, 1, 5)
STAGES = ("title_abstract", "full_text")
_LEADS = frozenset(
    {"href", "src", "action", "formaction", "poster", "data", "xlink:href", "hx-get", "hx-post", "srcdoc"}
)
_FORBIDDEN = frozenset({"iframe", "object", "embed", "svg", "math", "base", "style", "img", "video", "audio", "frame"})


def records() -> list[HarvestedRecord]:
    """Hostile in every field: two that wait, one that gets as far as coding."""
    return [
        HarvestedRecord(
            source="pubmed",
            source_id=f'{number}"><script>window.harmed=1</script>',
            title=f"{number} {ALL}",
            original_title=ALL,
            authors=(Author(family=PAYLOADS[0], given=PAYLOADS[2]), Author(collective=ALL)),
            year=2020 + number,
            journal=ALL,
            volume=PAYLOADS[0],
            issue=PAYLOADS[1],
            pages=PAYLOADS[2],
            abstract="" if number == 1 else ALL,
            language=(PAYLOADS[0],),
            types=(ALL,),
            mesh=(ALL,),
            keywords=(ALL, PAYLOADS[1]),
            url=(
                "javascript:window.harmed=1",
                'https://x.example/"><script>window.harmed=1</script>',
                "data:text/html,x",
            )[number],
        )
        for number in range(3)
    ]


def fill(desk: Desk, client: TestClient, who: str) -> str:
    """Bring all of it in, by the desk's own ways where there is one; the case that is being coded."""
    with desk.database.write() as session:
        Ledger(session).enter(records(), found=TODAY)
    renew_queue(desk.database.write, read_protocol())
    with desk.database.read() as session:
        first, second, third = sorted(Queue(session).all())
    with desk.database.write() as session:
        unsure = RecordLink(a=second, b=third, verdict=LinkVerdict.UNSURE, reason=ALL)
        Links(session).add([unsure], {})
        Matters(session).tell(f"study/{PAYLOADS[0]}", ALL, "nobody")
        Synced(session).disagree({f"study/{PAYLOADS[0]}": (ALL, "0" * 64)})
        Highlights(session).put(
            PAYLOADS[0], "for", "nobody", seen=""
        )  # the page takes no such word any more; a database may hold one
    done(client, "/screening/words", {"text": "oxytocin*", "kind": "against"})
    done(client, "/screening/title_abstract/abstract", {"record": second, "abstract": ALL})
    for stage in STAGES:
        done(client, f"/screening/{stage}/decide", {"record": first, "verdict": "include", "note": ALL})
    done(client, "/screening/title_abstract/decide", {"record": second, "verdict": "maybe", "note": ALL})
    done(client, "/full-texts/link", {"record": third, "url": 'https://x.example/"onmouseover="window.harmed=1'})
    pdf = ('"><script>window.harmed=1</script>.pdf', b"%PDF-1.7\n%%EOF\n", "application/pdf")
    assert client.post("/full-texts/attach", data={"record": third}, files={"file": pdf}).status_code == 200
    done(client, "/coding/begin", {"work": first})
    with desk.database.write() as session:
        cases = Cases(session)
        (case,) = cases.all()
        values = {
            "report/title": ALL,
            "study/label": ALL,
            "study/summary": ALL,
            "study/country/note": ALL,
            "study/outcomes/1/instrument": ALL,
            "study/arms/1/name": PAYLOADS[0],
            "study/effects/1/source/quote": ALL,
            "study/effects/1/computation/kind": PAYLOADS[0],
            "study/effects/1/computation/inputs/m1": PAYLOADS[1],
        }
        held = cases.values(case.key, who)
        changes = [Change(path=path, was=held.get(path, ""), value=value) for path, value in values.items()]
        assert cases.save(case.key, who, changes) == []
    return case.key


def compare(desk: Desk, case: str, who: str) -> None:
    """Let the case be compared: a second coder has written other things, as bad."""
    with desk.database.write() as session:
        cases = Cases(session)
        values = cases.values(case, who)
        cases.begin(case, "second", {path: f"{value} too" for path, value in values.items()})
        cases.begin(case, SETTLED, {})
        held = cases.get(case)
        assert held is not None
        cases.move(held, CaseState.COMPARING, who)


def done(client: TestClient, path: str, form: dict[str, str]) -> None:
    """Something that the desk takes."""
    reply = client.post(path, data=form)
    assert reply.status_code in (200, 303), (path, reply.status_code, reply.text[:500])


def dangers(text: str) -> Iterator[str]:
    """What in a page could run, lead astray or ask for something that the desk's own templates did not write."""
    if COMPUTED in text:
        yield "a text was taken for a template"
    if not text.strip():
        return
    for element in html.document_fromstring(text).iter():
        name = element.tag
        if not isinstance(name, str):
            continue
        if name in _FORBIDDEN:
            yield f"<{name}>"
        if name == "script" and not (element.get("src", "").startswith("/assets/") and not element.text):
            yield "<script>"
        if name == "meta" and element.get("http-equiv"):
            yield "<meta http-equiv>"
        for attribute, value in element.attrib.items():
            said, bare = str(attribute).lower(), re.sub(r"[\x00-\x20]", "", str(value)).lower()
            if said.startswith(("on", "hx-on", "data-hx-on")) or (said == "autofocus" and name != "input"):
                yield f"{name} {said}"
            scheme = re.match(r"[a-z][a-z0-9+.-]*:", bare)
            own = name == "link" and bare == "data:,"
            if said in _LEADS and scheme and scheme.group() not in ("http:", "https:") and not own:
                yield f"{name} {said}={bare[:40]}"
            if said in ("hx-vals", "hx-headers") and not bare.startswith("{"):
                yield f"{name} {said}={bare[:40]}"
