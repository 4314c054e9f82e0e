"""``tes_FE_theta``: the test of excess significance at the fixed-effect mean.

Never compares which test of the count metafor chose; the test it chose is compared.
"""

from collections.abc import Iterator
from functools import cache

from synthesis.small_study.excess_significance import CountTest, excess_significance
from tests.parity.comparing import Compared, Json, Rule, load
from tests.parity.small_study_fits import data

EXCLUDED = {
    "tes_FE_theta/test": "label: metafor turns to chi² where its exact sum has over 10^6 terms, ours is exact at any k; "
    "the p of the test it names is compared"
}

EXACT = Rule(0.0)
CLOSED = Rule(1e-10)  # worst seen 1e-14: p of dat.li2007


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    content = load(name)
    want = content["expected"].get("tes_FE_theta")
    if want is None:
        return ()
    got = excess_significance(*data(content), test=CountTest(want["test"]))
    fields = {
        "k": (got.k, EXACT),
        "O": (got.observed, EXACT),
        "E": (got.expected, CLOSED),
        "pval": (got.p, CLOSED),
        "theta": (got.theta, CLOSED),
    }
    return tuple(Compared(("tes_FE_theta", field), value, want[field], rule) for field, (value, rule) in fields.items())
