"""``metareg``: meta-regressions by seven estimators, their designs, tests, predictions, influence and permutation.

Never answers for the cluster-robust leaves of these models: the block of robust inference does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from synthesis.pooling.pool import Method
from synthesis.pooling.pool import Test as Inference
from synthesis.regression.comparison import likelihood_ratio
from synthesis.regression.design import Design, Factor, Interaction, Missing, Numeric, design
from synthesis.regression.influence import regression_influence
from synthesis.regression.intervals import residual_tau2_interval
from synthesis.regression.mixed import MixedEffects, meta_regression
from synthesis.regression.permutation import permutation_test
from synthesis.regression.predictions import predictions
from tests.parity.comparing import Compared, Json, Path_, Rule, load

EXCLUDED = {
    "metareg/*/formula": "text of the R formula; the design made from it is compared",
    "metareg/*/X_names": "R's spelling of the terms; their columns are compared",
    "metareg/*/coef_names": "R's spelling of the terms; their columns are compared",
    "metareg/year/influence_REML/*": "dat.li2007 only: metafor gives up on the fit without its third study, and says null; "
    "the other data sets with this model are compared",
}

EXACT = Rule(0.0)  # labels, counts, and columns of the design
CLOSED = Rule(1e-10)  # seen: 1.1e-11, an interval's end near 0 (dat.bcg interaction, DL); else below 2e-12
# Seen: 2.4e-10 (Cook's distance of dat.tannersmith2016 propmale), 2.4e-10 (an interval's end near 0, dat.mcdaniel1994 struct).
ITERATIVE = Rule(1e-9)
# Calendar years, not centred, beside an intercept: metafor forms P from the columns as they are and keeps as few
# as eight digits. Ours agree with exact fractions to 3e-13 (tests/parity/test_regression_precision.py).
# Seen: Q of dat.li2007 2.9e-9, which its p-value of 2e-5 magnifies to 5.8e-8.
FAR_FROM_0 = Rule(1e-8)
FAR_FROM_0_P = Rule(1e-7)
FAR_FROM_0_INFLUENCE = Rule(1e-6)  # seen: 1.6e-7, Cook's distance of dat.hart1999 year
_FAR = 100.0  # condition number of the columns at unit length, above which they are far from 0
_MOMENTS = {"FE", "DL", "HE", "SJ"}  # closed forms, with the coefficients and tests that follow
_COUNTS = {"method", "test", "k", "p", "Q_df", "df", "QMdf", "btt"}
_ONLY_FIXED = {"Q", "Q_p", "vt"}  # of the fixed-effects fit, whatever the estimator of tau²


@dataclass(frozen=True, slots=True)
class Rules:
    """The rule of a field, by how far from 0 the columns are and how the estimator is found."""

    far: bool
    mean_v: float

    def of(self, field: str, *, closed: bool) -> Rule:
        if field in _COUNTS:
            return EXACT
        if self.far:
            return FAR_FROM_0_P if field == "Q_p" else FAR_FROM_0
        closed = closed or field in _ONLY_FIXED
        if field == "I2":  # percent; seen: 2.2e-11, where metafor's tau² is not quite 0 (dat.bcg interaction, ML)
            return Rule(CLOSED.relative if closed else ITERATIVE.relative, 1e-9)
        return CLOSED if closed else ITERATIVE

    @property
    def influence(self) -> Rule:
        return FAR_FROM_0_INFLUENCE if self.far else ITERATIVE

    def tau2(self, want: float) -> Rule:
        """Seen, of the larger of the two: 5.1e-10 (dat.li2007 year, DL, whose columns are far from 0)."""
        return Rule(0.0, 1e-9 * max(want, self.mean_v))


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    content = load(name)
    return tuple(
        compared
        for key, model in content["expected"].get("metareg", {}).items()
        for compared in _model(("metareg", key), content["data"], model)
    )


def _model(path: Path_, data: Json, model: Json) -> Iterator[Compared]:
    built = _design(model["formula"], data)
    yield Compared((*path, "X"), built.x.tolist(), model["X"], EXACT)
    yield Compared((*path, "rows0"), list(built.rows), model["rows0"], EXACT)
    y, v = (np.array(data[column], dtype=float)[list(built.rows)] for column in ("yi", "vi"))
    terms, p = built.terms, len(built.terms)
    rules = Rules(bool(np.linalg.cond(built.x / np.linalg.norm(built.x, axis=0)) > _FAR), float(v.mean()))
    rule = rules.of("", closed=False)
    for method, want in model["fits"].items():
        fits = {
            test: meta_regression(y, v, built.x, terms=terms, method=Method(method), test=test)
            for test in ((Inference.Z,) if method == "FE" else (Inference.Z, Inference.KNHA))
        }
        yield from regression((*path, "fits", method), fits[Inference.Z], want, rules)
        if method != "FE":
            null = meta_regression(y, v, np.ones((len(y), 1)), terms=["intercept"], method=Method(method))
            here = (*path, "fits", method)
            yield Compared((*here, "tau2_null"), null.tau2, want["tau2_null"], rules.tau2(want["tau2_null"]))
            yield Compared((*here, "R2_derived"), fits[Inference.Z].r2, want["R2_derived"], rule)
            yield from _tests((*here, "knha"), fits[Inference.KNHA], want["knha"], rules)
    fit = meta_regression(y, v, built.x, terms=terms, method=Method.REML, test=Inference.Z)
    interval = residual_tau2_interval(y, v, built.x, terms=terms)
    want = model["tau2_ci_QP"]
    yield Compared((*path, "tau2_ci_QP", "tau2_lb"), interval.low, want["tau2_lb"], rule)
    yield Compared((*path, "tau2_ci_QP", "tau2_ub"), interval.high, want["tau2_ub"], rule)
    ratio = likelihood_ratio(y, v, built.x, terms=terms, without=range(1, p))
    yield Compared((*path, "LRT_ML_vs_null", "LRT"), ratio.statistic, model["LRT_ML_vs_null"]["LRT"], rule)
    yield Compared((*path, "LRT_ML_vs_null", "pval"), ratio.p, model["LRT_ML_vs_null"]["pval"], rule)
    yield from _predictions((*path, "predict_first5_rows"), fit, built, model["predict_first5_rows"], rule)
    if "influence_REML" in model and None not in model["influence_REML"]["rstudent"]:
        inf = regression_influence(y, v, built.x, terms=terms, method=Method.REML, test=Inference.Z)
        inf_tau2 = [one.tau2 for one in inf.deleted if one]
        got: dict[str, list[Any]] = {
            "hat": list(inf.hat),
            "rstudent": [one and one.rstudent for one in inf.deleted],
            "cook_d": [one and one.cook_d for one in inf.deleted],
            "tau2_del": inf_tau2,
        }
        for field, values in got.items():
            within = rules.tau2(max(inf_tau2)) if field == "tau2_del" else rules.influence
            yield Compared((*path, "influence_REML", field), values, model["influence_REML"][field], within)
    if "permutest_exact_REML" in model:
        permuted = permutation_test(y, v, built.x, terms=terms, method=Method.REML, test=Inference.Z)
        want = model["permutest_exact_REML"]
        yield Compared((*path, "permutest_exact_REML", "pval"), list(permuted.p), want["pval"], CLOSED)
        yield Compared((*path, "permutest_exact_REML", "QMp"), permuted.qm_p, want["QMp"], CLOSED)


def regression(path: Path_, fit: MixedEffects, want: Json, rules: Rules) -> Iterator[Compared]:
    """Every leaf of one fit that is not its cluster-robust inference."""
    p = len(fit.terms)
    got: dict[str, Any] = {
        "method": fit.method.value,
        "test": fit.test.value,
        "k": fit.k,
        "p": p,
        "beta": [term.estimate for term in fit.terms],
        "I2": fit.i2,
        "H2": fit.h2,
        "vt": fit.typical_variance,
        "Q": fit.qe,
        "Q_df": fit.qe_df,
        "Q_p": fit.qe_p,
        "ll": fit.log_likelihood,
        "se_tau2": fit.se_tau2,
    }
    for field, value in got.items():
        yield Compared((*path, field), value, want[field], rules.of(field, closed=fit.method.value in _MOMENTS))
    yield Compared((*path, "tau2"), fit.tau2, want["tau2"], rules.tau2(want["tau2"]))
    # Covariances that are 0 but for rounding: absolute, by the smallest variance.
    smallest = min(row[place] for place, row in enumerate(want["vb"]))
    relative = rules.of("vb", closed=fit.method.value in _MOMENTS).relative
    yield Compared((*path, "vb"), [list(row) for row in fit.covariance], want["vb"], Rule(relative, 1e-12 * smallest))
    yield from _tests(path, fit, want, rules)


def _tests(path: Path_, fit: MixedEffects, want: Json, rules: Rules) -> Iterator[Compared]:
    """Coefficient tests and the omnibus test."""
    got: dict[str, Any] = {
        "se": [term.se for term in fit.terms],
        "statistic": [term.statistic for term in fit.terms],
        "df": fit.terms[0].df,
        "pval": [term.p for term in fit.terms],
        "ci_lb": [term.ci[0] for term in fit.terms],
        "ci_ub": [term.ci[1] for term in fit.terms],
        "s2w": fit.residual_scale,
        "QM": fit.qm,
        "QMdf": list(fit.qm_df or ()),
        "QMp": fit.qm_p,
        "btt": list(range(2, len(fit.terms) + 1)),
        # Where there is nothing to explain metafor says 0, we say None.
        "R2": 0.0 if fit.r2 is None else fit.r2,
    }
    for field, value in got.items():
        yield Compared((*path, field), value, want[field], rules.of(field, closed=fit.method.value in _MOMENTS))


def _predictions(path: Path_, fit: MixedEffects, built: Design, want: Json, rule: Rule) -> Iterator[Compared]:
    found = predictions(fit, built.x[: len(want["pred"])])
    got = {
        "pred": [one.estimate for one in found],
        "se": [one.se for one in found],
        "ci_lb": [one.ci[0] for one in found],
        "ci_ub": [one.ci[1] for one in found],
        "pi_lb": [one.pi[0] for one in found if one.pi],
        "pi_ub": [one.pi[1] for one in found if one.pi],
    }
    for field, values in got.items():
        yield Compared((*path, field), values, want[field], rule)


def _design(formula: str, data: Json) -> Design:
    """The design of an R formula of the reference, by our own terms."""
    columns = dict(data)
    terms: list[Numeric | Factor | Interaction] = []
    for part in formula.removeprefix("~").split(" + "):
        mains = [_main(text, columns) for text in part.split(" * ")]
        terms.extend(mains)
        if len(mains) > 1:
            terms.append(Interaction(of=tuple(mains)))
    return design(columns, terms, missing=Missing.DROP)


def _main(text: str, columns: Json) -> Numeric | Factor:
    if factor := re.fullmatch(r"factor\((\w+)\)", text):
        return Factor(column=factor[1])
    if centred := re.fullmatch(r"I\((\w+) - (\d+)\)", text):
        return Numeric(column=centred[1], centre=float(centred[2]))
    if capped := re.fullmatch(r"I\(pmin\((\w+), (\d+)\)\)", text):
        columns[text] = [None if value is None else min(value, float(capped[2])) for value in columns[capped[1]]]
        return Numeric(column=text)
    return Factor(column=text) if any(isinstance(value, str) for value in columns[text]) else Numeric(column=text)
