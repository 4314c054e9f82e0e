"""``fe``: the fixed-effect model under the z test.

Never answers for other tests of it, which the reference does not hold.
"""

from collections.abc import Iterator

from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference
from tests.parity.blocks.re import model
from tests.parity.comparing import Compared, Json

EXCLUDED = {"fe/coef_names": "R's name of the intercept"}


def compare(name: str, content: Json) -> Iterator[Compared]:
    if "fe" in content["expected"]:
        data = content["data"]
        fit = pool(data["yi"], data["vi"], method=Method.FE, test=Inference.Z)
        yield from model(("fe",), fit, data, content["expected"]["fe"])
