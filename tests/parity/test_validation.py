"""Our own generator's numbers: pinned beside it, compared with ours everywhere, and made anew where R is at hand."""

import json
import math
import subprocess
from pathlib import Path
from typing import Any

import pytest

from synthesis.dependence.between import Structure
from synthesis.dependence.che import correlated_hierarchical
from synthesis.dependence.multilevel import multilevel
from synthesis.dependence.multivariate import multivariate
from synthesis.influence.deletion import influence
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference
from synthesis.regression.mixed import meta_regression
from synthesis.small_study.egger import egger
from synthesis.small_study.rank import rank_test
from synthesis.small_study.trim_and_fill import trim_and_fill

Json = dict[str, Any]

# Relative; fifteen digits are pinned. Observed worst: fits 6.1e-13 (i2 of raudenbush1985, ML), influence 6.3e-12.
CLOSED = 1e-10
ITERATIVE = 1e-8
DATA = ("bcg", "raudenbush1985")


@pytest.fixture(scope="module")
def reference(root: Path) -> Json:
    content: Json = json.loads((root / "validation" / "metafor" / "reference.json").read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("name", DATA)
def test_every_estimator_and_test(reference: Json, name: str) -> None:
    data, fits = reference[name]["data"], reference[name]["fits"]
    expected = {f"{m.value}_{t.value}" for m in Method for t in Inference if m is not Method.FE} | {"FE_z"}
    assert set(fits) == expected
    for label, want in fits.items():
        method, test = label.split("_")
        got = pool(data["yi"], data["vi"], method=Method(method), test=Inference(test))
        for quantity in ("estimate", "se", "statistic", "p", "i2", "h2", "q", "q_p"):
            assert getattr(got, quantity) == pytest.approx(want[quantity], rel=ITERATIVE, abs=1e-12), (label, quantity)
        assert got.tau2 == pytest.approx(want["tau2"], rel=ITERATIVE, abs=1e-12), label
        assert got.ci == pytest.approx((want["ci_low"], want["ci_high"]), rel=ITERATIVE), label


@pytest.mark.parametrize("name", DATA)
def test_intervals_asymmetry_and_influence(reference: Json, name: str) -> None:
    block, data = reference[name], reference[name]["data"]
    yi, vi = data["yi"], data["vi"]
    fit = pool(yi, vi)
    assert fit.pi == pytest.approx(block["prediction"], rel=ITERATIVE)
    assert fit.tau2_ci == pytest.approx(block["tau2_ci"], rel=ITERATIVE)
    slope = egger(yi, vi).slope
    assert (slope.statistic, slope.p) == pytest.approx((block["egger"]["statistic"], block["egger"]["p"]), rel=CLOSED)
    rank = rank_test(yi, vi)
    assert (rank.tau, rank.p) == pytest.approx((block["rank"]["tau"], block["rank"]["p"]), rel=CLOSED)
    filled = trim_and_fill(yi, vi, test=Inference.Z)
    assert (filled.missing, filled.side.value) == (block["trimfill"]["k0"], block["trimfill"]["side"])
    # metafor refits the filled set with its default threshold.
    assert filled.pooled.estimate == pytest.approx(block["trimfill"]["estimate"], rel=1e-4)
    diagnostics = influence(yi, vi, test=Inference.Z)
    for quantity, want in block["influence"].items():
        assert getattr(diagnostics, quantity) == pytest.approx(want, rel=ITERATIVE), quantity


@pytest.mark.parametrize("name", DATA)
def test_meta_regression(reference: Json, name: str) -> None:
    data, want = reference[name]["data"], reference[name]["regression"]
    terms = ["intercept", *(column for column in data if column not in ("yi", "vi"))]
    rows = list(zip(*(data[term] for term in terms[1:]), strict=True))
    fit = meta_regression(data["yi"], data["vi"], [[1.0, *row] for row in rows], terms=terms)
    for quantity, key in (("estimate", "estimate"), ("se", "se"), ("statistic", "statistic"), ("p", "p")):
        assert [getattr(term, quantity) for term in fit.terms] == pytest.approx(want[key], rel=ITERATIVE), quantity
    assert (fit.tau2, fit.qe, fit.qm, fit.qm_p) == pytest.approx(
        (want["tau2"], want["qe"], want["qm"], want["qm_p"]), rel=ITERATIVE
    )


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_three_levels(reference: Json, method: str) -> None:
    block, data = reference["konstantopoulos2011"], reference["konstantopoulos2011"]["data"]
    want = block[f"three_level_{method}"]
    levels = [data["district"], data["school"]]
    fit = multilevel(data["yi"], data["vi"], levels, method=Method(method), test=Inference.Z)
    mean = fit.terms[0]
    # metafor's optimiser stops near the sixth digit of the variances; the polished values are in the larger reference.
    assert fit.sigma2 == pytest.approx(want["sigma2"], rel=1e-5)
    assert (mean.estimate, mean.se) == pytest.approx((want["estimate"], want["se"]), rel=1e-6)
    assert fit.log_likelihood == pytest.approx(want["ll"], rel=1e-9)


def test_correlated_and_hierarchical_effects(reference: Json) -> None:
    block, data = reference["konstantopoulos2011"]["che_06"], reference["konstantopoulos2011"]["data"]
    fit = correlated_hierarchical(data["yi"], data["vi"], data["district"], rho=0.6)
    assert fit.robust is not None
    mean = fit.robust.terms[0]
    assert fit.model.sigma2 == pytest.approx(block["sigma2"], rel=1e-5)
    assert mean.estimate == pytest.approx(block["estimate"], rel=1e-6)
    assert (mean.se, mean.df) == pytest.approx((block["cr2_se"], block["cr2_df"]), rel=1e-5)


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("structure", list(Structure))
@pytest.mark.parametrize("name", ["berkey1998", "ishak2007"])
def test_several_outcomes(reference: Json, name: str, structure: Structure, method: str) -> None:
    data, want = reference[name]["data"], reference[name]["fits"][f"{structure.value}_{method}"]
    fit = multivariate(
        data["yi"],
        data["V"],
        data["study"],
        data["outcome"],
        structure=structure,
        method=Method(method),
        test=Inference.Z,
    )
    # Worst seen: estimates 1e-9, their errors 2e-8, variances 5e-8: where R's optimizer stops.
    for quantity in ("estimate", "se"):
        assert [getattr(term, quantity) for term in fit.terms] == pytest.approx(want[quantity], rel=1e-6), quantity
    assert [term.p for term in fit.terms] == pytest.approx(want["p"], rel=1e-5)
    one_variance = structure is Structure.CS
    assert fit.tau2 == pytest.approx([want["tau2"]] * 2 if one_variance else want["tau2"], rel=1e-5)
    assert fit.correlation[0][1] == pytest.approx(0.0 if structure is Structure.DIAG else want["rho"], rel=1e-5)
    assert fit.log_likelihood == pytest.approx(want["ll"], rel=1e-9)
    assert (fit.qe, fit.qm, fit.qm_p) == pytest.approx((want["qe"], want["qm"], want["qm_p"]), rel=1e-6)
    assert [term.se for term in fit.robust.terms] == pytest.approx(want["cr2_se"], rel=1e-6)
    assert [term.df for term in fit.robust.terms] == pytest.approx(want["cr2_df"], rel=1e-4)


def test_the_generator_still_gives_the_pinned_numbers(reference: Json, root: Path, rscript: str) -> None:
    script = root / "validation" / "metafor" / "generate.R"
    done = subprocess.run([rscript, str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    again = json.loads(done.stdout)
    if again["source"] != reference["source"]:
        pytest.skip(f"other versions: {again['source']}, pinned with {reference['source']}")
    assert close(again, reference)


def close(got: Any, want: Any) -> bool:
    if isinstance(want, dict):
        return set(got) == set(want) and all(close(got[key], value) for key, value in want.items())
    if isinstance(want, list):
        return len(got) == len(want) and all(close(g, w) for g, w in zip(got, want, strict=True))
    if isinstance(want, float) and isinstance(got, float | int):
        return math.isclose(got, want, rel_tol=1e-9, abs_tol=1e-12)
    return bool(got == want)
