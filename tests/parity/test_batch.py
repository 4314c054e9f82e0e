"""The batch kernel beside the reference: all data sets in one batch, of different sizes and units, by mask.

Never repeats the leaf-by-leaf comparison of `pool`: this shows that packing sets together changes none of it.
"""

import numpy as np
import pytest

from synthesis.batch.estimators import batch_tau2
from synthesis.batch.kernel import fit_batch
from synthesis.batch.sets import blocks, table
from synthesis.pooling.pool import Method
from tests.parity.comparing import NAMES, load

SETS = [load(name) for name in NAMES]
LARGEST = max(len(content["data"]["yi"]) for content in SETS)
RELATIVE = 1e-11  # of tau², or of the mean variance. Observed worst: 1.5e-13 (ML, dat.raudenbush1985)
METHODS = ("DL", "PM", "REML", "ML", "HE", "HS", "SJ", "EB", "HSk", "PMM")

Y, V = np.full((len(SETS), LARGEST), np.nan), np.full((len(SETS), LARGEST), np.nan)
for row, content in enumerate(SETS):
    Y[row, : len(content["data"]["yi"])] = content["data"]["yi"]
    V[row, : len(content["data"]["vi"])] = content["data"]["vi"]


@pytest.mark.parametrize("method", METHODS)
def test_tau2_of_every_data_set(method: str) -> None:
    given = table(Y, V, np.isfinite(Y))
    for rows, sets in blocks(given, np.arange(len(SETS))):
        tau2 = batch_tau2(sets, method) * sets.scale**2
        for row, got in zip(rows, tau2, strict=True):
            want = SETS[row]["expected"]["re"][method]
            if "error" in want:
                continue
            unit = max(want["tau2"], float(np.nanmean(V[row])))
            assert abs(got - want["tau2"]) <= RELATIVE * unit, NAMES[row]


def test_means_intervals_and_prediction_under_hartung_knapp() -> None:
    batch = fit_batch(Y, V, np.isfinite(Y), method=Method.REML)
    for row, content in enumerate(SETS):
        fit = content["expected"]["re"]["REML"]
        want = [
            fit["beta"],
            fit["knha"]["se"],
            fit["knha"]["pval"],
            fit["knha"]["ci_lb"],
            fit["knha"]["ci_ub"],
            fit["I2"],
        ]
        names = ("estimate", "se", "p", "ci_low", "ci_high", "i2")
        got = [getattr(batch, name)[row] for name in names]
        flat = [float(np.ravel(value)[0]) for value in want]
        assert got == pytest.approx(flat, rel=1e-8, abs=1e-9 * fit["knha"]["se"]), NAMES[row]
