"""``robumeta``: correlated and hierarchical effects weights, moment estimators, CR2.

Never answers for models with moderators; their block shares the comparison of `weights_leaves`.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from synthesis.dependence.weights import RobustWeights, correlated_effects, hierarchical_effects
from tests.parity.blocks.cr2_uni import EXACT, robust_fields
from tests.parity.comparing import Compared, Json, Path_, Rule, load

EXCLUDED: dict[str, str] = {}

CLOSED = Rule(1e-10)
# robumeta takes the upper tail as 1 less the lower one, so its p is right to the rounding of 1; below, it says 0.
P_VALUE = Rule(1e-10, 1e-15)


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    content = load(name)
    data, block = content["data"], content["expected"].get("robumeta")
    if block is None:
        return ()
    fits = {
        "CORR": correlated_effects(data["yi"], data["vi"], data["cluster"]),
        "HIER": hierarchical_effects(data["yi"], data["vi"], data["cluster"]),
    }
    return tuple(leaf for key, fit in fits.items() for leaf in weights_leaves(("robumeta", key), fit, block[key]))


def weights_leaves(path: Path_, fit: RobustWeights, want: Json) -> Iterator[Compared]:
    """Every leaf of one model under the weights of robumeta."""
    fields = robust_fields(fit.robust.terms)
    got: dict[str, Any] = {
        "b": fields["beta"],
        "SE": fields["SE"],
        "t": fields["tstat"],
        "df": fields["df_satt"],
        "p": fields["p_satt"],
        "ci_lb": fields["ci_lb"],
        "ci_ub": fields["ci_ub"],
        "degenerate": fields["degenerate"],
        "tau2": fit.tau2,
        "omega2": fit.omega2,
        "I2": fit.i2,
    }
    for field in want:
        rule = {"degenerate": EXACT, "p": P_VALUE}.get(field, CLOSED)
        yield Compared((*path, field), got[field], want[field], rule)
