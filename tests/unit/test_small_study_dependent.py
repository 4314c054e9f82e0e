"""Egger's test of dependent effects: against the multilevel model it is, and honest where it cannot be computed."""

import json
from pathlib import Path

import pytest

from synthesis.dependence.multilevel import multilevel
from synthesis.small_study.egger_dependent import egger_dependent
from synthesis.small_study.reading import NotDefined


def test_metafor_and_clubsandwich_give_the_same(shared: Path) -> None:
    content = json.loads((shared / "oracle" / "dat.assink2016.json").read_text())
    data, block = content["data"], content["expected"]["mv"]["three_level_egger"]
    found = egger_dependent(data["yi"], data["vi"], data["study"])
    want = block["cr2"]["CR2"]
    assert found.limit is not None
    assert [found.limit.estimate, found.slope.estimate] == pytest.approx(want["beta"], rel=1e-9)
    assert [found.limit.se, found.slope.se] == pytest.approx(want["SE"], rel=1e-9)
    assert [found.limit.df, found.slope.df] == pytest.approx(want["df_satt"], rel=1e-8)
    assert [found.limit.p, found.slope.p] == pytest.approx(want["p_satt"], rel=1e-8)


def test_the_estimates_are_those_of_the_multilevel_model() -> None:
    yi, vi, cluster = [0.1, 0.3, 0.2, 0.6, 0.5, -0.1], [0.01, 0.02, 0.05, 0.09, 0.12, 0.03], list("aabbcc")
    x = [[1.0, v**0.5] for v in vi]
    fit = multilevel(yi, vi, [cluster, range(6)], x=x, terms=("intercept", "sei"))
    found = egger_dependent(yi, vi, cluster)
    assert found.slope.estimate == pytest.approx(fit.terms[1].estimate)
    assert any("Only 6 effects" in caution for caution in found.cautions)


@pytest.mark.parametrize(
    ("vi", "cluster", "words"),
    [
        ([0.1, 0.1, 0.1, 0.1], list("aabb"), "all are the same"),
        ([0.1, 0.2, 0.3, 0.4], list("aaaa"), "at least 2 samples"),
        ([0.1, 0.2], list("ab"), "at least 3 effects"),
    ],
)
def test_what_cannot_be_computed_says_so(vi: list[float], cluster: list[str], words: str) -> None:
    with pytest.raises(NotDefined, match=words):
        egger_dependent([0.1, 0.2, 0.3, 0.4][: len(vi)], vi, cluster)
