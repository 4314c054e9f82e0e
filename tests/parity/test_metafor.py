"""The reference folder is whole, a CSV gives what the arrays give, and robust results agree with clubSandwich.

Never compares with metafor's own defaults: the reference was made with tight controls (see validation/metafor/README.md).
The other values are compared block by block: tests/parity/blocks.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from synthesis.dependence.robust import robust
from synthesis.pool_csv import pool_file
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference
from tests.parity.comparing import NAMES, WITHOUT_EFFECTS, load

# Relative. Observed worst: 3.1e-13.
RELATIVE = 1e-9

# Where metafor itself refuses, as {"error": ...} in the reference: (file, place) -> reason. None so far.
REFUSED_BY_METAFOR: dict[tuple[str, str], str] = {}
TOO_FEW_TO_LEAVE_ONE_OUT = {"edge_k2"}  # the generator asks for deletion diagnostics from k = 3

CLUSTERED = [name for name in NAMES if "cr2_uni" in load(name)["expected"]]
DOCUMENT = {
    *("k", "estimate", "se", "statistic", "df", "p", "ci", "pi"),
    *("tau2", "tau2_ci", "i2", "h2", "q", "q_df", "q_p", "method", "test", "warnings"),
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
        for place in _errors(load(name)["expected"].get(block, {}), block)
    }
    assert refused == set(REFUSED_BY_METAFOR)


@pytest.mark.parametrize("name", NAMES)
def test_the_csv_gives_the_same(name: str, tmp_path: Path) -> None:
    data = load(name)["data"]
    path = tmp_path / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("yi", "vi"), *zip(data["yi"], data["vi"], strict=True)])
    for method in Method:
        for test in Inference:
            pooled = pool(data["yi"], data["vi"], method=method, test=test)
            document = json.loads(json.dumps(pool_file(path, method=method.value, test=test.value), allow_nan=False))
            assert set(document) == DOCUMENT
            for quantity, got in document.items():
                want = getattr(pooled, quantity)
                assert got == (list(want) if isinstance(want, tuple) else want)


@pytest.mark.parametrize("name", CLUSTERED)
@pytest.mark.parametrize("method", ["FE", "DL", "REML"])
def test_cluster_robust_agrees_with_clubsandwich(name: str, method: str) -> None:
    content = load(name)
    data, block = content["data"], content["expected"]["cr2_uni"][method]
    want = {key: value[0] for key, value in block["CR2"].items()}
    pooled = pool(data["yi"], data["vi"], method=Method(method))
    got = robust(data["yi"], data["vi"], data["cluster"], tau2=pooled.tau2 or 0.0)
    assert got.clusters == block["n_clusters"]
    assert (got.estimate, got.se, got.df, got.p, *got.ci) == pytest.approx(
        (want["beta"], want["SE"], want["df_satt"], want["p_satt"], want["ci_lb"], want["ci_ub"]), rel=RELATIVE
    )


def _errors(value: object, place: str) -> Iterator[str]:
    if isinstance(value, dict):
        if "error" in value:
            yield place
        for key, item in value.items():
            yield from _errors(item, f"{place}.{key}")
