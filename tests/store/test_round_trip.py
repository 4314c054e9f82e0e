"""What goes into the database comes out equal, on both systems."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from corpus.codebook import BiasAnswer, BiasLevel
from corpus.database import reading, writing
from corpus.domain import BiasJudgement, Corpus
from corpus.store import Store, UnreadableRow
from tests import builders
from tests.corpora import corpora
from tests.examples import corpus as example
from tests.examples import curated

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
ONE_DATABASE = settings(
    max_examples=12,
    phases=(Phase.generate,),  # shrinking a whole corpus would take minutes
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def replace(url: str, corpus: Corpus, at: datetime = NOON) -> int:
    with writing(url) as session:
        return len(Store(session).replace(corpus, who="test", at=at))


def load(url: str) -> Corpus:
    with reading(url) as session:
        return Store(session).load()


@given(corpus=corpora())
@ONE_DATABASE
def test_any_corpus_comes_back_equal(url: str, corpus: Corpus) -> None:
    replace(url, corpus)
    held = load(url)
    assert held == corpus
    assert repr(held) == repr(corpus)  # equality of str subclasses and of mappings hides types and order


def test_the_curated_corpus_comes_back_equal(url: str, root: Path) -> None:
    corpus = curated(root)
    replace(url, corpus)
    assert repr(load(url)) == repr(corpus)


def test_the_same_corpus_again_changes_nothing(url: str) -> None:
    assert replace(url, example()) == 4
    assert replace(url, example()) == 0


def test_times_come_back_in_utc(url: str) -> None:
    replace(url, Corpus(people=example().people), at=NOON.astimezone(timezone(timedelta(hours=5, minutes=30))))
    with reading(url) as session:
        (event,) = Store(session).events()
    assert event.at == NOON
    assert event.at.tzinfo is UTC


def test_a_row_with_an_unknown_term_is_named_and_rebuilt(url: str) -> None:
    corpus = example()
    replace(url, corpus)
    with writing(url) as session:
        session.connection().exec_driver_sql("UPDATE study SET design = 'astrology' WHERE key = 'guastella2009'")
    with pytest.raises(UnreadableRow, match="study guastella2009: design is 'astrology'"):
        load(url)
    assert replace(url, corpus) > 0
    assert load(url) == corpus


def test_an_answer_that_nobody_knows_is_named(url: str) -> None:
    answered = BiasJudgement(
        instrument="rob2", domain="reporting", level=BiasLevel.HIGH, support="made up", answers={"q5_2": BiasAnswer.YES}
    )
    corpus = builders.corpus(builders.study("made", builders.effect("post"), risk_of_bias=(answered,)))
    replace(url, corpus)
    assert load(url).studies[0].risk_of_bias == (answered,)
    with writing(url) as session:
        session.connection().exec_driver_sql("UPDATE bias_answer SET value = 'perhaps'")
    with pytest.raises(UnreadableRow, match="bias_answer made/0: q5_2 is 'perhaps'"):
        load(url)
