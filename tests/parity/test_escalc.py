"""Our effect sizes against metafor's escalc, on every raw data set and every conversion the reference folder holds.

Never skips one silently: what is not compared stands in a table with its reason, and the tables must be complete.
"""

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from corpus.effectsizes import EffectSize, compute
from corpus.effectsizes.distributions import hedges_j
from corpus.effectsizes.medians import mean_and_sd

Row = Mapping[str, float]
Recipe = tuple[str, Callable[[Row], dict[str, float]], str | None]

TOLERANCE = 1e-10  # relative or absolute, whichever is kinder; observed worst over 1380 comparisons: 6e-14


def same(*names: str) -> Callable[[Row], dict[str, float]]:
    """Inputs under our names, columns as ``ours=theirs``."""
    pairs = [name.partition("=")[::2] for name in names]
    return lambda row: {ours: row[theirs or ours] for ours, theirs in pairs}


def table(row: Row) -> dict[str, float]:
    """Cells from events and group sizes."""
    return {"a": row["ai"], "b": row["n1i"] - row["ai"], "c": row["ci"], "d": row["n2i"] - row["ci"]}


CELLS = same("a=ai", "b=bi", "c=ci", "d=di")
MEANS = same("m1=m1i", "sd1=sd1i", "n1=n1i", "m2=m2i", "sd2=sd2i", "n2=n2i")
GROUPS_SWAPPED = same("m1=m2i", "sd1=sd2i", "n1=n2i", "m2=m1i", "sd2=sd1i", "n2=n1i")
RATES = same("x1=x1i", "t1=t1i", "x2=x2i", "t2=t2i")
R_N = same("r=ri", "n=ni")

DATA_SETS: Mapping[str, Recipe] = {
    "dat.bcg": ("risk-ratio", same("a=tpos", "b=tneg", "c=cpos", "d=cneg"), None),
    "dat.crede2010": ("correlation", R_N, None),
    "dat.curtis1998": ("ratio-of-means", GROUPS_SWAPPED, None),
    "dat.egger2001": ("counts", table, None),
    "dat.hackshaw1998": ("odds-ratio", same("or", "ci_lo=or.lb", "ci_hi=or.ub"), None),
    "dat.hart1999": ("rates", RATES, None),
    "dat.li2007": ("counts", table, None),
    "dat.linde2005": ("risk-ratio", table, None),
    "dat.mcdaniel1994": ("correlation", R_N, None),
    "dat.molloy2014": ("correlation", R_N, None),
    "dat.nielweise2007": ("counts", table, None),
    "dat.normand1999": ("two-groups", MEANS, None),
    "dat.normand1999_MD": ("mean-difference", MEANS, None),
}

MEASURES: Mapping[str, Recipe] = {
    "RR": ("risk-ratio", CELLS, None),
    "OR": ("counts", CELLS, None),
    "OR_drop00": ("counts", CELLS, None),  # no table of the set is empty in both arms, so dropping changes nothing
    "RD": ("risk-difference", CELLS, None),
    "OR2DL": ("counts", CELLS, "smd"),
    "MD": ("mean-difference", MEANS, None),
    "SMD": ("two-groups", MEANS, None),
    "SMD_vtype_LS": ("two-groups", MEANS, None),
    "ROM": ("ratio-of-means", MEANS, None),
    "ZCOR": ("correlation", R_N, None),
    "ZPCOR": ("regression", lambda row: {"t": row["ti"], "df": row["ni"] - row["mi"] - 1}, None),
    "IRR": ("rates", RATES, None),
    "SMCR": ("pre-post", same("m_post=m1i", "m_pre=m2i", "sd_pre=sd1i", "n=ni", "r=ri"), None),
    "SMCRP": ("crossover", same("m1=m1i", "sd1=sd1i", "m2=m2i", "sd2=sd2i", "n=ni", "r=ri"), None),
}
CHAINS = {"derived_stat_chain", "derived_se_recovery", "SMD_from_t_p_d", "conv_fivenum", "conv_wald", "transformations"}

_NO_USE = "no coded effect and no question of the protocol uses it"
_OTHER_VARIANCE = "one variance is used throughout, metafor's default LS, and named in the formula"
NOT_COMPARED: Mapping[str, str] = {
    **dict.fromkeys(("AS", "PETO", "PHI", "YUQ", "YUY", "RTET", "PBIT", "OR2D", "OR2DN", "D2OR", "D2ORN"), _NO_USE),
    **dict.fromkeys(
        ("SMDH", "SMD1", "SMD1H", "RPB", "RBIS", "ZPB", "ZBIS", "CVR", "VR", "COR", "COR_AV", "UCOR"), _NO_USE
    ),
    **dict.fromkeys(("PCOR", "SPCOR", "ZSPCOR", "PR", "PLN", "PLO", "PAS", "PFT", "PRZ", "IRD", "IRSD", "MC"), _NO_USE),
    **dict.fromkeys(("ROMC", "CVRC", "VRC", "MN", "MNLN", "SMN", "SDLN", "CVLN", "ARAW", "AHW", "ABT"), _NO_USE),
    **dict.fromkeys(("SMD_vtype_LS2", "SMD_vtype_UB", "SMD_vtype_AV", "MD_HO", "ROM_HO", "RD_UB"), _OTHER_VARIANCE),
    "SMD_uncorrected": "the small-sample factor is always applied where group sizes are known",
    "D2ORL": "metafor converts d without the small-sample factor, ours converts g; the conversion itself is compared below",
    "OR_add_all": "½ is added only where a cell is empty",
    "SMCC": "standardised by the SD of the change: another scale than that of independent groups",
    "SMCRH": "its variance allows unequal SDs before and after; ours is Becker's, as SMCR",
    "SMCRPH": "its variance allows unequal SDs in the two conditions; ours is that of SMCRP",
    "derived_paired_borenstein": "another standardiser (SD of differences over √(2(1−r))) and the approximate J",
    "conv_2x2": "tables are not rebuilt from margins",
    "conv_delta": "no estimate is taken back from z to r in this layer",
}
NOT_IN_38 = {
    "ZPCOR": "metafor 3.8 took v = 1/df where 4.8 and Fisher have 1/(df−1)",
    "SMCRP": "metafor 3.8 does not know it",
}


def rows(columns: Mapping[str, list[float]]) -> list[Row]:
    """Columns to rows, without rows that have a gap (metafor drops those too)."""
    every = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return [row for row in every if None not in row.values()]


def assert_close(ours: float, theirs: float, what: str) -> None:
    assert math.isclose(ours, theirs, rel_tol=TOLERANCE, abs_tol=TOLERANCE), f"{what}: {ours!r}, metafor {theirs!r}"


def assert_parity(recipe: Recipe, raw: list[Row], yi: list[float], vi: list[float]) -> None:
    kind, inputs, to = recipe
    assert len(raw) == len(yi) == len(vi)
    for number, (row, y, v) in enumerate(zip(raw, yi, vi, strict=True)):
        effect = compute(kind, inputs(row), to=to)
        assert_close(effect.yi, y, f"yi of row {number}")
        assert_close(effect.vi, v, f"vi of row {number}")


def load(shared: Path, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((shared / "oracle" / f"{name}.json").read_text())
    return document


@pytest.mark.parametrize("name", DATA_SETS)
def test_raw_data_set(shared: Path, name: str) -> None:
    document = load(shared, name)
    data = document["data"]
    assert_parity(DATA_SETS[name], rows(document["raw"]["columns"]), data["yi"], data["vi"])


@pytest.mark.parametrize(
    ("version", "name"),
    [("escalc_conversions_metafor48", name) for name in MEASURES]
    + [("escalc_conversions", name) for name in MEASURES if name not in NOT_IN_38],
)
def test_measure(shared: Path, version: str, name: str) -> None:
    case = load(shared, version)["expected"][name]
    assert_parity(MEASURES[name], rows(case["inputs"]), case["yi"], case["vi"])


def test_every_raw_data_set_and_measure_is_accounted_for(shared: Path) -> None:
    files = {path.stem: json.loads(path.read_text()) for path in (shared / "oracle").glob("*.json")}
    with_raw = {name for name, document in files.items() if (document.get("raw") or {}).get("columns")}
    assert with_raw == set(DATA_SETS)
    known = set(MEASURES) | CHAINS | set(NOT_COMPARED)
    found = {name for key in files if key.startswith("escalc_") for name in files[key]["expected"]}
    found |= {
        name for key in files if key.startswith("escalc_") for name in files[key]["meta"]["unavailable_in_this_metafor"]
    }
    assert found == known
    assert not set(MEASURES) & set(NOT_COMPARED)


def test_chain_of_statistics(shared: Path) -> None:
    case = load(shared, "escalc_conversions_metafor48")["expected"]["derived_stat_chain"]
    for i, row in enumerate(rows(case["inputs"])):
        n1, n2, sign = row["n1i"], row["n2i"], math.copysign(1, case["d"][i])
        from_means = compute("two-groups", MEANS(row))
        assert_close(hedges_j(n1 + n2 - 2), case["J_exact"][i], "J")
        for same_effect in (
            compute("t", {"t": case["t"][i], "n1": n1, "n2": n2}),
            compute("f", {"f": case["F"][i], "n1": n1, "n2": n2, "direction": sign}),
            compute("p", {"p": case["p_two_sided"][i], "n1": n1, "n2": n2, "direction": sign}),
            compute("d", {"d": case["d"][i], "n1": n1, "n2": n2}),
        ):
            assert_close(same_effect.yi, from_means.yi, f"g of row {i}")
            assert_close(same_effect.vi, from_means.vi, f"v of row {i}")
        as_printed = {"g": case["d"][i], "n1": n1, "n2": n2}  # the chain converts d without correction
        assert_close(compute("g", as_printed, to="lor").yi, case["logOR_from_d"][i], "log OR")
        assert_close(compute("g", as_printed, to="lor").vi, case["v_logOR"][i], "v of log OR")
        assert_close(math.tanh(compute("g", as_printed, to="zcor").yi), case["r_from_d"][i], "r from d")
        partial = compute("regression", {"t": case["t"][i], "df": case["df"][i]})
        assert_close(math.tanh(partial.yi), case["r_from_t"][i], "r from t")


def test_smd_from_t_p_d(shared: Path) -> None:
    cases = load(shared, "escalc_conversions_metafor48")["expected"]["SMD_from_t_p_d"]
    for name, kind in (("ti", "t"), ("di", "d")):
        assert_parity(
            (kind, same(f"{kind}={name}", "n1=n1i", "n2=n2i"), None), rows(cases[name]["inputs"]), **yv(cases[name])
        )
    signed_p: Recipe = (
        "p",
        lambda row: {"p": abs(row["pi"]), "n1": row["n1i"], "n2": row["n2i"], "direction": math.copysign(1, row["pi"])},
        None,
    )
    assert_parity(signed_p, rows(cases["pi"]["inputs"]), **yv(cases["pi"]))
    for name in ("COR_ti", "ZCOR_pi"):  # a correlation from its test: same r as the partial one with df = n − 2
        assert set(cases[name]["inputs"]) <= {"ti", "pi", "ni"}
    for row, y in zip(rows(cases["COR_ti"]["inputs"]), cases["COR_ti"]["yi"], strict=True):
        assert_close(math.tanh(compute("regression", {"t": row["ti"], "df": row["ni"] - 2}).yi), y, "r from t")


def test_standard_error_from_interval(shared: Path) -> None:
    case = load(shared, "escalc_conversions_metafor48")["expected"]["derived_se_recovery"]
    for i, (estimate, se) in enumerate(zip(case["est"], case["se"], strict=True)):
        by_normal = compute("g", {"g": estimate, "ci_lo": case["ci_lb_z"][i], "ci_hi": case["ci_ub_z"][i]})
        assert_close(by_normal.vi, se**2, "se² from a normal interval")
        narrow = {"g": estimate, "ci_lo": case["ci_lb_z90"][i], "ci_hi": case["ci_ub_z90"][i], "level": 90}
        assert_close(compute("g", narrow).vi, se**2, "se² from a 90 % interval")
        ratio = {"or": case["ratio"][i], "ci_lo": case["ratio_lb"][i], "ci_hi": case["ratio_ub"][i]}
        effect: EffectSize = compute("odds-ratio", ratio)
        assert_close(effect.yi, estimate, "log ratio")
        assert_close(effect.vi, se**2, "se² from a ratio's interval")
        n1 = case["df"][i] // 2 + 1
        by_t = {
            "md": estimate,
            "ci_lo": case["ci_lb_t"][i],
            "ci_hi": case["ci_ub_t"][i],
            "n1": n1,
            "n2": case["df"][i] + 2 - n1,
        }
        from_t = compute("t", {"t": estimate / se, "n1": by_t["n1"], "n2": by_t["n2"]})
        assert_close(compute("difference", by_t).yi, from_t.yi, "g from a t interval")


def test_mean_and_sd_from_quantiles(shared: Path) -> None:
    case = load(shared, "escalc_conversions_metafor48")["expected"]["conv_fivenum"]
    given, expected = case["inputs"], case["luo/wan/shi"]
    for i, n in enumerate(given["n"]):
        mean, sd, _ = mean_and_sd(
            given["median"][i], n, given["q1"][i], given["q3"][i], given["min"][i], given["max"][i]
        )
        assert_close(mean, expected["mean"][i], f"mean of row {i}")
        assert_close(sd, expected["sd"][i], f"SD of row {i}")


def test_odds_ratio_with_interval(shared: Path) -> None:
    case = load(shared, "escalc_conversions_metafor48")["expected"]["conv_wald"]
    recipe: Recipe = ("odds-ratio", same("or", "ci_lo=lb", "ci_hi=ub"), None)
    assert_parity(recipe, rows(case["inputs"]), **yv(case["from_ci"]))


def test_fisher_transformation(shared: Path) -> None:
    case = load(shared, "escalc_conversions_metafor48")["expected"]["transformations"]
    for r, z in zip(case["r"], case["rtoz"], strict=True):
        assert_close(compute("correlation", {"r": r, "n": 20}).yi, z, f"z of r={r}")


def yv(case: Mapping[str, Any]) -> dict[str, list[float]]:
    return {"yi": case["yi"], "vi": case["vi"]}
