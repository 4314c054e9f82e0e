"""``influence``: deletion diagnostics of the fixed-effect, DL and REML models.

Never answers for models with moderators.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from synthesis.influence.deletion import influence
from synthesis.pooling.pool import Method
from synthesis.pooling.pool import Test as Inference
from tests.parity.comparing import Compared, Json, Rule, load
from tests.parity.univariate_rules import EXACT, ITERATIVE, tau2_rule

EXCLUDED: dict[str, str] = {}

# Differences of nearly equal numbers; seen where the relative rule is not met: 5.3e-14 (DFFITS of dat.tannersmith2016, REML).
DIAGNOSTIC = Rule(1e-9, 1e-12)


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    content = load(name)
    data = content["data"]
    found = []
    for method, want in content["expected"].get("influence", {}).items():
        fit = influence(data["yi"], data["vi"], method=Method(method), test=Inference.Z)
        got: dict[str, list[Any]] = {
            "hat": list(fit.hat),
            "weight_pct": [100 * share for share in fit.hat],
            "cook_d": list(fit.cook_d),
            "rstudent": list(fit.rstudent),
            "dffits": list(fit.dffits),
            "dfbetas": list(fit.dfbetas[:1]),  # the reference kept the first effect's only
            "cov_r": list(fit.covariance_ratio),
            "tau2_del": [row.tau2 for row in fit.leave_one_out],
            "QE_del": [row.q for row in fit.leave_one_out],
            "is_influential": list(fit.beyond_rules_of_thumb),
        }
        rules = {
            "hat": ITERATIVE,
            "weight_pct": ITERATIVE,
            "QE_del": ITERATIVE,
            "is_influential": EXACT,
            "tau2_del": tau2_rule(data, min(want["tau2_del"])),
        }
        for field, values in got.items():
            found.append(Compared(("influence", method, field), values, want[field], rules.get(field, DIAGNOSTIC)))
    return tuple(found)
