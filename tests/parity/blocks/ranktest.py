"""``ranktest``: Begg and Mazumdar's rank test, exact and with ties.

Never compares an argument of metafor's as if it were a result.
"""

from collections.abc import Iterator
from functools import cache

from synthesis.small_study.rank import rank_test
from synthesis.small_study.reading import NotDefined
from tests.parity.comparing import Compared, Json, Rule, load
from tests.parity.small_study_fits import data

EXCLUDED = {"ranktest/exact_arg": "the argument given to R, not a result"}

CLOSED = Rule(1e-10)  # worst seen 1.7e-11: exact p of dat.lehmann2018, where ours is the one with all digits


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    content = load(name)
    want = content["expected"].get("ranktest")
    if want is None:
        return ()
    try:
        test = rank_test(*data(content))
        got: dict[str, float | bool | None] = {"tau": test.tau, "pval": test.p, "ties": not test.exact}
    except NotDefined:  # all variances tied
        got = {"tau": None, "pval": None, "ties": True}
    return tuple(Compared(("ranktest", field), value, want[field], CLOSED) for field, value in got.items())
