"""``leave1out``: the pool of every subset that leaves one effect out.

Never answers for groups of effects, which the reference does not leave out.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from synthesis.influence.deletion import leave_one_out
from synthesis.pooling.pool import Method
from synthesis.pooling.pool import Test as Inference
from tests.parity.comparing import Compared, Json, load
from tests.parity.univariate_rules import I2, ITERATIVE, P_VALUE, tau2_rule

EXCLUDED = {
    "leave1out/FE/NA": "an empty place: metafor 3.8 gives no tau² of a fixed-effect model",
    "leave1out/REML_knha/NA": "an empty place: metafor 3.8 names the statistic of a t test differently",
}

_FIELDS = {
    "estimate": "estimate", "se": "se", "zval": "statistic", "pval": "p", "Q": "q", "Qp": "q_p", "tau2": "tau2", "I2": "i2", "H2": "h2",
}  # fmt: skip


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    content = load(name)
    data = content["data"]
    found = []
    for key, want in content["expected"].get("leave1out", {}).items():
        method, _, test = key.partition("_")
        rows = leave_one_out(data["yi"], data["vi"], method=Method(method), test=Inference(test or "z"))
        got: dict[str, list[Any]] = {field: [getattr(row, ours) for row in rows] for field, ours in _FIELDS.items()}
        got |= {"ci.lb": [row.ci[0] for row in rows], "ci.ub": [row.ci[1] for row in rows]}
        for field, values in want.items():
            if field == "NA":
                continue
            rule = {"pval": P_VALUE, "Qp": P_VALUE, "I2": I2}.get(field, ITERATIVE)
            if field == "tau2":
                rule = tau2_rule(data, min(values))
            found.append(Compared(("leave1out", key, field), got[field], values, rule))
    return tuple(found)
