"""``blup_REML``: the study effects of a REML model, drawn towards its mean.

Never answers for the random parts of multilevel models.
"""

from collections.abc import Iterator

from synthesis.pooling.pool import Test as Inference
from synthesis.pooling.pool import pool
from synthesis.pooling.shrinkage import shrunken_effects
from tests.parity.comparing import Compared, Json
from tests.parity.univariate_rules import ITERATIVE

EXCLUDED: dict[str, str] = {}


def compare(name: str, content: Json) -> Iterator[Compared]:
    want = content["expected"].get("blup_REML")
    if want is None:
        return
    data = content["data"]
    rows = shrunken_effects(data["yi"], data["vi"], pool(data["yi"], data["vi"], test=Inference.Z))
    got = {
        "pred": [row.estimate for row in rows],
        "se": [row.se for row in rows],
        "pi_lb": [row.interval[0] for row in rows],
        "pi_ub": [row.interval[1] for row in rows],
    }
    for field, values in got.items():
        yield Compared(("blup_REML", field), values, want[field], ITERATIVE)
