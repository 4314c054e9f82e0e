"""Parity with metafor on every data set of the reference folder: no file, estimator or quantity is skipped.

Never compares with metafor's own defaults: the reference was made with tight controls (see validation/metafor/README.md).
"""

import csv
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.effectsizes.distributions import normal_quantile, t_quantile_upper, t_two_sided
from synthesis.dependence.robust import robust
from synthesis.influence.deletion import influence, leave_one_out
from synthesis.pool_csv import pool_file
from synthesis.pooling.pool import Method, Pooled, pool
from synthesis.pooling.pool import Test as Inference

Json = dict[str, Any]

# Relative. The project promises 1e-8, and 1e-6 for iterative tau². Observed worst: estimate 4.6e-13, se 2.0e-13, ci 2.2e-13, pi
# 5.2e-13, tau2 1.4e-12 (nielweise2007, REML), tau2_ci 6.4e-15, p 1.4e-12 (begg1989, ML), q_p 1.2e-11 and, leaving one out,
# 4.7e-11 (edge_bimodal_zero: the tail of a Q of 70), CR2 3.1e-13.
RELATIVE = 1e-9
# Absolute, in units of the larger of tau2 and the mean sampling variance, where a tau2 of 0 is 1e-18 in one of the two.
# Observed worst: 5.2e-17 (edge_k2, ML).
TAU2_ZERO = 1e-12
# Absolute, in percentage points, for the I² of that zero. Observed worst: 5.2e-15 (edge_k2, ML).
I2_ZERO = 1e-12
# Relative, on the logarithm of p-values below 1e-250. Observed worst: 6.7e-16 (q_p of crede2010).
LOG_P = 1e-12
# Absolute, on deletion diagnostics, which are differences of nearly equal numbers. Observed worst where the relative
# tolerance is not met: 3.3e-13 (dffits of edge_bimodal_zero, DL).
DIAGNOSTIC = 1e-11

# Where metafor itself refuses, as {"error": ...} in the reference: (file, place) -> reason. None so far.
REFUSED_BY_METAFOR: dict[tuple[str, str], str] = {}
WITHOUT_EFFECTS = {"escalc_conversions", "escalc_conversions_metafor48"}  # conversions: tests/parity/test_escalc.py
TOO_FEW_TO_LEAVE_ONE_OUT = {"edge_k2"}  # the generator asks for deletion diagnostics from k = 3

ORACLE = Path(__file__).resolve().parents[3] / "shared" / "oracle"
NAMES = sorted(path.stem for path in ORACLE.glob("*.json") if path.stem not in WITHOUT_EFFECTS)
CLUSTERED = [name for name in NAMES if "cr2_uni" in json.loads((ORACLE / f"{name}.json").read_text())["expected"]]
QUANTITIES = {
    *("k", "estimate", "se", "statistic", "df", "p", "ci", "pi"),
    *("tau2", "tau2_ci", "i2", "h2", "q", "q_df", "q_p", "weights"),
}


def test_reference_is_complete(shared: Path) -> None:
    files = {path.stem: json.loads(path.read_text()) for path in (shared / "oracle").glob("*.json")}
    assert {name for name, content in files.items() if "data" not in content} == WITHOUT_EFFECTS
    assert sorted(set(files) - WITHOUT_EFFECTS) == NAMES
    assert len(NAMES) == 27
    for name in NAMES:
        expected = files[name]["expected"]
        assert len(files[name]["data"]["yi"]) >= 2
        assert {method.value for method in Method} <= {"FE", *expected["re"]}
        assert all("knha" in expected["re"][method] for method in Method if method is not Method.FE)
        assert {"QP_REML", "QP_DL"} <= set(expected["tau2_ci"])
        assert ("influence" in expected) == ("leave1out" in expected) == (name not in TOO_FEW_TO_LEAVE_ONE_OUT)
    assert {name for name in NAMES if "cluster" in files[name]["data"]} == set(CLUSTERED)


def test_every_refusal_of_metafor_is_listed(shared: Path) -> None:
    blocks = ("fe", "re", "tau2_ci", "predict", "leave1out", "influence", "cr2_uni")
    refused = {
        (name, place)
        for name in NAMES
        for block in blocks
        for place in _errors(_load(name)["expected"].get(block, {}), block)
    }
    assert refused == set(REFUSED_BY_METAFOR)


def test_every_quantity_of_the_contract_is_compared() -> None:
    computed = set(Pooled.__dataclass_fields__)
    assert computed - QUANTITIES == {"method", "test", "warnings"}


@pytest.mark.parametrize("test", Inference)
@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("name", NAMES)
def test_pooled_agrees(name: str, method: Method, test: Inference) -> None:
    content = _load(name)
    expected = _expected(content, method, test)
    assert set(expected) == QUANTITIES
    pooled = pool(content["data"]["yi"], content["data"]["vi"], method=method, test=test)
    assert pooled.method is method
    assert pooled.test is test
    scale = max(expected["tau2"], _mean(content["data"]["vi"]))
    for quantity in sorted(QUANTITIES):
        for got, want in _pairs(getattr(pooled, quantity), expected[quantity]):
            assert _agree(quantity, got, want, scale), f"{quantity}: {got!r}, metafor {want!r}"


@pytest.mark.parametrize("name", NAMES)
def test_the_csv_gives_the_same(name: str, tmp_path: Path) -> None:
    data = _load(name)["data"]
    path = tmp_path / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("yi", "vi"), *zip(data["yi"], data["vi"], strict=True)])
    for method in Method:
        for test in Inference:
            pooled = pool(data["yi"], data["vi"], method=method, test=test)
            document = json.loads(json.dumps(pool_file(path, method=method.value, test=test.value), allow_nan=False))
            assert set(document) == (QUANTITIES - {"weights"}) | {"method", "test", "warnings"}
            for quantity, got in document.items():
                want = getattr(pooled, quantity)
                assert got == (list(want) if isinstance(want, tuple) else want)


@pytest.mark.parametrize("name", CLUSTERED)
@pytest.mark.parametrize("method", ["FE", "DL", "REML"])
def test_cluster_robust_agrees_with_clubsandwich(name: str, method: str) -> None:
    content = _load(name)
    data, block = content["data"], content["expected"]["cr2_uni"][method]
    want = {key: value[0] for key, value in block["CR2"].items()}
    pooled = pool(data["yi"], data["vi"], method=Method(method))
    got = robust(data["yi"], data["vi"], data["cluster"], tau2=pooled.tau2 or 0.0)
    assert got.clusters == block["n_clusters"]
    assert (got.estimate, got.se, got.df, got.p, *got.ci) == pytest.approx(
        (want["beta"], want["SE"], want["df_satt"], want["p_satt"], want["ci_lb"], want["ci_ub"]), rel=RELATIVE
    )


LEFT_OUT = {
    "estimate": "estimate", "se": "se", "statistic": "zval", "p": "pval", "q": "Q", "q_p": "Qp", "tau2": "tau2", "i2": "I2", "h2": "H2",
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in NAMES if name not in TOO_FEW_TO_LEAVE_ONE_OUT])
@pytest.mark.parametrize(
    ("method", "test"), [("FE", "z"), ("DL", "z"), ("REML", "z"), ("REML", "knha")], ids=lambda value: str(value)
)
def test_leave_one_out_agrees(name: str, method: str, test: str) -> None:
    content = _load(name)
    data = content["data"]
    block = content["expected"]["leave1out"]["REML_knha" if test == "knha" else method]
    rows = leave_one_out(data["yi"], data["vi"], method=Method(method), test=Inference(test))
    # metafor 3.8 names the statistic of knha fits differently, and a fixed-effect model has no tau²; nothing else is absent.
    absent = {quantity for quantity, key in LEFT_OUT.items() if key not in block}
    assert absent == ({"statistic"} if test == "knha" else {"tau2"} if method == "FE" else set())
    scale = max([_mean(data["vi"]), *block.get("tau2", [])])
    for row in rows:
        i = row.omitted
        for quantity in LEFT_OUT.keys() - absent:
            got, want = getattr(row, quantity), block[LEFT_OUT[quantity]][i]
            assert _agree(quantity, got, want, scale), f"{i} {quantity}: {got!r}, metafor {want!r}"
        for got, want in zip(row.ci, (block["ci.lb"][i], block["ci.ub"][i]), strict=True):
            assert _agree("ci", got, want, scale)
    assert [row.omitted for row in rows] == list(range(len(data["yi"])))


@pytest.mark.parametrize("name", [name for name in NAMES if name not in TOO_FEW_TO_LEAVE_ONE_OUT])
@pytest.mark.parametrize("method", ["FE", "DL", "REML"])
def test_influence_agrees(name: str, method: str) -> None:
    content = _load(name)
    data, block = content["data"], content["expected"]["influence"][method]
    got = influence(data["yi"], data["vi"], method=Method(method), test=Inference.Z)
    for diagnostic in ("hat", "cook_d", "rstudent", "dffits"):
        assert getattr(got, diagnostic) == pytest.approx(block[diagnostic], rel=RELATIVE, abs=DIAGNOSTIC), diagnostic


def _load(name: str) -> Json:
    content: Json = json.loads((ORACLE / f"{name}.json").read_text())
    return content


def _errors(value: object, place: str) -> Iterator[str]:
    if isinstance(value, dict):
        if "error" in value:
            yield place
        for key, item in value.items():
            yield from _errors(item, f"{place}.{key}")


def _expected(content: Json, method: Method, test: Inference) -> Json:
    """What metafor says, in our words. What the reference does not hold itself follows from what it holds, by definition."""
    expected, vi = content["expected"], content["data"]["vi"]
    k = len(vi)
    fit = expected["fe"] if method is Method.FE else expected["re"][method.value]
    tau2 = fit["tau2"]
    inference = _inference(fit, method, test, k)
    weights = [1 / (v + tau2) for v in vi]
    return {
        **inference,
        "k": k,
        "estimate": fit["beta"][0],
        "pi": _prediction(expected, fit, inference, method, test),
        "tau2": tau2,
        "tau2_ci": _tau2_interval(expected, method),
        "i2": fit["I2"],
        "h2": fit["H2"],
        "q": fit["Q"],
        "q_df": fit["Q_df"],
        "q_p": fit["Q_p"],
        "weights": [100 * w / sum(weights) for w in weights],
    }


def _inference(fit: Json, method: Method, test: Inference, k: int) -> Json:
    if test is Inference.Z:
        return {
            "se": fit["se"][0],
            "statistic": fit["statistic"][0],
            "df": None,
            "p": fit["pval"][0],
            "ci": (fit["ci_lb"][0], fit["ci_ub"][0]),
        }
    if method is not Method.FE:
        knha = fit["knha"]
        return {
            "se": knha["se"],
            "statistic": knha["statistic"],
            "df": knha["df"],
            "p": knha["pval"],
            "ci": (knha["ci_lb"], knha["ci_ub"]),
        }
    # The reference has no knha for FE, which metafor fits with a warning: its variance is Q/(k − 1) times the Wald one.
    estimate, se = fit["beta"][0], fit["se"][0] * math.sqrt(fit["Q"] / (k - 1))
    half = t_quantile_upper(0.025, k - 1) * se
    return {
        "se": se,
        "statistic": estimate / se,
        "df": k - 1,
        "p": t_two_sided(estimate / se, k - 1),
        "ci": (estimate - half, estimate + half),
    }


def _prediction(
    expected: Json, fit: Json, inference: Json, method: Method, test: Inference
) -> tuple[float, float] | None:
    if method is Method.FE:
        return None
    stored = expected["predict"].get(f"{method.value}_{test.value}")
    if stored is not None:
        return stored["default"]["pi_lb"], stored["default"]["pi_ub"]
    # Stored for REML and DL only; the same definition on metafor's own se and tau² for the others.
    quantile = -normal_quantile(0.025) if inference["df"] is None else t_quantile_upper(0.025, inference["df"])
    half = quantile * math.sqrt(inference["se"] ** 2 + fit["tau2"])
    return fit["beta"][0] - half, fit["beta"][0] + half


def _tau2_interval(expected: Json, method: Method) -> tuple[float, float] | None:
    """The Q-profile does not depend on the estimator; metafor's is stored for a REML and a DL fit."""
    if method is Method.FE:
        return None
    stored = expected["tau2_ci"]["QP_DL" if method is Method.DL else "QP_REML"]
    return stored["tau2_lb"], stored["tau2_ub"]


def _pairs(got: Any, want: Any) -> list[tuple[Any, Any]]:
    if isinstance(got, tuple) and isinstance(want, tuple | list):
        return list(zip(got, want, strict=True))
    return [(got, want)]


def _agree(quantity: str, got: float | None, want: float | None, scale: float) -> bool:
    if got is None or want is None:
        return got is want
    if quantity in ("p", "q_p") and want < 1e-250:
        # metafor prints 0 where its own distribution function underflows.
        return got < 1e-250 if want == 0 else math.isclose(math.log(got), math.log(want), rel_tol=LOG_P)
    floor = {"i2": I2_ZERO, "tau2": TAU2_ZERO * scale}
    return math.isclose(got, want, rel_tol=RELATIVE, abs_tol=floor.get(quantity, 0.0))


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
