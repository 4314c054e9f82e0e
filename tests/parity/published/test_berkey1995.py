"""Berkey, Hoaglin, Mosteller and Colditz (1995), Statistics in Medicine 14, 395-411: BCG vaccine, from the raw counts.

Values of page 408, taken as metafor's own checks record them, with the three places where the article's last digit differs.
"""

import math
from pathlib import Path
from typing import Any

import pytest

from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference
from synthesis.regression.mixed import MixedEffects, meta_regression
from tests.parity.comparing import load

MEAN_LATITUDE = 33.46  # as the article centres it


@pytest.fixture
def trials(shared: Path) -> dict[str, list[float]]:
    """Log risk ratios of the 13 trials with the article's smoothed variances (one common rate per arm), and latitudes."""
    assert (shared / "oracle" / "dat.bcg.json").exists()
    content: dict[str, Any] = load("dat.bcg")
    counts = content["raw"]["columns"]
    rows = list(zip(counts["tpos"], counts["tneg"], counts["cpos"], counts["cneg"], strict=True))
    treated = sum(tneg / tpos for tpos, tneg, _, _ in rows) / len(rows)
    control = sum(cneg / cpos for _, _, cpos, cneg in rows) / len(rows)
    return {
        "yi": [math.log((a / (a + b)) / (c / (c + d))) for a, b, c, d in rows],
        "vi": [treated / (a + b) + control / (c + d) for a, b, c, d in rows],
        "latitude": content["data"]["ablat"],
    }


def regression(trials: dict[str, list[float]], method: Method) -> MixedEffects:
    x = [[1.0, latitude - MEAN_LATITUDE] for latitude in trials["latitude"]]
    return meta_regression(
        trials["yi"], trials["vi"], x, terms=("intercept", "latitude"), method=method, test=Inference.Z
    )


def test_random_effects(trials: dict[str, list[float]]) -> None:
    fit = pool(trials["yi"], trials["vi"], method=Method.EB, test=Inference.Z)
    assert (round(fit.estimate, 4), round(fit.se, 4)) == (-0.5429, 0.1842)
    assert fit.tau2 is not None
    assert round(fit.tau2, 3) == 0.268


def test_mixed_effects(trials: dict[str, list[float]]) -> None:
    fit = regression(trials, Method.EB)
    assert [round(term.estimate, 4) for term in fit.terms] == [-0.6303, -0.0268]  # the article prints -0.6304
    assert [round(term.se, 4) for term in fit.terms] == [0.1591, 0.0110]
    assert fit.tau2 is not None
    assert round(fit.tau2, 3) == 0.157
    risk_ratios = [math.exp(fit.terms[0].estimate + fit.terms[1].estimate * (at - MEAN_LATITUDE)) for at in (33.46, 42)]
    assert [round(ratio, 2) for ratio in risk_ratios] == [0.53, 0.42]


def test_equal_effects(trials: dict[str, list[float]]) -> None:
    fit = regression(trials, Method.FE)
    assert [round(term.estimate, 4) for term in fit.terms] == [-0.5949, -0.0282]  # the article prints -0.5950
    assert [round(term.se, 4) for term in fit.terms] == [0.0696, 0.0040]  # the article prints 0.0039
