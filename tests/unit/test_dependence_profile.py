"""Profile-likelihood intervals of variances: metafor's ends, ends that the data leave open, second peaks."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from scipy.special import chdtri

from corpus.errors import InvalidInput
from synthesis.dependence.profile import VarianceProfile, variance_profiles
from synthesis.pooling.pool import Method
from tests.parity.comparing import load

# confint(rma.mv(yi, vi, random = ~ 1 | district/school, data = dat.konstantopoulos2011,
#   control = list(optimizer = "nlminb", rel.tol = 1e-11)), sigma2 = i, control = list(tol = 1e-12)), metafor 3.8-1.
# It finds no upper end for the schools: its own fit fails on the way.
DISTRICTS = (0.0222396906665036, 0.207241619212353)
SCHOOLS_LOW = 0.0162652550139237
CALL = """
suppressMessages(library(metafor))
d <- dat.konstantopoulos2011
r <- rma.mv(yi, vi, random = ~ 1 | district/school, data = d, control = list(optimizer = "nlminb", rel.tol = 1e-11))
for (i in 1:2) cat(sprintf("%.15g", confint(r, sigma2 = i, control = list(tol = 1e-12))$random[1, 2:3]), "\\n")
"""


@pytest.fixture(scope="module")
def schools(root: Path) -> tuple[VarianceProfile, ...]:
    content: Any = json.loads((root / "validation" / "metafor" / "reference.json").read_text(encoding="utf-8"))
    data = content["konstantopoulos2011"]["data"]
    return variance_profiles(data["yi"], data["vi"], [data["district"], data["school"]])


def test_the_ends_are_those_of_metafor_at_a_tight_tolerance(schools: tuple[VarianceProfile, ...]) -> None:
    assert schools[0].ci == pytest.approx(DISTRICTS, rel=1e-10)
    assert schools[1].ci is not None
    assert schools[1].ci[0] == pytest.approx(SCHOOLS_LOW, rel=1e-10)
    assert all(profile.warnings == () for profile in schools)


def test_metafor_still_gives_these_ends(rscript: str) -> None:
    done = subprocess.run([rscript, "-e", CALL], capture_output=True, text=True, check=True)
    districts, low = (line.split() for line in done.stdout.splitlines())
    assert [float(end) for end in districts] == pytest.approx(DISTRICTS, rel=1e-8)
    assert float(low[0]) == pytest.approx(SCHOOLS_LOW, rel=1e-8)


def test_the_curve_is_highest_at_the_estimate_and_holds_the_ends(schools: tuple[VarianceProfile, ...]) -> None:
    for profile in schools:
        low, high = _ends(profile)
        assert max(height for _, height in profile.curve) == pytest.approx(0.0, abs=1e-9)
        inside = [value for value, height in profile.curve if height >= -float(chdtri(1, 0.05)) / 2]
        assert low <= min(inside)
        assert max(inside) <= high


def test_a_variance_of_zero_says_so_and_its_interval_starts_there() -> None:
    (got,) = variance_profiles([0.30, 0.31, 0.29, 0.3], [0.04] * 4, [range(4)])
    assert got.estimate == 0.0
    low, high = _ends(got)
    assert low == 0.0 < high
    assert "at the boundary" in got.warnings[0]


def test_a_variance_that_cannot_be_told_has_no_interval() -> None:
    got, effects = variance_profiles([0.3, 0.9, -0.4], [0.04] * 3, [["a"] * 3, range(3)])
    assert (got.estimate, got.ci, got.curve) == (None, None, ())
    assert "cannot be estimated" in got.warnings[0]
    assert effects.estimate is not None


def test_a_second_peak_is_named(shared: Path) -> None:
    assert shared.is_dir()
    data = load("edge_bimodal_zero")["data"]
    (got,) = variance_profiles(data["yi"], data["vi"], [range(11)])
    assert got.estimate == 0.0
    assert any("second peak" in said for said in got.warnings)


def test_a_wider_coverage_bridges_both_peaks(shared: Path) -> None:
    assert shared.is_dir()
    data = load("edge_bimodal_zero")["data"]
    (narrow,) = variance_profiles(data["yi"], data["vi"], [range(11)])
    (wide,) = variance_profiles(data["yi"], data["vi"], [range(11)], level=0.99)
    assert _ends(narrow)[1] < 1.0
    assert _ends(wide)[1] > 20.0
    assert any("bridges a gap" in said for said in wide.warnings)
    assert not any("bridges a gap" in said for said in narrow.warnings)


@pytest.mark.parametrize(
    ("arguments", "said"), [({"level": 0.0}, "level is 0"), ({"method": Method.DL}, "by REML or ML")]
)
def test_what_has_no_profile_is_refused(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        variance_profiles([0.1, 0.2, 0.3], [0.1] * 3, [range(3)], **arguments)


def _ends(profile: VarianceProfile) -> tuple[float, float]:
    assert profile.ci is not None
    low, high = profile.ci
    assert high is not None
    return low, high
