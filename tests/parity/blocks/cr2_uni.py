"""``cr2_uni``: cluster-robust inference (CR0, CR1, CR2) for the mean under the fixed-effect, DL and REML models.

Never answers for models with moderators or several levels; their blocks share the comparison of `robust_leaves`.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from synthesis.dependence.robust import ClusterRobust, RobustTerm, cluster_robust
from synthesis.dependence.sandwich import Correction
from synthesis.pooling.pool import Method, pool
from tests.parity.comparing import Compared, Json, Path_, Rule, load

EXCLUDED = {"cr2_uni/note": "text"}

EXACT = Rule(0.0)
# Worst seen: 2.6e-10 (an interval's end near 0, dat.curtis1998 fungrp, CR1), else 1.2e-11 (df of the same model, CR0).
ROBUST = Rule(1e-9)
P_VALUE = Rule(1e-9, p_value=True)


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    content = load(name)
    data, block = content["data"], content["expected"].get("cr2_uni")
    if block is None:
        return ()
    found: list[Compared] = []
    for method in (Method.REML, Method.DL, Method.FE):
        tau2 = pool(data["yi"], data["vi"], method=method).tau2 or 0.0
        working = [variance + tau2 for variance in data["vi"]]
        for correction in Correction:
            fit = cluster_robust(data["yi"], working, data["cluster"], correction=correction)
            found += robust_leaves(("cr2_uni", method.value), fit, block[method.value])
        found.append(
            Compared(("cr2_uni", method.value, "n_clusters"), fit.clusters, block[method.value]["n_clusters"], EXACT)
        )
    return tuple(found)


def robust_leaves(path: Path_, fit: ClusterRobust, block: Json) -> Iterator[Compared]:
    """Every leaf of one correction, below ``path``."""
    correction = fit.correction.value
    for field, values in robust_fields(fit.terms).items():
        rule = EXACT if field == "degenerate" else P_VALUE if field == "p_satt" else ROBUST
        yield Compared((*path, correction, field), values, block[correction][field], rule)


def robust_fields(terms: Sequence[RobustTerm]) -> dict[str, list[Any]]:
    """Coefficients by the names of the reference."""
    return {
        "beta": [term.estimate for term in terms],
        "SE": [term.se for term in terms],
        "tstat": [term.statistic for term in terms],
        "df_satt": [term.df for term in terms],
        "p_satt": [term.p for term in terms],
        "ci_lb": [term.ci[0] if term.ci else None for term in terms],
        "ci_ub": [term.ci[1] if term.ci else None for term in terms],
        "degenerate": [term.se is None for term in terms],
    }


def hotelling_leaves(path: Path_, fit: ClusterRobust, want: Json) -> Iterator[Compared]:
    """The test of all moderators at once."""
    test = fit.moderators
    got = {
        "Fstat": test and test.statistic,
        "df_num": test and test.df[0],
        "df_denom": test and test.df[1],
        "p": test and test.p,
    }
    for field, value in got.items():
        yield Compared((*path, "Wald_HTZ_all_moderators", field), value, want[field], ROBUST)
