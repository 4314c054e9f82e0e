"""Raudenbush (2009), in The Handbook of Research Synthesis and Meta-Analysis, 2nd ed., chapter 16: teacher expectancy.

Values of Table 16.2 (page 301) and Table 16.3 (page 309), as metafor's own checks record them; where the chapter's last
digit differs, the comment says so.
"""

from pathlib import Path

import pytest

from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference
from synthesis.regression.mixed import meta_regression
from tests.parity.comparing import load

# Table 16.3: tau², mean, and with the normal test and with Knapp and Hartung's: se, statistic, interval.
TABLE = {
    "FE": (0.0, 0.060, (0.036, 1.655, -0.011, 0.132), (0.051, 1.173, -0.048, 0.168)),
    "ML": (0.013, 0.078, (0.047, 1.637, -0.015, 0.171), (0.059, 1.311, -0.047, 0.202)),
    "REML": (0.019, 0.084, (0.052, 1.621, -0.018, 0.185), (0.062, 1.359, -0.046, 0.213)),
    "DL": (0.026, 0.089, (0.056, 1.601, -0.020, 0.199), (0.064, 1.405, -0.044, 0.223)),
    "HE": (0.080, 0.114, (0.079, 1.443, -0.041, 0.270), (0.071, 1.608, -0.035, 0.264)),
}


@pytest.fixture
def studies(shared: Path) -> dict[str, list[float]]:
    assert (shared / "oracle" / "dat.raudenbush1985.json").exists()
    data: dict[str, list[float]] = load("dat.raudenbush1985")["data"]
    return data


@pytest.mark.parametrize("method", TABLE)
@pytest.mark.parametrize("test", [Inference.Z, Inference.KNHA])
def test_table_16_3(studies: dict[str, list[float]], method: str, test: Inference) -> None:
    fit = pool(studies["yi"], studies["vi"], method=Method(method), test=test)
    tau2, mean, normal, knapp_hartung = TABLE[method]
    assert (round(fit.tau2 or 0.0, 3), round(fit.estimate, 3)) == (tau2, mean)
    assert fit.statistic is not None
    found = tuple(round(value, 3) for value in (fit.se, fit.statistic, *fit.ci))
    assert found == (normal if test is Inference.Z else knapp_hartung)


def test_table_16_2(studies: dict[str, list[float]]) -> None:
    equal = pool(studies["yi"], studies["vi"], method=Method.FE, test=Inference.Z)
    assert equal.q is not None
    assert (round(equal.estimate, 3), round(equal.q, 2)) == (0.060, 35.83)
    weeks = [[1.0, min(3.0, float(week))] for week in studies["weeks"]]
    fit = meta_regression(studies["yi"], studies["vi"], weeks, terms=("intercept", "weeks"), test=Inference.Z)
    assert fit.tau2 is not None
    assert round(fit.tau2, 3) == 0
    assert [round(term.estimate, 3) for term in fit.terms] == [0.407, -0.157]
    assert [round(term.statistic or 0.0, 2) for term in fit.terms] == [4.68, -4.39]
    assert round(fit.qe, 2) == 16.57
