"""``cumul``: the pool as it stood after each effect in the order of their years.

Never merges effects of one year here: the reference adds them singly, so their place in its order is the key.
"""

from collections.abc import Iterator
from functools import cache

from synthesis.influence.cumulative import cumulative
from synthesis.pooling.pool import Method
from synthesis.pooling.pool import Test as Inference
from tests.parity.comparing import Compared, Json, load
from tests.parity.univariate_rules import EXACT, ITERATIVE, tau2_rule

EXCLUDED = {"cumul/order_by": "text"}


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    content = load(name)
    data, block = content["data"], content["expected"].get("cumul", {})
    if not block:
        return ()
    by_year = sorted(range(len(data["yi"])), key=lambda row: data["year"][row])
    # Within a year metafor goes by the rows of the file.
    keys = [by_year.index(row) for row in range(len(data["yi"]))]
    found = []
    for method in (Method.FE, Method.DL, Method.REML):
        steps = cumulative(data["yi"], data["vi"], keys, method=method, test=Inference.Z)
        if method is Method.FE:
            order = [step.added[0] for step in steps]
            found.append(Compared(("cumul", "order0"), order, block["order0"], EXACT))
        want, results = block[method.value], [step.result for step in steps]
        got = {
            "estimate": [result.estimate for result in results],
            "se": [result.se for result in results],
            "ci_lb": [result.ci[0] for result in results],
            "ci_ub": [result.ci[1] for result in results],
            # The first effect alone has no tau²; metafor's is that of a fixed-effect model.
            "tau2": [0.0 if result.tau2 is None else result.tau2 for result in results],
        }
        for field, values in got.items():
            rule = tau2_rule(data, min(want["tau2"])) if field == "tau2" else ITERATIVE
            found.append(Compared(("cumul", method.value, field), values, want[field], rule))
    return tuple(found)
