"""What helps a coder: values found in an abstract, samples that may be the same people, an effect seen while it is typed."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.coding.comparing import compare
from corpus.coding.overlap import overlapping
from corpus.coding.preview import preview
from corpus.coding.rivals import rivals
from corpus.coding.suggestions import suggestions
from corpus.coding.undraft import values_of
from corpus.coding.ways import BY_KEY, WAYS, asked, choose, path_of
from corpus.curation import read_corpus
from corpus.domain import Corpus, Study

ABSTRACT = (
    "Forty adults (N = 40) with social anxiety, 25 women and 15 men, received 24 IU oxytocin. Salivary oxytocin was measured "
    "by ELISA and the LSAS was given (t(38) = 2.31, p = .026, d = −0.41; r(38) = .32, F(1, 38) = 5.3, OR = 1.8, p < 0.001)."
)


def test_values_are_found_with_the_place_where_they_stand() -> None:
    found = suggestions(ABSTRACT)
    values = [(one.kind, one.value) for one in found]
    assert values == [
        *(("n", "40"), ("n", "25"), ("n", "15"), ("dose_iu", "24"), ("matrix", "Salivary"), ("assay", "ELISA")),
        *(("instrument", "LSAS"), ("t", "2.31"), ("p", ".026"), ("d", "-0.41"), ("r", ".32"), ("f", "5.3")),
        *(("or", "1.8"), ("p", "0.001")),
    ]
    for one in found:
        assert ABSTRACT[one.start :].startswith(one.value.replace("-", "−"))
        assert one.before + one.found + one.after in ABSTRACT


def test_nothing_is_found_where_nothing_stands() -> None:
    assert suggestions("") == []
    assert suggestions("A dog and an order of magnitude; chapter 12, page 40.") == []


@pytest.fixture(scope="module")
def corpus(root: Path) -> Corpus:
    return read_corpus(root / "corpus" / "curated")


def test_a_sample_of_the_same_people_is_offered_with_its_grounds(corpus: Corpus) -> None:
    study = next(one for one in corpus.studies if one.key == "guastella2009")
    report = next(one for one in corpus.reports if one.key == "guastella2009")
    sample = next(one for one in corpus.samples if one.key == study.sample)
    values = values_of(report, sample, study) | {"study/key": "another_paper"}
    (first, grounds), *_ = overlapping(corpus, values)
    assert first.key == study.sample
    assert "authors" in grounds
    assert overlapping(corpus, {"study/key": "x", "report/authors": "Nobody, N.", "study/country": "Nowhere"}) == []


AT = "study/effects/1"
OUTCOME = {"study/outcomes/1/construct": "social anxiety", "study/outcomes/1/higher_is_better": "false"}


def typed(kind: str, **inputs: str) -> dict[str, str]:
    """An effect as it is typed."""
    begin = f"{AT}/computation"
    means = {f"{begin}/positive_means": "higher_outcome", f"{AT}/outcome": "1", f"{AT}/role": "treatment_effect"}
    return (
        OUTCOME | means | {f"{begin}/kind": kind} | {f"{begin}/inputs/{name}": value for name, value in inputs.items()}
    )


def test_a_preview_says_what_is_lacking_until_it_shows_the_estimate() -> None:
    half = preview(typed("two-groups", m1="52.3", sd1="21.3", n1="12"), AT)
    assert half.yi is None
    assert half.lacking
    whole = preview(typed("two-groups", m1="52.3", sd1="21.3", n1="12", m2="60.1", sd2="20.0", n2="13"), AT)
    assert whole.yi is not None
    assert whole.vi is not None
    assert whole.yi > 0  # a lower score of a scale of symptoms is better: the sign is turned
    assert whole.ci is not None
    assert whole.ci[0] < whole.yi < whole.ci[1]
    assert whole.formula
    assert whole.substituted
    assert "52.3" in whole.substituted


def test_a_preview_tells_what_does_not_fit_as_it_is_typed() -> None:
    values = typed("t", t="2.31", n1="20", n2="20") | {f"{AT}/p/value": ".20", f"{AT}/p/relation": "=", f"{AT}/n": "41"}
    findings = " ".join(preview(values, AT).findings)
    assert "p" in findings
    assert "the groups are 20 and 20, the effect says 41" in findings


def test_a_preview_of_garbage_says_what_it_expected() -> None:
    found = preview(typed("two-groups", m1="fifty", sd1="-3", n1="0", m2="1", sd2="1", n2="9"), AT)
    assert found.yi is None
    assert "fifty" in found.lacking


def test_a_crossover_effect_shows_the_band_over_the_correlation() -> None:
    inputs = dict.fromkeys(asked("crossover"), "10")
    inputs |= {"m1": "12", "m2": "10", "sd1": "4", "sd2": "4", "n": "20"}
    values = typed("crossover", **{name: inputs[name] for name in ("m1", "m2", "sd1", "sd2", "n")})
    at = f"{AT}/computation/assumed/1"
    values |= {
        f"{at}/name": "r",
        f"{at}/value": "0.5",
        f"{at}/low": "0.3",
        f"{at}/high": "0.7",
        f"{at}/reason": "unknown",
    }
    found = preview(values, AT)
    assert found.yi is not None, found.lacking
    assert [round(one.r, 2) for one in found.band] == [0.3, 0.4, 0.5, 0.6, 0.7]
    assert found.band[0].vi > found.band[-1].vi  # the more alike the periods, the surer


@pytest.mark.parametrize("way", [way.key for way in WAYS])
def test_every_way_of_printing_can_be_chosen_and_taken_back(way: str) -> None:
    changed = choose({}, AT, BY_KEY[way])
    values = {path: value for path, value in changed.items() if value}
    assert preview(values, AT).lacking
    for name in asked(BY_KEY[way].kind) if BY_KEY[way].kind else ():
        assert path_of(AT, name).startswith(f"{AT}/computation/")
    other = BY_KEY["direction" if way != "direction" else WAYS[0].key] if "direction" in BY_KEY else WAYS[-1]
    turned = values | choose(values, AT, other)
    assert not any(value for path, value in turned.items() if "/inputs/" in path)


def test_a_comparison_finds_items_that_mean_the_same_in_another_order(corpus: Corpus) -> None:
    study = next(one for one in corpus.studies if one.key == "guastella2009")
    report = next(one for one in corpus.reports if one.key == "guastella2009")
    sample = next(one for one in corpus.samples if one.key == study.sample)
    first = values_of(report, sample, study)
    turned = values_of(report, sample, _reversed(study))
    assert compare(first, first).differences == ()
    assert compare(first, turned).differences == ()
    path = next(path for path in turned if path.startswith("study/effects/") and path.endswith("/inputs/sd1"))
    (one,) = compare(first, turned | {path: "99.9"}).differences
    assert (one.second, one.ours) == ("99.9", False)
    assert one.path.endswith("/inputs/sd1")


def _reversed(study: Study) -> Study:
    return replace(study, effects=study.effects[::-1], outcomes=study.outcomes[::-1])


def test_effects_on_one_result_stand_side_by_side_with_what_was_decided() -> None:
    values = typed("two-groups", m1="52.3", sd1="21.3", n1="12", m2="60.1", sd2="20.0", n2="13")
    values |= {f"{AT}/phase": "post", f"{AT}/source/report": "guastella2009", f"{AT}/source/tier": "full_text"}
    assert rivals(values) == ()
    other = "study/effects/2"
    values |= {f"{other}/outcome": "1", f"{other}/phase": "post", f"{other}/role": "treatment_effect"}
    (group,) = rivals(values)
    assert [one.source for one in group.effects] == ["guastella2009, full text", ""]
    assert group.effects[0].preview.yi is not None
    assert group.effects[1].preview.yi is None
    assert not group.decided
    at = "study/conflicts/1"
    values |= {f"{at}/effects": "1 2", f"{at}/chosen": "1", f"{at}/reason": "read in the article itself"}
    (group,) = rivals(values)
    assert [one.chosen for one in group.effects] == [True, False]
    assert group.decided
    values[f"{other}/phase"] = "follow_up"
    assert rivals(values) == ()
