"""``selmodel``: selection models with one step at .025, with random and with fixed effects.

Never takes the first maximum for the highest: where metafor stopped at a lower mode, that mode of ours is compared.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from synthesis.small_study.selection_model import Alternative, SelectionModel, selection_modes
from tests.parity.comparing import Compared, Json, Rule, load
from tests.parity.small_study_fits import data

EXCLUDED = {
    "selmodel/*/tolerance_hint": "how closely the reference itself asks to be compared: the rule below",
}

# metafor climbs with numerical derivatives; near 0 a mean is compared in typical standard errors, and tau² in typical
# variances. Worst seen: mean 1.2e-4 relative, but 2.7e-6 absolute (dat.li2007); tau² 4e-7 absolute (dat.raudenbush1985, where
# ours is 0 and higher); elsewhere 8e-5 relative (p of dat.raudenbush1985).
TOLERANCE = 1e-4
FITS = {"step3PSM_025_ML": True, "step_025_FE": False}


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def modes_of(name: str, key: str) -> tuple[SelectionModel, ...]:
    """All modes of one model of the reference."""
    content = load(name)
    want = content["expected"]["selmodel"][key]
    return selection_modes(*data(content), random=FITS[key], alternative=Alternative(want["alternative"]))


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    wanted = load(name)["expected"].get("selmodel", {})
    return tuple(compared for key, want in wanted.items() for compared in _model(name, key, want))


def _model(name: str, key: str, want: Json) -> Iterator[Compared]:
    modes = modes_of(name, key)
    got = min(modes, key=lambda mode: abs(mode.log_likelihood - want["ll"]))
    typical = float(data(load(name))[1].mean())
    near = Rule(TOLERANCE, TOLERANCE * typical**0.5)
    fields: dict[str, tuple[Any, Rule]] = {
        "alternative": (got.alternative.value, Rule(0.0)),
        "beta": (got.mean.estimate, near),
        "se": (got.mean.se, Rule(TOLERANCE)),
        "delta": ([weight.weight for weight in got.weights], Rule(TOLERANCE)),
        "ll": (got.log_likelihood, Rule(TOLERANCE)),
        "LRT": (got.lrt, Rule(TOLERANCE, TOLERANCE)),
        "LRTp": (got.lrt_p, Rule(TOLERANCE)),
    }
    if "tau2" in want:
        fields["tau2"] = (got.tau2, Rule(TOLERANCE, TOLERANCE * typical))
    for field, (value, rule) in fields.items():
        yield Compared(("selmodel", key, field), value, want[field], rule)
