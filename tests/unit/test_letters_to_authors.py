"""The letter that asks authors: every outcome once, and of a model its coefficient."""

import re
from functools import cache
from pathlib import Path

from corpus.curation import read_corpus
from corpus.queues.authors import Asking, askings, letter


@cache
def asking(root: Path, key: str) -> Asking:
    """What is asked of a study that ships."""
    return next(one for one in askings(read_corpus(root / "corpus" / "curated"), {}) if one.study.key == key)


def test_an_outcome_is_asked_for_once_with_all_its_times(root: Path) -> None:
    found = asking(root, "grossmangiron2023")
    names = [re.split(r"[:,(]", text)[0].strip() for text in found.results]
    assert len(names) == len(set(names)) < 11
    depression = next(text for text in found.results if text.startswith("Depressive symptoms"))
    assert depression.count("\n   - ") == 2
    assert "over 4 weeks: the coefficient with its standard error" in depression
    assert "4 weeks: the coefficient of oxytocin by openness" in depression
    assert "mean, standard deviation" in depression  # of the case report, which prints no coefficient
    assert "B=2.12, SE=0.82, t=2.56, p=.012; reliable improvement" in depression


def test_a_covariance_has_no_mean_in_each_arm(root: Path) -> None:
    (covariance,) = [text for text in asking(root, "grossmangiron2023").results if text.startswith("Covariance")]
    assert "the coefficient with its standard error or interval" in covariance
    assert "standard deviation" not in covariance


def test_a_fact_is_asked_for_once_with_all_that_lack_it(root: Path) -> None:
    found = asking(root, "grossmangiron2023")
    instruments = [text for text in found.facts if text.startswith("instrument: ")]
    assert len(instruments) == 1
    assert "anxiety" in instruments[0]
    assert "working alliance" in instruments[0]


def test_what_prints_no_coefficient_is_asked_for_in_means(root: Path) -> None:
    everything = askings(read_corpus(root / "corpus" / "curated"), {})
    texts = [text for one in everything for text in one.results]
    assert sum("mean, standard deviation" in text for text in texts) > 20
    for one in everything:
        numbers = re.findall(r"^(\d+)\. ", letter(one, "Anna"), re.MULTILINE)
        assert numbers == [str(number) for number in range(1, len(one.results) + 1)]
