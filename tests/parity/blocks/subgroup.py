"""``subgroup``: every level pooled by itself, Q between by separate tau², the regression with one tau², the partition of Q.

Never answers for moderators that are not groups: that is ``metareg``.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from synthesis.pooling.pool import Method, Pooled
from synthesis.pooling.pool import Test as Inference
from synthesis.regression.mixed import meta_regression
from synthesis.regression.subgroups import Subgroups, subgroups
from tests.parity.blocks.metareg import CLOSED, EXACT, ITERATIVE, Rules, regression
from tests.parity.comparing import Compared, Json, Path_, Rule, load

EXCLUDED = {
    "subgroup/*/coef_names": "R's spelling of the terms; they follow the levels, which are compared",
}


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    content = load(name)
    return tuple(
        compared
        for column, want in content["expected"].get("subgroup", {}).items()
        for compared in _column(("subgroup", column), content["data"], column, want)
    )


def _column(path: Path_, data: Json, column: str, want: Json) -> Iterator[Compared]:
    kept = [row for row, label in enumerate(data[column]) if label is not None]
    y, v = (np.array([data[key][row] for row in kept], dtype=float) for key in ("yi", "vi"))
    labels = [data[column][row] for row in kept]
    by_z, by_knha, by_dl, fixed = (
        subgroups(y, v, labels, method=method, test=test)
        for method, test in (
            (Method.REML, Inference.Z),
            (Method.REML, Inference.KNHA),
            (Method.DL, Inference.Z),
            (Method.FE, Inference.Z),
        )
    )
    yield Compared((*path, "levels"), list(by_z.levels), want["levels"], EXACT)
    for place, level in enumerate(by_z.levels):
        own = [row for row, label in enumerate(labels) if str(label) == level]
        here, level_want = (*path, "separate_tau2", level), want["separate_tau2"][level]
        yield from _separate(here, by_z.separate[place], y[own], v[own], level_want)
        yield from _other_fits(here, by_knha.separate[place], by_dl.separate[place], level_want)
    between = {"Q": by_z.between.q, "df": by_z.between.df, "p": by_z.between.p}
    for field, value in between.items():
        yield Compared((*path, "between_separate", field), value, want["between_separate"][field], ITERATIVE)
    assert by_z.common is not None
    yield from regression((*path, "common_tau2"), by_z.common.regression, want["common_tau2"], Rules(False, v.mean()))
    yield from _partition((*path, "FE_partition"), by_z, fixed, want["FE_partition"])


def _separate(path: Path_, pooled: Pooled, y: Any, v: Any, want: Json) -> Iterator[Compared]:
    """A level by REML under z; what `Pooled` does not hold comes from the regression without moderators."""
    alone = meta_regression(y, v, np.ones((len(y), 1)), terms=["mean"], method=Method.REML, test=Inference.Z)
    got: dict[str, Any] = {
        "method": pooled.method.value,
        "test": pooled.test.value,
        "k": pooled.k,
        "p": len(alone.terms),
        "beta": [pooled.estimate],
        "se": [pooled.se],
        "statistic": [pooled.statistic],
        "df": pooled.df,
        "pval": [pooled.p],
        "ci_lb": [pooled.ci[0]],
        "ci_ub": [pooled.ci[1]],
        "vb": [[pooled.se**2]],
        "I2": pooled.i2,
        "H2": pooled.h2,
        "Q": pooled.q,
        "Q_df": pooled.q_df,
        "Q_p": pooled.q_p,
        "se_tau2": alone.se_tau2,
        "vt": alone.typical_variance,
        "ll": alone.log_likelihood,
        "s2w": alone.residual_scale,
    }
    rules = Rules(False, float(v.mean()))
    for field, value in got.items():
        yield Compared((*path, field), value, want[field], rules.of(field, closed=False))
    yield Compared((*path, "tau2"), pooled.tau2, want["tau2"], rules.tau2(want["tau2"]))


def _other_fits(path: Path_, knha: Pooled, dl: Pooled, want: Json) -> Iterator[Compared]:
    by_knha = {"se": knha.se, "ci_lb": knha.ci[0], "ci_ub": knha.ci[1], "pval": knha.p}
    for field, value in by_knha.items():
        yield Compared((*path, "knha", field), value, want["knha"][field], ITERATIVE)
    by_dl = {"beta": dl.estimate, "se": dl.se, "tau2": dl.tau2}
    for field, value in by_dl.items():
        yield Compared((*path, "DL", field), value, want["DL"][field], CLOSED)


def _partition(path: Path_, groups: Subgroups, fixed: Subgroups, want: Json) -> Iterator[Compared]:
    assert fixed.common is not None
    got = {
        "Q_total": groups.q_total,
        "Q_within": groups.q_within,
        "Q_between": groups.q_between,
        "QM": fixed.common.regression.qm,
        "QMp": fixed.common.regression.qm_p,
    }
    # metafor subtracts Q within from Q total, and keeps the digits of the total.
    subtracted = Rule(CLOSED.relative, 1e-12 * want["Q_total"])
    for field, value in got.items():
        yield Compared((*path, field), value, want[field], subtracted if field == "Q_between" else CLOSED)
