"""What helps a coder: values found in an abstract, samples that may be the same people, an effect seen while it is typed."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.coding.comparing import KEEP, compare
from corpus.coding.inputs import inputs_of
from corpus.coding.overlap import overlapping
from corpus.coding.preview import preview
from corpus.coding.rivals import rivals
from corpus.coding.suggestions import suggestions
from corpus.coding.undraft import values_of
from corpus.coding.ways import BY_KEY, WAYS, choose, tidied
from corpus.curation import read_corpus
from corpus.domain import Corpus, Study
from corpus.effectsizes import KINDS

ABSTRACT = (
    "Forty adults (N = 40) with social anxiety, 25 women and 15 men, received 24 IU oxytocin. Salivary oxytocin was measured "
    "by ELISA and the LSAS was given (t(38) = 2.31, p = .026, d = −0.41; r(38) = .32, F(1, 38) = 5.3, OR = 1.8, p < 0.001)."
)


def test_values_are_found_with_the_place_where_they_stand() -> None:
    found = suggestions(ABSTRACT)
    values = [(one.label, one.value) for one in found]
    assert values == [
        *(("people", "40"), ("people", "40"), ("people", "25"), ("people", "15"), ("dose in IU", "24")),
        *(
            ("matrix", "Salivary"),
            ("assay", "ELISA"),
            ("instrument", "LSAS"),
            ("t", "2.31"),
            ("p", ".026"),
            ("d", "-0.41"),
        ),
        *(("r", ".32"), ("F", "5.3"), ("odds ratio", "1.8"), ("p <", "0.001")),
    ]
    for one in found:
        assert one.before + one.found + one.after in ABSTRACT
        assert ABSTRACT[one.start :].startswith(("Forty", one.value.replace("-", "−")))


@pytest.mark.parametrize(
    ("text", "kind", "value", "term"),
    [
        ("N = 1,024 adults", "n", "1024", ""),
        ("we studied 120 adult outpatients", "n", "120", ""),
        ("Sixteen women took part", "n", "16", ""),
        ("twenty-five men", "n", "25", ""),
        ("50 BPD patients", "n", "50", ""),
        ("p = 0,017", "p", "0.017", ""),
        ("a 24-IU dose", "dose_iu", "24", ""),
        ("24iu of", "dose_iu", "24", ""),
        ("OR 3.26", "or", "3.26", ""),
        ("rs = .31", "r", ".31", ""),
        ("the WAI-S was", "instrument", "WAI-S", ""),
        ("the Hamilton Depression Rating Scale", "instrument", "Hamilton Depression Rating Scale", ""),
        ("on the Fear of Speaking Scale", "instrument", "Fear of Speaking Scale", ""),
        ("by enzyme immunoassay", "assay", "enzyme immunoassay", "elisa"),
        ("by radioimmunoassay", "assay", "radioimmunoassay", "ria"),
        ("in cerebrospinal fluid", "matrix", "cerebrospinal fluid", "csf"),
        ("given intranasally", "route", "intranasally", "intranasal"),
    ],
)
def test_what_abstracts_print_is_found(text: str, kind: str, value: str, term: str) -> None:
    (found,) = [one for one in suggestions(text) if one.kind == kind]
    assert (found.value, found.term) == (value, term)


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
    assert "20 + 20 = 40, the whole is given as 41" in findings


def test_a_preview_of_garbage_says_what_it_expected() -> None:
    found = preview(typed("two-groups", m1="fifty", sd1="-3", n1="0", m2="1", sd2="1", n2="9"), AT)
    assert found.yi is None
    assert "fifty" in found.lacking


def test_a_crossover_effect_shows_the_band_over_the_correlation() -> None:
    values = typed("crossover", m1="12", m2="10", sd1="4", sd2="4", n="20")
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
def test_a_way_of_printing_chosen_by_mistake_costs_no_figure(way: str) -> None:
    values = typed("two-groups", m1="52.3", sd1="21.3", n1="12", m2="60.1", sd2="20.0", n2="13")
    turned = values | choose(values, AT, BY_KEY[way])
    takes = {one.key for one in inputs_of(BY_KEY[way].kind)}
    kept = {path.rsplit("/", 1)[1] for path in tidied(turned) if "/inputs/" in path}
    assert kept == {"m1", "sd1", "n1", "m2", "sd2", "n2"} & takes  # what the study takes
    back = turned | choose(turned, AT, BY_KEY["two-groups"])
    assert {path: value for path, value in back.items() if "/inputs/" in path} == {
        path: value for path, value in values.items() if "/inputs/" in path
    }
    assert preview(back, AT).yi == preview(values, AT).yi


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_of_every_kind_can_be_chosen_and_has_a_name_and_a_definition(kind: str) -> None:
    assert kind in BY_KEY
    assert [one.key for one in inputs_of(kind)] == list(KINDS[kind].keys)
    for one in inputs_of(kind):
        assert one.name
        assert one.definition.endswith(".")
    assert len({one.name for one in inputs_of(kind)}) == len(inputs_of(kind))
    explained = {one.key for one in inputs_of(kind)}
    assert all(one.explained_at in explained for one in inputs_of(kind))


def test_what_is_lacking_is_said_in_words() -> None:
    found = preview(typed("two-groups", m1="52.3", sd1="21.3"), AT)
    assert found.lacking == "Still needed: people, group 1; mean, group 2; SD, group 2; people, group 2."
    assert (
        "standard error or interval, lower end with interval" in preview(typed("odds-ratio", **{"or": "2"}), AT).lacking
    )
    assumed = {f"{AT}/computation/assumed/1/name": "r", f"{AT}/computation/assumed/1/value": "0.5"}
    crossover = typed("crossover", m1="12", m2="10", sd1="4", sd2="4", n="20")
    assert "correlation" in preview(crossover, AT).lacking
    assert preview(crossover | assumed, AT).yi is not None


WRONG = {
    "p of means": (typed("two-groups", m1="52.3", sd1="21.3", n1="12", m2="60.1", sd2="20.0", n2="13"), ".01"),
    "p of standard errors": (typed("standard-errors", m1="52.3", se1="6.1", n1="12", m2="60.1", se2="5.5", n2="13"), ".01"),
    "p of changes": (typed("change-scores", m_change1="-9", sd_change1="8", n1="13", m_change2="-8", sd_change2="7", n2="11", r="0.6"), ".01"),
    "p of counts": (typed("counts", a="20", b="4", c="13", d="11"), ".5"),
    "p of a paired t": (typed("paired-t", t="-2.4", n="20", r="0.5"), ".2"),
    "p of a difference": (typed("difference", md="3.1", se="1.0", n1="20", n2="22"), ".2"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_p_that_does_not_follow_is_told_while_it_is_typed(name: str) -> None:
    values, p = WRONG[name]
    assert [one for one in preview(values | {f"{AT}/p/value": p}, AT).findings if p in one], preview(
        values, AT
    ).findings
    assert not preview(values, AT).findings  # without a p there is nothing to say


def test_checks_of_scores_people_and_direction_run_while_one_types() -> None:
    instrument = {"study/outcomes/1/instrument": "Beck Depression Inventory"}
    crossover = typed("crossover", m1="14.33", m2="10.00", sd1="4.1", sd2="4.2", n="17", r="0.5") | instrument
    assert any("14.33" in one for one in preview(crossover, AT).findings)  # no 17 whole numbers have this mean
    values = typed("two-groups", m1="52.3", sd1="21.3", n1="12", m2="60.1", sd2="20.0", n2="13") | {f"{AT}/n": "25"}
    arms = {f"{AT}/arms": "1 2", "study/arms/1/n_analysed": "30", "study/arms/2/n_analysed": "30"}
    assert any("30 + 30" in one for one in preview(values | arms, AT).findings)
    direction = {f"{AT}/direction": "favours_comparator"}
    assert any("one of the two is wrong" in one for one in preview(values | direction, AT).findings)
    bound = {f"{AT}/tier": "B", f"{AT}/p/value": "1.5"}
    assert any("1.5" in one for one in preview(bound, AT).findings)


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


RESULT = {
    "study/outcomes/1/instrument": "LSAS",
    "study/outcomes/2/instrument": "BDI-II",
    f"{AT}/outcome": "1",
    f"{AT}/phase": "end_of_treatment",
    f"{AT}/role": "treatment_effect",
    f"{AT}/level": "between_person",
}


def test_two_results_are_not_one_because_they_share_a_role() -> None:
    other = {**RESULT, f"{AT}/outcome": "2", f"{AT}/phase": "follow_up"}
    found = compare(RESULT, other)
    told = [(one.path, one.first, one.second) for one in found.open]
    assert told == [(AT, KEEP, ""), ("study/effects/2", "", KEEP)]  # each has one that the other has not
    assert all(one.whole for one in found.open)
    assert found.item("study/effects/2")["study/effects/2/outcome"] == "2"


def test_printed_figures_are_one_result_wherever_they_are_filed() -> None:
    figures = {
        f"{AT}/computation/inputs/{name}": value for name, value in (("m1", "62.16"), ("sd1", "37.41"), ("n1", "12"))
    }
    kind = {f"{AT}/computation/kind": "two-groups"}
    found = compare(RESULT | figures | kind, RESULT | figures | kind | {f"{AT}/phase": "follow_up"})
    assert [one.path for one in found.open] == [f"{AT}/phase"]


@pytest.mark.parametrize(
    ("name", "first", "second", "open_"),
    [
        ("as_reported", "B = 0.95 (SE 0.12)", "B = 0.55, SE 0.12", True),
        ("as_reported", "B = 0.55 (SE 0.12)", "B .55, SE .12", False),
        ("as_reported", "not significant", "p = .62", True),
        ("source/locator", "Table 2", "Table 3", True),
        ("source/locator", "Table 2", "Table 2, page 4", False),
        ("source/locator", "", "Table 2", True),
        ("condition", "", "women only", True),
        ("timepoint", "after treatment", "at the end", False),
        ("computation/inputs/m1", "0.50", ".50", None),
        ("computation/inputs/m1", "0.5", "0.50", True),
    ],
)
def test_what_a_paper_says_must_be_settled_and_wording_must_not(
    name: str, first: str, second: str, open_: bool | None
) -> None:
    way = {f"{AT}/computation/kind": "two-groups"}
    ours, theirs = (RESULT | way | {f"{AT}/{name}": value} for value in (first, second))
    found = compare({k: v for k, v in ours.items() if v}, {k: v for k, v in theirs.items() if v}).differences
    assert [not one.ours for one in found] == ([] if open_ is None else [open_])


def test_a_reason_beside_a_value_does_not_count() -> None:
    missing = {
        "study/sizes/patients": "40",
        "study/sizes/patients/missing": "unclear",
        "study/sizes/patients/note": "?",
    }
    assert compare(missing, {"study/sizes/patients": "40"}).differences == ()
