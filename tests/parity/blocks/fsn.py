"""``fsn``: fail-safe numbers of Rosenthal, Orwin and Rosenberg.

Never a recommendation: they are computed for comparison with old papers.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from synthesis.small_study.fail_safe import orwin, rosenberg, rosenthal
from tests.parity.comparing import Compared, Json, Rule, load
from tests.parity.small_study_fits import data

EXCLUDED: dict[str, str] = {}

EXACT = Rule(0.0)
CLOSED = Rule(1e-10)
P_VALUE = Rule(1e-10, p_value=True)  # worst seen 2e-13: p of dat.curtis1998, 1.7e-211


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    content = load(name)
    if "fsn" not in content["expected"]:
        return ()
    y, v = data(content)
    numbers = {
        "Rosenthal": rosenthal(y, v),
        "Orwin_weighted": orwin(y, v),
        "Orwin_unweighted": orwin(y, v, weighted=False),
        "Rosenberg": rosenberg(y, v),
    }
    found = []
    for key, number in numbers.items():
        want = content["expected"]["fsn"][key]
        got: dict[str, Any] = {
            "fsnum": number.number,
            "pval": number.p,
            "meanes": number.mean,
            "target": number.target,
        }
        for field, value in got.items():
            rule = {"fsnum": EXACT, "pval": P_VALUE}.get(field, CLOSED)
            found.append(Compared(("fsn", key, field), value, want[field], rule))
    return tuple(found)
