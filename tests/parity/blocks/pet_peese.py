"""``pet_peese``: both precision-effect regressions.

Never answers for the conditional rule, which is no number of R's: the unit tests do.
"""

from collections.abc import Iterator
from functools import cache

from synthesis.pooling.engine import checked
from synthesis.small_study.precision_effect import peese, pet
from synthesis.small_study.reading import NotDefined
from synthesis.small_study.weighted_line import Coefficient, weighted_mean_line
from tests.parity.comparing import Compared, Json, Rule, load
from tests.parity.small_study_fits import data

EXCLUDED = {"pet_peese/note": "text: how R was called"}

CLOSED = Rule(1e-10)  # worst seen 2e-13: an end of an interval of dat.curtis1998


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    content = load(name)
    y, v = data(content)
    found: list[Compared] = []
    for key, regression in (("PET", pet), ("PEESE", peese)):
        want = content["expected"].get("pet_peese", {}).get(key)
        if want is None:
            continue
        try:
            line = regression(y, v)
        except (
            NotDefined
        ):  # equal variances: R drops the slope and is left with the mean; we refuse, and the mean is ours
            found += _coefficient((key, "intercept"), weighted_mean_line(checked(y, v), 0.95), want["intercept"])
            continue
        found += _coefficient((key, "intercept"), line.intercept, want["intercept"])
        found += _coefficient((key, "slope"), line.slope, want["slope"])
    return tuple(found)


def _coefficient(path: tuple[str, str], got: Coefficient, want: Json) -> Iterator[Compared]:
    near = Rule(1e-10, 1e-11 * want["se"])  # an estimate near 0 is right to a part of its standard error
    fields = {
        "est": (got.estimate, near),
        "se": (got.se, CLOSED),
        "t": (got.statistic, Rule(1e-10, 1e-11)),
        "p": (got.p, Rule(1e-10, p_value=True)),
        "ci_lb": (got.ci[0], near),
        "ci_ub": (got.ci[1], near),
    }
    for field, (value, rule) in fields.items():
        yield Compared(("pet_peese", *path, field), value, want[field], rule)
