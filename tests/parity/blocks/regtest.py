"""``regtest``: Egger's test, classical and as meta-regression, on standard error, variance and sample size.

Never answers for the test on dependent effects: the block of multilevel models does.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from synthesis.pooling.pool import Method, Test
from synthesis.small_study.egger import Egger, Predictor, egger, egger_mixed
from tests.parity.comparing import Compared, Json, Rule, load
from tests.parity.small_study_fits import data, fit_leaves

EXCLUDED = {"regtest/*/fit/coef_names": "R's spelling of the terms; the predictor is compared"}

CLOSED = Rule(1e-10)  # classical test
ITERATIVE = Rule(1e-8)  # meta-regression; worst seen 3e-9: p of edge_bimodal_zero


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    content = load(name)
    y, v = data(content)
    n = content["data"].get("ni")
    found: list[Compared] = []
    for key, want in content["expected"].get("regtest", {}).items():
        if "error" in want:  # metafor refuses: variances equal, or so small that it takes them for equal
            continue
        model, *rest = key.split("_")
        predictor = Predictor(rest[-1])
        if model == "lm":
            test = egger(y, v, predictor=predictor, n=n)
        else:
            wald = Test.KNHA if "knha" in rest else Test.Z
            test = egger_mixed(y, v, predictor=predictor, n=n, method=Method(rest[0]), test=wald)
        found += _test(key, test, want, CLOSED if model == "lm" else ITERATIVE)
        if test.fit is not None:
            found += fit_leaves(("regtest", key, "fit"), test.fit, want["fit"], v)
        else:
            found.append(Compared(("regtest", key, "fit"), test.fit, want["fit"], CLOSED))
    return tuple(found)


def _test(key: str, test: Egger, want: Json, rule: Rule) -> Iterator[Compared]:
    size = test.limit.se if test.limit else 0.0
    near = Rule(rule.relative, 0.1 * rule.relative * size)  # a limit near 0 is right to a part of its standard error
    got: dict[str, tuple[Any, Rule]] = {
        "predictor": (test.predictor.value, rule),
        "statistic": (test.slope.statistic, Rule(rule.relative, 0.1 * rule.relative)),
        "df": (test.slope.df, rule),
        "ddf": (test.slope.df, rule),
        "pval": (test.slope.p, Rule(rule.relative, p_value=True)),
        "limit_est": (test.limit and test.limit.estimate, near),
        "limit_ci_lb": (test.limit and test.limit.ci[0], near),
        "limit_ci_ub": (test.limit and test.limit.ci[1], near),
    }
    for field, (value, leaf_rule) in got.items():
        yield Compared(("regtest", key, field), value, want[field], leaf_rule)
