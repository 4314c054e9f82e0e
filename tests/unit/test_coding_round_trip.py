"""Every curated study becomes a draft of the desk, and the draft becomes the same study again."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.codebook import BiasAnswer, BiasLevel
from corpus.coding.draft import coded, leads
from corpus.coding.undraft import values_of
from corpus.curation import dump, read_corpus
from corpus.curation.nodes import Items, Node, Scalar, parse
from corpus.domain import BiasJudgement, Corpus, Report, Sample, Study


@pytest.fixture(scope="module")
def corpus(root: Path) -> Corpus:
    return read_corpus(root / "corpus" / "curated")


def there_and_back(corpus: Corpus, study: Study) -> tuple[Report, Sample, Study]:
    """What the form makes of a study that was put into it, with what the form does not show."""
    report = next(one for one in corpus.reports if one.key == study.reports[0])
    sample = next(one for one in corpus.samples if one.key == study.sample)
    values = values_of(report, sample, study)
    assert [path for path in values if not leads(path)] == []

    def text(value: str) -> Scalar:
        return Scalar(value, plain=False, line=1)

    extra: dict[str, dict[str, Node]] = {
        "report": {"study": text(report.study)},
        "study": {
            "reports": Items(1, [text(key) for key in study.reports]),
            "sample": text(study.sample),
            "coding": parse(dump(study.coding)),
        },
    }
    made = coded(values, extra)
    assert made.faults == ()
    assert made.report is not None
    assert made.sample is not None
    assert made.study is not None
    told = replace(
        made.report,
        searches=report.searches,
        claims=report.claims,
        retraction=report.retraction,
        evidence=report.evidence,
    )
    evidence = {one.key: one.evidence for one in study.effects}
    effects = tuple(replace(one, evidence=evidence[one.key]) for one in made.study.effects)
    whole = replace(made.study, not_coded=study.not_coded, effects=effects)
    return told, made.sample, whole


def test_every_curated_study_comes_back_equal(corpus: Corpus) -> None:
    for study in corpus.studies:
        report, sample, whole = there_and_back(corpus, study)
        assert dump(whole) == dump(study)
        assert whole == study
        assert report == next(one for one in corpus.reports if one.key == report.key)
        assert sample == next(one for one in corpus.samples if one.key == sample.key)


def test_judgements_with_answers_result_reason_and_source_come_back_equal(corpus: Corpus) -> None:
    study = next(one for one in corpus.studies if one.key == "guastella2009")
    answers = {"q1_1": BiasAnswer.YES, "q1_2": BiasAnswer.PROBABLY_YES, "q1_3": BiasAnswer.NO}
    low = BiasJudgement(
        instrument="rob2",
        domain="randomisation",
        level=BiasLevel.LOW,
        support="made up for a test",
        effect=study.effects[0].key,
        answers=answers,
    )
    departing = replace(
        low, outcome=study.outcomes[0].key, effect="", level=BiasLevel.HIGH, reason="made up", source=study.source
    )
    study = replace(study, risk_of_bias=(low, departing))
    assert there_and_back(corpus, study)[2] == study
