"""``predict``: the mean with its interval, and prediction intervals by three conventions.

Never answers for models with moderators.
"""

from collections.abc import Iterator

from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference
from synthesis.pooling.prediction import Convention, predict
from tests.parity.comparing import Compared, Json
from tests.parity.univariate_rules import CLOSED, EXACT, ITERATIVE

EXCLUDED = {"predict/note": "text"}

_TESTS = {"z": Inference.Z, "wald": Inference.Z, "knha": Inference.KNHA}
_CONVENTIONS = {"default": Convention.METAFOR, "riley": Convention.RILEY}


def compare(name: str, content: Json) -> Iterator[Compared]:
    data = content["data"]
    for key, want in content["expected"].get("predict", {}).items():
        if key == "note":
            continue
        method, test, *hts = key.split("_", 2)
        fit = pool(data["yi"], data["vi"], method=Method(method), test=_TESTS[test])
        rule = CLOSED if method == "DL" else ITERATIVE
        path = ("predict", key)
        if hts:
            found = predict(fit, convention=Convention.HTS)
            # Without degrees of freedom we have no number for them; the reference counts 0.
            yield Compared((*path, "df"), found.df or 0, want["df"], EXACT)
            for end, got in zip(("pi_lb", "pi_ub"), found.interval or (None, None), strict=True):
                yield Compared((*path, end), got, want[end], rule)
            continue
        for convention, fields in want.items():
            interval = predict(fit, convention=_CONVENTIONS[convention]).interval or (None, None)
            values = (fit.estimate, fit.se, *fit.ci, *interval)
            for field, got in zip(("pred", "se", "ci_lb", "ci_ub", "pi_lb", "pi_ub"), values, strict=True):
                yield Compared((*path, convention, field), got, fields[field], rule)
