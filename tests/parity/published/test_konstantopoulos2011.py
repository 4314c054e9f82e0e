"""Konstantopoulos (2011), Research Synthesis Methods 2, 61-76: school calendars, schools in districts.

Values of Table 4 (page 70, two levels) and Table 5 (page 71, three levels by maximum likelihood), as metafor's own checks
record them; the comments name the three places where the paper's figure differs from every recomputation.
"""

from pathlib import Path
from statistics import fmean

import pytest

from synthesis.dependence.multilevel import Multilevel, multilevel
from synthesis.pooling.pool import Method, pool
from synthesis.pooling.pool import Test as Inference
from synthesis.regression.mixed import meta_regression
from tests.parity.comparing import load

Data = dict[str, list[float]]


@pytest.fixture
def schools(shared: Path) -> Data:
    assert (shared / "oracle" / "dat.konstantopoulos2011.json").exists()
    data: Data = load("dat.konstantopoulos2011")["data"]
    return data


def year_columns(schools: Data) -> list[list[float]]:
    centre = fmean(schools["year"])
    return [[1.0, year - centre] for year in schools["year"]]


def test_table_4_two_levels(schools: Data) -> None:
    fit = pool(schools["yi"], schools["vi"], test=Inference.Z)
    assert fit.tau2 is not None
    assert fit.se_tau2 is not None
    assert (round(fit.estimate, 3), round(fit.se, 3)) == (0.128, 0.044)
    assert (round(fit.tau2, 3), round(fit.se_tau2, 3)) == (0.088, 0.020)


def test_table_4_two_levels_with_year(schools: Data) -> None:
    fit = meta_regression(
        schools["yi"], schools["vi"], year_columns(schools), terms=("intercept", "year"), test=Inference.Z
    )
    assert [round(term.estimate, 3) for term in fit.terms] == [0.126, 0.005]
    assert [round(term.se, 3) for term in fit.terms] == [0.044, 0.004]  # the paper prints 0.043 for the first
    assert round(fit.tau2, 3) == 0.089  # the paper prints 0.088


def three_levels(schools: Data, with_year: bool) -> Multilevel:
    columns = {"x": year_columns(schools), "terms": ("intercept", "year")} if with_year else {}
    levels = [schools["district"], schools["study"]]
    return multilevel(schools["yi"], schools["vi"], levels, method=Method.ML, test=Inference.Z, **columns)  # type: ignore[arg-type]


def test_table_5_three_levels(schools: Data) -> None:
    fit = three_levels(schools, with_year=False)
    assert (round(fit.terms[0].estimate, 3), round(fit.terms[0].se, 3)) == (0.184, 0.080)
    assert [round(value or 0.0, 3) for value in fit.sigma2] == [0.058, 0.033]
    assert fit.pi is not None
    assert [round(limit, 3) for limit in fit.pi] == [-0.426, 0.795]


def test_table_5_three_levels_with_year(schools: Data) -> None:
    fit = three_levels(schools, with_year=True)
    assert [round(term.estimate, 3) for term in fit.terms] == [0.178, 0.005]  # the paper prints 0.183 for the first
    assert [round(term.se, 3) for term in fit.terms] == [0.080, 0.009]
    assert [round(value or 0.0, 3) for value in fit.sigma2] == [0.056, 0.033]
