"""The corpus that pages share: one value as long as nobody changed it, and never an old one."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlmodel import Session

from corpus.database import reading, writing
from corpus.domain import Corpus
from corpus.store import Store
from corpus.store.current import current_corpus
from tests.examples import corpus as example


def put(session: Session, corpus: Corpus) -> None:
    Store(session).replace(corpus, who="test", at=datetime.now(UTC))


def test_the_corpus_is_read_once_and_anew_after_every_change(url: str) -> None:
    with writing(url) as session:
        put(session, example())
    with reading(url) as session:
        held = current_corpus(session)
        assert held == Store(session).load() != Corpus()
    with reading(url) as session:
        assert current_corpus(session) is held
    with writing(url) as session:
        put(session, Corpus())
        assert current_corpus(session) == Corpus()
    with writing(url) as session:
        put(session, example())
    with reading(url) as session:
        assert current_corpus(session) == held


def test_those_who_ask_at_once_share_one_reading(url: str) -> None:
    with writing(url) as session:
        put(session, example())
    with ThreadPoolExecutor(8) as people:
        together = threading.Barrier(8)

        def ask(_: int) -> Corpus:
            with reading(url) as session:
                together.wait(timeout=30)
                return current_corpus(session)

        found = list(people.map(ask, range(8)))
    assert found[0] == example()
    assert all(one is found[0] for one in found)
