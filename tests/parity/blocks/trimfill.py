"""``trimfill``: trim and fill by L0, R0 and Q0, on either side, under FE, DL and REML.

Never loosens the number of missing effects: it is exact or wrong.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from synthesis.pooling.pool import Method, Test
from synthesis.regression.mixed import meta_regression
from synthesis.small_study.trim_and_fill import MissingCount, Side, TrimAndFill, trim_and_fill
from tests.parity.comparing import Compared, Json, Rule, load
from tests.parity.small_study_fits import data, fit_leaves

EXCLUDED = {"trimfill/*/fit/coef_names": "R's spelling of the intercept"}

EXACT = Rule(0.0)
CLOSED = Rule(1e-10)  # worst seen 4e-16
ITERATIVE = Rule(1e-8)  # the centre of the filled effects is a REML mean; worst seen 6e-14


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    content = load(name)
    y, v = data(content)
    found: list[Compared] = []
    for key, want in content["expected"].get("trimfill", {}).items():
        if "error" in want:  # metafor refuses: no slope to choose a side by, or the root of a negative number in Q0
            continue
        method, estimator, *side = key.split("_")
        filled = trim_and_fill(
            y,
            v,
            estimator=MissingCount(estimator),
            side=Side(side[0]) if side else Side.AUTO,
            method=Method(method),
            test=Test.Z,
        )
        found += _filled(key, filled, want, y, v)
    return tuple(found)


def _filled(
    key: str, filled: TrimAndFill, want: Json, y: np.ndarray[Any, Any], v: np.ndarray[Any, Any]
) -> Iterator[Compared]:
    got: dict[str, tuple[Any, Rule]] = {
        "k0": (filled.missing, EXACT),
        "side": (filled.side.value, EXACT),
        "se_k0": (filled.se_missing, CLOSED),
        "p_k0": (filled.p_missing, CLOSED),
        "filled_yi": (list(filled.filled_yi), Rule(1e-8, 1e-10 * float(np.ptp(y)))),
        "filled_vi": (list(filled.filled_vi), CLOSED),
    }
    for field, (value, rule) in got.items():
        yield Compared(("trimfill", key, field), value, want[field], rule)
    if filled.missing == 0:
        yield Compared(("trimfill", key, "fit"), "k0=0: unchanged", want["fit"], EXACT)
        return
    all_y, all_v = np.concatenate((y, filled.filled_yi)), np.concatenate((v, filled.filled_vi))
    fit = meta_regression(
        all_y, all_v, np.ones((len(all_y), 1)), terms=("intrcpt",), method=filled.pooled.method, test=Test.Z
    )
    # The pool that is reported is this fit, which holds more of the leaves.
    assert abs(fit.terms[0].estimate - filled.pooled.estimate) <= 1e-10 * fit.terms[0].se
    assert abs(fit.terms[0].se - filled.pooled.se) <= 1e-10 * fit.terms[0].se
    yield from fit_leaves(("trimfill", key, "fit"), fit, want["fit"], all_v)
