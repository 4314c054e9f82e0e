"""What people made at the desk is what the audit trail told last of it, kind by kind; and the trail is as long as it was."""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlmodel import Session

from corpus.audit import differing
from corpus.checks import Finding
from corpus.commands import check_corpus, export_yaml, initialise, trail_head
from corpus.curation import write_corpus
from corpus.database import reading, serving, writing
from corpus.domain.cases import Case, CaseState, Change, Settlement
from corpus.domain.links import LinkVerdict, RecordLink
from corpus.domain.matters import MatterKind, Outcome, standing
from corpus.domain.people import Account, Role
from corpus.domain.screening import Decision, Stage, Verdict
from corpus.errors import InvalidInput
from corpus.store.accounts import Accounts, Invitation
from corpus.store.additions import Abstracts, FullTexts, Highlights
from corpus.store.cases import Cases
from corpus.store.decisions import KIND as DECIDED
from corpus.store.decisions import Decisions, _row
from corpus.store.heads import SECRET
from corpus.store.holding import KINDS, holding
from corpus.store.kind import Kind
from corpus.store.links import Links
from corpus.store.matters import Matters
from corpus.store.proposals import Proposals
from corpus.store.queue import Queue
from corpus.store.rows import table_of
from corpus.store.trail import Trail
from corpus.tables import desk, harvest
from tests.examples import corpus

NOW = datetime(2026, 1, 5, 12, 30, 15, 123456, tzinfo=UTC)
ANNA = Account(key="anna", name="Anna", role=Role.ADMIN, orcid="0000-0002-1825-0097")
KEY = b"what only the desk knows of itself"
# Made anew from what else is there, or of no weight when it is gone.
DERIVED = {"found_work", "work_member", "synced_file", "file_conflict", "desk_fact", "login_failure"}


OWN = {("draft", "at"), ("screening", "replaces")}  # of the table, and sealed in no event


def fill(session: Session) -> None:
    """Something of every kind, the most of it twice: first in one way, then in another."""
    accounts, cases, texts = Accounts(session), Cases(session), FullTexts(session)
    accounts.add(ANNA, by="anna", password="$argon2id$one")
    accounts.change(replace(ANNA, name="Anna B."), by="anna", seen=ANNA.mark)
    accounts.set_password("anna", "$argon2id$two", by="anna")
    accounts.add(Account(key="bo", name="Bo", role=Role.CODER), by="anna", subject="https://id.example.org|1")
    accounts.enter("anna", token="a" * 64, csrf="c", lasts=timedelta(days=1))
    accounts.enter("anna", token="b" * 64, csrf="c", lasts=timedelta(days=1))
    accounts.leave("b" * 64, by="anna")
    place = Invitation(
        token="c" * 64, role=Role.EDITOR, name="Cy", by="anna", expires=datetime.now(UTC) + timedelta(days=1)
    )
    accounts.invite(place)
    accounts.invite(replace(place, token="d" * 64))
    accounts.take(replace(place, token="d" * 64), Account(key="dora", name="Dora", role=Role.EDITOR), password="x")
    made = Decision(
        record="pubmed:1",
        stage=Stage.FULL_TEXT,
        who="anna",
        verdict=Verdict.EXCLUDE,
        reason="design",
        note="ü",
        at=NOW,
        needed=2,
    )
    for one in (replace(made, verdict=Verdict.MAYBE, reason=""), made, replace(made, record="crossref:10.1/a/b")):
        Decisions(session).decide(one)
    Decisions(session).take_back("crossref:10.1/a/b", Stage.FULL_TEXT, "anna")
    for _ in range(2):
        Queue(session).put_off("pubmed:2", Stage.TITLE_ABSTRACT, "anna")
    for added in ("first", "second"):
        Abstracts(session).put("pubmed:1", added, "anna")
    Abstracts(session).put("pubmed:2", "taken away", "anna")
    Abstracts(session).put("pubmed:2", "", "anna")
    texts.attach("pubmed:1", "a.pdf", b"%PDF-", "anna")
    texts.link("pubmed:1", "https://x.example", "anna")
    texts.detach("pubmed:1", 1, "anna", seen=next(one for one in texts.of(["pubmed:1"]) if one.position == 1).mark)
    for kind in ("for", "against"):
        seen = Highlights(session).marks().get("oxytocin", "")
        Highlights(session).put("oxytocin", kind, "anna", seen=seen)
    cases.open(
        Case(key="c1", work="pubmed:1", study="", base="", coders=2, state=CaseState.CODING, opened_by="anna", at=NOW)
    )
    for who in ("anna", ""):
        cases.begin("c1", who, {"study/label": "x", "study/key": "y"}, by="anna")
    cases.save(
        "c1", "anna", [Change(path="study/label", was="x", value="z"), Change(path="study/key", was="y", value="")]
    )
    held = cases.get("c1")
    assert held is not None
    cases.move(held, CaseState.COMPARING, "anna")
    cases.need(held, 1, "anna")
    cases.begin("c1", "bo", {"study/label": "gone again"})
    cases.drop(next(one for one in cases.drafts("c1") if one.who == "bo"), "anna")
    for reason in ("first", "second"):
        cases.settle("c1", Settlement(path="study/label", value="v", reason=reason, who="anna", at=NOW))
    Links(session).add([RecordLink(a="a", b="b", verdict=LinkVerdict.UNSURE, reason="rule", score=1 / 3)], {})
    Links(session).add([RecordLink(a="a", b="c", verdict=LinkVerdict.SAME, reason="rule", score=1 / 3)], {})
    Links(session).say("b", "a", LinkVerdict.SAME, reason="read", who="anna")
    taken = Links(session).say("a", "c", LinkVerdict.APART, reason="read", who="anna")
    Links(session).take_back("a", "c", "bo", seen=taken.mark)  # what the rules said stands again, and is nobody's word
    for other in ("d", "e"):
        Proposals(session).propose("a", other, "same", "one sample", "anna")
    Proposals(session).take_back("a", "d", "anna")
    for outcome in (Outcome.ASKED, Outcome.ANSWERED):
        seen = standing(Matters(session).dealt(MatterKind.AUTHORS).get("study")).mark
        Matters(session).deal(MatterKind.AUTHORS, "study", outcome, "why", "anna", seen=seen)
    Matters(session).tell("study/x", "wrong", "hash of an address")


@pytest.fixture
def filled(url: str, tmp_path: Path) -> str:
    write_corpus(corpus(), tmp_path / "curated")
    initialise(url, tmp_path / "curated")
    with writing(url) as session:
        fill(session)
    return url


@pytest.fixture
def session(filled: str) -> Iterator[Session]:
    """A session on a database with something of every kind in it."""
    with serving(filled) as database, database.write() as opened:
        yield opened


def wrong(session: Session) -> dict[str, str]:
    return dict(differing(Trail(session).all(), holding(session)))


def rows(session: Session, kind: Kind) -> list[dict[str, Any]]:
    asked = select(kind.table) if kind.people is None else select(kind.table).where(kind.people)
    return [dict(row) for row in session.execute(asked).mappings()]


def is_it(kind: Kind, row: dict[str, Any]) -> Any:
    found = [column == row[column.name] for column in kind.table.primary_key.columns]
    return found[0] if len(found) == 1 else (found[0] & found[1] if len(found) == 2 else found[0] & found[1] & found[2])


def another(value: Any) -> Any:
    if value is None:
        return NOW
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    return value + 1 if isinstance(value, int | float) else {"admin": "coder"}.get(value, f"{value}x")


def test_every_table_of_the_desk_is_told_or_derived() -> None:
    tables = {table_of(row).name for row in vars(desk).values() if isinstance(row, type) and hasattr(row, "__table__")}
    assert tables - {kind.table.name for kind in KINDS} == DERIVED


def test_what_was_done_at_the_desk_is_what_the_trail_tells(filled: str) -> None:
    assert [one for one in check_corpus(filled) if one.severity == "error"] == []


def test_a_row_changed_taken_out_or_put_in_by_hand_is_found(session: Session) -> None:
    assert wrong(session) == {}
    for kind in KINDS:
        held = rows(session, kind)
        assert held, f"nothing of {kind.table.name}"
        row, entity = held[0], kind.entity(held[0])
        keys = {column.name for column in kind.table.primary_key.columns}
        for column in {*row} - keys - {"csrf", "sender"}:
            sealed = kind.told(row) != kind.told(row | {column: another(row[column])})
            assert sealed or (kind.name, column) in OWN, (kind.name, column)
            if sealed:
                with session.begin_nested() as undone:
                    session.execute(update(kind.table).where(is_it(kind, row)).values({column: another(row[column])}))
                    assert entity in wrong(session), (entity, column)
                    undone.rollback()
        with session.begin_nested() as undone:
            session.execute(delete(kind.table).where(is_it(kind, row)))
            assert (entity in wrong(session)) is kind.lasts, entity
            undone.rollback()
        with session.begin_nested() as undone:
            last = [column.name for column in kind.table.primary_key.columns][-1]
            other = row | {last: 77 if isinstance(row[last], int) else f"z{row[last]}"[:64]}
            if kind.name == "screening":  # one stands for each person
                other |= {"who": "zoe"}
            session.execute(insert(kind.table), other)
            known = kind.entity(other) == entity
            assert wrong(session) == {kind.entity(other): "it is there 2 times" if known else "no event tells of it"}
            undone.rollback()
    assert wrong(session) == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE screening_decision SET verdict = 'include' WHERE ended IS NOT NULL", "is not what any event told"),
        ("UPDATE screening_decision SET note = note || 'x' WHERE ended IS NOT NULL", "is not what any event told"),
        ("DELETE FROM screening_decision WHERE ended IS NOT NULL", "is gone"),
    ],
)
def test_a_decision_that_was_replaced_is_kept_as_it_was(session: Session, change: str, said: str) -> None:
    decisions = Decisions(session)
    first = next(one for one in decisions.all() if one.record == "pubmed:1")
    for day, verdict in enumerate((Verdict.INCLUDE, Verdict.MAYBE), 1):
        decisions.decide(replace(first, verdict=verdict, reason="", at=NOW + timedelta(days=day)))
    assert wrong(session) == {}
    session.execute(text(change))
    found = wrong(session)
    assert "screening/pubmed:1/full_text/anna" in found
    assert all(said in one for one in found.values())


@pytest.mark.parametrize("content", [b"%PDF-another", None])
def test_a_file_that_is_not_what_was_attached_is_found(filled: str, content: bytes | None) -> None:
    with writing(filled) as session:
        packed = b"no archive" if content is None else zlib.compress(content)
        session.execute(update(table_of(harvest.PayloadRow)).values(packed=packed))
    assert errors(filled) == ["pubmed:1: the file is not the one that was attached"]
    with writing(filled) as session:
        session.execute(delete(table_of(harvest.PayloadRow)))
    assert errors(filled) == ["pubmed:1: the file is not the one that was attached"]


def test_a_persons_link_made_a_rules_is_found(session: Session) -> None:
    session.execute(text("UPDATE record_link SET \"by\" = 'rules', verdict = 'different'"))
    assert list(wrong(session)) == ["link/a/b"]


def test_the_trail_has_no_secret_in_it(session: Session) -> None:
    told = "".join(f"{event.entity} {event.told}" for event in Trail(session).all())
    for secret in ("$argon2id$", "id.example.org|1", "hash of an address", "a" * 13, "c" * 13):
        assert secret not in told
    for seen in ("account/anna", "session/aaaaaaaaaaaa", "skip/pubmed:2/title_abstract/anna", "reader_report/1"):
        assert seen in told


def test_a_field_that_is_younger_than_its_event_is_not_compared(session: Session) -> None:
    held = holding(session)
    younger = {entity: [f'{told[:-1]},"zz":"new"}}' for told in texts] for entity, texts in held.told.items()}
    assert list(differing(Trail(session).all(), replace(held, told=younger))) == []


def errors(url: str, *more: str) -> list[str]:
    return [one.message for one in check_corpus(url, *more) if one.severity == "error"]


def cut(url: str, number: int) -> None:
    """Take the last events out, and nothing else: as if they had never been."""
    with writing(url) as session:
        session.execute(
            text(f"DELETE FROM audit_event WHERE sequence > (SELECT max(sequence) - {number} FROM audit_event)")
        )


def test_events_taken_out_at_the_end_are_missed(filled: str) -> None:
    cut(filled, 1)
    assert any("the last ones were taken out" in one for one in errors(filled))


def test_the_head_goes_on_only_with_the_trail(filled: str) -> None:
    with writing(filled) as session:
        count = trail_head(filled).events
        Decisions(session).take_back("pubmed:1", Stage.FULL_TEXT, "anna")
    cut(filled, 1)
    for number in range(3):  # however much comes afterwards
        with writing(filled) as session:
            Highlights(session).put(f"word{number}", "for", "anna", seen="")
    assert any(f"event {count + 1} is not the one that the database saw" in one for one in errors(filled))
    with writing(filled) as session:
        session.execute(text("DELETE FROM trail_head"))
    assert "the head of the trail was taken out" in errors(filled)


def test_an_event_added_by_hand_is_found(filled: str) -> None:
    with writing(filled) as session:
        head = session.execute(text("SELECT events, hash FROM trail_head")).one()
        Trail(session).tell("files/study/x", None, {"side": "desk"}, "anna")  # a faultless one, but for the head
        session.execute(text("UPDATE trail_head SET events = :n, hash = :h"), {"n": head[0], "h": head[1]})
    assert any("the last ones were added by hand" in one for one in errors(filled))


def sealed(url: str, *words: str) -> None:
    with serving(url, {SECRET: KEY}) as database:
        with database.write() as session:
            Trail(session).begin_sealing()
        for word in words:
            with database.write() as session:
                Highlights(session).put(word, "for", "anna", seen="")


def test_who_lacks_the_secret_cannot_shorten_what_the_desk_has_sealed(filled: str) -> None:
    secret = KEY.decode()
    assert any("the desk has not sealed it" in one for one in errors(filled, secret))
    sealed(filled, "one", "two")
    with writing(filled) as session:  # a command that does not know the secret
        Trail(session).tell("files/study/x", None, {"side": "desk"}, "anna")
    sealed(filled, "three")
    assert errors(filled, secret) == []
    assert any("not sealed with the desk's secret" in one for one in errors(filled, secret + "x"))
    # Rows and events of two days taken back together, and the kept heads made to fit.
    with writing(filled) as session:
        session.execute(text("DELETE FROM highlight_word WHERE text IN ('two', 'three')"))
        session.execute(
            text("DELETE FROM audit_event WHERE entity IN ('highlight/two', 'files/study/x', 'highlight/three')")
        )
        head = Trail(session).head()
        session.execute(text("UPDATE trail_head SET events = :n, hash = :h"), {"n": head.events, "h": head.hash})
    assert errors(filled) == []  # nobody without the secret can tell
    assert errors(filled, secret) != []
    sealed(filled, "four")  # the desk goes on, and does not make it good
    assert any("not sealed with the desk's secret" in one for one in errors(filled, secret))
    with writing(filled) as session:
        session.execute(text("DELETE FROM trail_head WHERE \"by\" = 'the desk'"))
    sealed(filled, "five")
    assert any("its seal was taken out" in one for one in errors(filled, secret))


def test_a_head_that_was_noted_must_still_be_in_the_trail(filled: str, tmp_path: Path) -> None:
    noted = str(trail_head(filled))
    assert export_yaml(filled, tmp_path / "out")["trail"] == noted
    sealed(filled, "later")
    assert errors(filled, "", noted) == []
    other = f"{noted[:-1]}{'0' if noted[-1] != '0' else '1'}"
    assert any("was written anew" in one for one in errors(filled, "", other))
    assert any("who noted it saw 9999 events" in one for one in errors(filled, "", f"9999:{noted.partition(':')[2]}"))
    for text_ in ("x", "1", "1:abc", f"-1:{'0' * 64}"):
        with pytest.raises(InvalidInput, match="is no head of a trail"):
            check_corpus(filled, "", text_)


def test_a_check_reads_rows_and_trail_of_one_moment(filled: str) -> None:
    """While people work, what is read first and what is read last belong together."""
    with serving(filled) as database, reading(filled) as session:
        events = Trail(session).all()
        with database.write() as other:
            Highlights(other).put("meanwhile", "for", "anna", seen="")
        assert list(differing(events, holding(session))) == []


def test_many_are_checked_in_seconds(filled: str) -> None:
    made = Decision(
        record="", stage=Stage.TITLE_ABSTRACT, who="anna", verdict=Verdict.INCLUDE, reason="", note="", at=NOW, needed=2
    )
    with writing(filled) as session:
        many = [_row(replace(made, record=f"pubmed:9{number}")) for number in range(20_000)]
        session.execute(insert(DECIDED.table), many)
        Trail(session).tell_all([DECIDED.change(None, row) for row in many], "anna")
    found: list[Finding] = [one for one in check_corpus(filled) if one.severity == "error"]
    assert found == []
