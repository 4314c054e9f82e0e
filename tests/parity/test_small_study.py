"""Where our small-study results go beyond the reference: a tight root for Henmi-Copas, and higher maxima of selection models.

Never replaces the comparison with the reference: blocks hc and selmodel make it.
"""

import pytest

from synthesis.small_study.henmi_copas import henmi_copas
from tests.parity.blocks.selmodel import FITS, modes_of
from tests.parity.comparing import NAMES, load
from tests.parity.small_study_fits import data

# metafor 3.8-1, hc(rma(yi, vi, method = "DL"), control = list(tol = 1e-13, maxiter = 100000))
TIGHT = {
    "dat.lehmann2018": (0.0031590856257313338, 0.2702724199178354603),
    "dat.bcg": (-1.15554876193202993, 0.29497843462384793),
    "edge_k3": (0.33941698445746060, 0.65898301554253935),
    "dat.mcdaniel1994": (0.14187813927801907, 0.27904661211043941),
    "edge_equal_v": (0.020537075990193221, 0.559462924009806795),
    "dat.egger2001": (-3.2369333210043552, 3.2664422305447189),
    "edge_tiny_scale": (3.7562627974923422e-05, 2.4380429182503958e-04),
}

# Where metafor's search ends in a maximum that is not the highest.
LOWER_IN_METAFOR = {("dat.egger2001", "step3PSM_025_ML"), ("dat.li2007", "step3PSM_025_ML")}


@pytest.mark.parametrize("name", TIGHT)
def test_henmi_copas_meets_a_tight_root(name: str) -> None:
    # R's integrate() leaves 1e-8 of the width; the root itself is tight.
    low, high = TIGHT[name]
    assert henmi_copas(*data(load(name))).ci == pytest.approx((low, high), rel=0, abs=2e-8 * (high - low))


def test_no_selection_model_of_metafor_is_higher_and_two_are_lower() -> None:
    lower = set()
    for name in NAMES:
        for key, want in load(name)["expected"].get("selmodel", {}).items():
            assert key in FITS
            best = modes_of(name, key)[0]
            assert best.converged
            assert best.log_likelihood >= want["ll"] - 1e-8 * abs(want["ll"])
            if best.log_likelihood > want["ll"] + 0.01:
                lower.add((name, key))
                assert best.tau2 == 0  # the higher mode explains everything by selection
                assert any("another mode" in said for said in best.cautions)
    assert lower == LOWER_IN_METAFOR
