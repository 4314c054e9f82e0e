"""Several outcomes at once: limits with a known answer, boundaries, missing outcomes, and what is refused."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from corpus.errors import InvalidInput
from synthesis.dependence.between import Between, Structure, between
from synthesis.dependence.multivariate import Multivariate, multivariate
from synthesis.dependence.robust import cluster_robust
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference

OUTCOMES = ("pain", "function", "sleep")
# rma.mv(yi, V, mods = ~ outcome + outcome:I(year - 1983) - 1, random = ~ outcome | trial, struct = "UN", method = "ML",
#   data = dat.berkey1998, control = list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-16, ndeps = rep(1e-5, 6)))
# of metafor 3.8-1: beta and se.
ESTIMATES = [0.347898770033303, -0.335128736279899, 0.000974662796566549, -0.0108278215142896]
ERRORS = [0.0519742457841435, 0.0786517527999843, 0.0154368963968111, 0.0243286171355253]


def review(studies: int, *, rho: float = 0.5, missing: float = 0.0, sd: float = 0.4) -> dict[str, Any]:
    """Three outcomes, sampling errors and true effects that both correlate."""
    rng = np.random.default_rng(20261123)
    shared = np.full((3, 3), rho) + (1 - rho) * np.eye(3)
    yi, study, outcome, blocks = [], [], [], []
    for number in range(studies):
        se = rng.uniform(0.1, 0.3, 3)
        v = 0.6 * np.outer(se, se) + 0.4 * np.diag(se**2)
        y = np.array([0.2, 0.5, -0.1]) + rng.multivariate_normal(np.zeros(3), sd**2 * shared + v)
        kept = np.flatnonzero(rng.uniform(size=3) >= missing)
        yi += y[kept].tolist()
        study += [f"s{number}"] * len(kept)
        outcome += [OUTCOMES[place] for place in kept]
        blocks.append(v[np.ix_(kept, kept)])
    covariance = np.zeros((len(yi), len(yi)))
    row = 0
    for block in blocks:
        covariance[row : row + len(block), row : row + len(block)] = block
        row += len(block)
    return {"yi": yi, "covariance": covariance, "study": study, "outcome": outcome}


@pytest.mark.parametrize("method", [Method.REML, Method.ML])
def test_independent_outcomes_are_pooled_one_by_one(method: Method) -> None:
    data = review(9)
    got = multivariate(
        data["yi"],
        np.diag(data["covariance"]),
        data["study"],
        data["outcome"],
        structure=Structure.DIAG,
        method=method,
        test=Inference.Z,
    )
    total = 0.0
    for place, name in enumerate(OUTCOMES):
        rows = [row for row, outcome in enumerate(data["outcome"]) if outcome == name]
        want = pool(
            [data["yi"][row] for row in rows],
            [data["covariance"][row, row] for row in rows],
            method=method,
            test=Inference.Z,
        )
        assert got.tau2[place] == pytest.approx(want.tau2, rel=1e-8)
        assert (got.terms[place].estimate, got.terms[place].se) == pytest.approx((want.estimate, want.se), rel=1e-9)
        assert want.q is not None
        total += want.q
    assert got.qe == pytest.approx(total, rel=1e-11)
    assert got.correlation[0] == (1.0, 0.0, 0.0)


@pytest.mark.parametrize("structure", list(Structure))
def test_a_single_outcome_is_the_random_effects_model(structure: Structure) -> None:
    y, v = [0.31, -0.12, 0.8, 0.05, 0.4], [0.04, 0.09, 0.02, 0.07, 0.03]
    got, want = multivariate(y, v, range(5), ["pain"] * 5, structure=structure), pool(y, v)
    assert got.tau2[0] == pytest.approx(want.tau2, rel=1e-9)
    assert got.terms[0].estimate == pytest.approx(want.estimate, rel=1e-10)


def test_richer_structures_are_never_less_likely() -> None:
    data = review(12, missing=0.2)
    ll = {s: multivariate(**data, structure=s, method=Method.ML).log_likelihood for s in Structure}
    assert ll[Structure.UN] >= ll[Structure.HCS] >= ll[Structure.CS]
    assert ll[Structure.HCS] >= ll[Structure.DIAG]


def test_the_likelihood_is_that_of_the_normal_distribution() -> None:
    """ML, written out with one k × k covariance."""
    data = review(6, missing=0.2)
    fit = multivariate(**data, method=Method.ML)
    which = [OUTCOMES.index(name) for name in data["outcome"]]
    sd = np.sqrt(fit.tau2)
    known = np.array(fit.correlation, dtype=float) * np.outer(sd, sd)
    place = [fit.outcomes.index(OUTCOMES[one]) for one in which]
    same = np.equal.outer(np.array(data["study"]), np.array(data["study"]))
    whole = data["covariance"] + known[np.ix_(place, place)] * same
    x = np.eye(3)[place]
    beta = np.linalg.solve(x.T @ np.linalg.solve(whole, x), x.T @ np.linalg.solve(whole, data["yi"]))
    residual = np.array(data["yi"]) - x @ beta
    constant = len(residual) * math.log(2 * math.pi) + float(np.linalg.slogdet(whole)[1])
    assert fit.log_likelihood == pytest.approx(-(constant + residual @ np.linalg.solve(whole, residual)) / 2, rel=1e-10)
    assert [term.estimate for term in fit.terms] == pytest.approx(beta.tolist(), rel=1e-9)
    robust = cluster_robust(data["yi"], whole, data["study"], x=x, terms=fit.outcomes)
    assert [term.se for term in fit.robust.terms] == pytest.approx([term.se for term in robust.terms], rel=1e-8)


@pytest.mark.parametrize("structure", list(Structure))
@pytest.mark.parametrize("outcomes", [2, 3, 4])
def test_slopes_of_a_structure_are_those_of_its_covariance(structure: Structure, outcomes: int) -> None:
    shape: Between = between(structure, outcomes)
    rng = np.random.default_rng(3)
    slope = rng.normal(size=(outcomes, outcomes))
    slope = slope + slope.T
    at = shape.start(rng.uniform(0.5, 2, outcomes), 0.3) + 0.01
    want = approx_fprime(at, lambda point: float((slope * shape.covariance(point)).sum()), 1e-7)
    assert shape.score(at, slope) == pytest.approx(want, rel=1e-5, abs=1e-5)
    assert np.linalg.eigvalsh(shape.covariance(at))[0] >= 0


def test_an_outcome_in_other_units_changes_only_its_own_numbers() -> None:
    data = review(10, missing=0.2)
    factor = np.where(np.array(data["outcome"]) == "sleep", 1e3, 1.0)
    scaled = {
        **data,
        "yi": np.array(data["yi"]) * factor,
        "covariance": data["covariance"] * np.outer(factor, factor),
    }
    base, got = multivariate(**data), multivariate(**scaled)
    by = [1e3 if name == "sleep" else 1.0 for name in base.outcomes]
    assert [g / b**2 for g, b in zip(got.tau2, by, strict=True)] == pytest.approx(list(base.tau2), rel=1e-6)
    assert [t.estimate / b for t, b in zip(got.terms, by, strict=True)] == pytest.approx(
        [t.estimate for t in base.terms], rel=1e-7
    )
    assert np.array(got.correlation, dtype=float) == pytest.approx(np.array(base.correlation, dtype=float), rel=1e-6)
    assert (got.qe, got.qm) == pytest.approx((base.qe, base.qm), rel=1e-6)


@pytest.mark.parametrize("c", [2.0**-30, 1e-6, 37.0, 1e6])
def test_scale(c: float) -> None:
    data = review(8, missing=0.2)
    base = multivariate(**data)
    got = multivariate([c * y for y in data["yi"]], c * c * data["covariance"], data["study"], data["outcome"])
    assert [t / c**2 for t in got.tau2] == pytest.approx(list(base.tau2), rel=1e-7)
    assert _numbers(got, c) == pytest.approx(_numbers(base, 1.0), rel=1e-7)


def test_order_and_sign() -> None:
    data = review(8, missing=0.2)
    base = multivariate(**data)
    order = np.random.default_rng(1).permutation(len(data["yi"]))
    mixed = multivariate(
        [-data["yi"][row] for row in order],
        data["covariance"][np.ix_(order, order)],
        [data["study"][row] for row in order],
        [data["outcome"][row] for row in order],
    )
    for name, term, tau2 in zip(base.outcomes, base.terms, base.tau2, strict=True):
        place = mixed.outcomes.index(name)
        assert mixed.terms[place].estimate == pytest.approx(-term.estimate, rel=1e-8)
        assert mixed.terms[place].se == pytest.approx(term.se, rel=1e-8)
        assert mixed.tau2[place] == pytest.approx(tau2, rel=1e-7)


def test_outcomes_that_move_together_are_at_the_boundary() -> None:
    rng = np.random.default_rng(4)
    true = rng.normal(0, 1, 10)
    y = np.column_stack([true, 0.2 + 2 * true]).ravel()
    got = multivariate(y, [1e-4] * 20, [row // 2 for row in range(20)], ["pain", "function"] * 10)
    assert got.correlation[0][1] == pytest.approx(1.0, abs=1e-6)
    assert any("estimated as 1, at the boundary" in said for said in got.warnings)
    assert all(math.isfinite(term.se) for term in got.terms)


def test_outcomes_that_do_not_vary_have_no_correlation() -> None:
    got = multivariate([0.3, 0.1] * 6, [0.04] * 12, [row // 2 for row in range(12)], ["pain", "function"] * 6)
    assert got.tau2 == pytest.approx((0.0, 0.0), abs=1e-10)
    assert got.correlation == ((None, None), (None, None))
    assert sum("is estimated as 0, at the boundary" in said for said in got.warnings) == 2


def test_moderators_in_place_of_means(root: Path) -> None:
    content = json.loads((root / "validation" / "metafor" / "reference.json").read_text(encoding="utf-8"))
    data = content["berkey1998"]["data"]
    year = {"1": 1983, "2": 1982, "3": 1979, "4": 1987, "5": 1988}
    x = []
    for study, outcome in zip(data["study"], data["outcome"], strict=True):
        later = year[study] - 1983
        x.append([float(outcome == "PD"), float(outcome == "AL"), later * (outcome == "PD"), later * (outcome == "AL")])
    terms = ("PD", "AL", "PD by year", "AL by year")
    got = multivariate(
        data["yi"], data["V"], data["study"], data["outcome"], x=x, terms=terms, method=Method.ML, test=Inference.Z
    )
    assert [term.estimate for term in got.terms] == pytest.approx(ESTIMATES, rel=1e-5)
    assert [term.se for term in got.terms] == pytest.approx(ERRORS, rel=1e-5)


def test_a_study_with_one_outcome_says_something_of_the_other() -> None:
    data = review(8)
    fewer = [row for row in range(24) if row != 1]
    part = {
        "yi": [data["yi"][row] for row in fewer],
        "covariance": data["covariance"][np.ix_(fewer, fewer)],
        "study": [data["study"][row] for row in fewer],
        "outcome": [data["outcome"][row] for row in fewer],
    }
    got = multivariate(**part)
    assert (got.k, got.studies) == (23, 8)
    apart = multivariate(
        part["yi"], np.diag(part["covariance"]), part["study"], part["outcome"], structure=Structure.DIAG
    )
    place, alone = got.outcomes.index("function"), apart.outcomes.index("function")
    assert got.terms[place].estimate != pytest.approx(apart.terms[alone].estimate, rel=1e-3)


Y, STUDY, OUTCOME = [0.1, 0.4, 0.3, 0.2, 0.5, 0.0], [1, 1, 2, 2, 3, 3], ["pain", "sleep"] * 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"study": [1] * 6}, "at least 2 studies"),
        ({"outcome": ["pain"] * 2 + ["pain", "sleep"] * 2}, "a study has pain more than once"),
        ({"outcome": ["pain", "sleep", "pain", "other", "pain", "sleep"]}, "other is reported by one study"),
        ({"study": range(6)}, "no study reports both pain and sleep"),
        ({"study": range(6), "structure": Structure.CS}, "use the structure DIAG"),
        ({"covariance": np.full((6, 6), 0.01) + 0.03 * np.eye(6)}, "in different studies"),
        ({"method": Method.DL}, "REML or ML"),
        ({"test": Inference.KNHA}, "by z or t"),
        ({"level": 0.0}, "level is 0"),
        ({"x": np.ones((6, 1))}, "without names"),
        ({"outcome": ["pain"]}, "1 outcome labels for 6 effects"),
    ],
)
def test_what_cannot_be_fitted_is_refused(change: dict[str, Any], said: str) -> None:
    given = {"yi": Y, "covariance": [0.04] * 6, "study": STUDY, "outcome": OUTCOME, **change}
    with pytest.raises(InvalidInput, match=said):
        multivariate(**given)


def _numbers(fit: Multivariate, c: float) -> list[float]:
    found = [value / c for term in fit.terms for value in (term.estimate, term.se, *term.ci)]
    return [*found, fit.qe, fit.qm, fit.qm_p, *(value for row in fit.correlation for value in row if value is not None)]
