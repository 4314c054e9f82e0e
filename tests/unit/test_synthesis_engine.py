"""The guards before PyMARE: what it would accept and get wrong never reaches it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import ArrayLike

from corpus.errors import InvalidInput
from synthesis.pooling.engine import checked, tau2_by_pymare, trace_p, weighted_mean
from synthesis.pooling.pool import Method, pool

Y = [0.31, -0.12, 0.8, 0.05]
V = [0.04, 0.09, 0.02, 0.07]


@pytest.mark.parametrize(
    ("yi", "vi", "said"),
    [
        ([0.3, float("nan")], [0.1, 0.1], "row 2: yi is nan"),
        ([0.3, float("inf")], [0.1, 0.1], "row 2: yi is inf"),
        ([0.3, 0.2], [0.1, float("nan")], "row 2: vi is nan"),
        ([0.3, 0.2], [float("inf"), 0.1], "row 1: vi is inf"),
        ([0.3, 0.2], [0.1, -0.4], "row 2: vi is -0.4, but a sampling variance is above 0"),
        ([0.3, 0.2], [0.0, 0.1], "row 1: vi is 0,"),
        ([0.3, 0.2], [0.1], "yi has 2 values and vi 1"),
        ([], [], "k = 0"),
        (["a", "b"], [0.1, 0.1], "not a number"),
        ([[0.3], [0.2]], [0.1, 0.1], "2 dimensions"),
        ([0.1, 0.5, 0.9], [1e-20, 1, 1], "row 1: vi is 1e-20, so small that no other row counts"),
        ([1e200, 0.5], [0.1, 0.1], "orders of magnitude"),
    ],
)
def test_what_cannot_be_pooled_is_refused_with_its_row(yi: ArrayLike, vi: ArrayLike, said: str) -> None:
    with pytest.raises(InvalidInput, match=r"^[^\n]*$") as error:
        checked(yi, vi)
    assert said in str(error.value)


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.uint8])
@pytest.mark.parametrize("method", Method)
def test_small_integers_do_not_overflow(dtype: type[np.generic], method: Method) -> None:
    yi, vi = np.array([3, 100, 90, 120]), np.array([100, 120, 110, 90])
    assert pool(yi.astype(dtype), vi.astype(dtype), method=method) == pool(
        yi.astype(float), vi.astype(float), method=method
    )


def test_one_effect_never_reaches_pymare() -> None:
    with pytest.raises(ValueError, match="k = 1"):
        tau2_by_pymare(checked([0.3], [0.04]), "REML")


def test_the_intercept_is_not_split_in_two() -> None:
    # PyMARE's Dataset adds an intercept to the one it is given and halves the estimate without a word.
    weights = 1 / np.array(V)
    effects = checked(Y, V)
    assert weighted_mean(effects, 0.0).estimate * effects.scale == pytest.approx(np.average(Y, weights=weights))


@pytest.mark.parametrize("factor", [1e-140, 1e-7, 1.0, 1e9, 1e140])
def test_the_scale_of_the_data_is_taken_out_without_losing_a_digit(factor: float) -> None:
    effects = checked([y * factor for y in Y], [v * factor**2 for v in V])
    assert 0.01 < float(np.median(effects.v)) < 100
    assert (effects.y * effects.scale).tolist() == [y * factor for y in Y]


def test_the_trace_survives_a_study_that_outweighs_all_others() -> None:
    assert float(trace_p(np.array([1.0, 1.0, 1e20]))) == pytest.approx(4.0)
    assert float(trace_p(np.array([1.0, 2.0, 5.0]))) == pytest.approx(8 - 30 / 8)


_COLD_START = """
import sys
from synthesis.pooling.pool import pool
result = pool([0.31, -0.12, 0.8], [0.04, 0.09, 0.02])
print(*[name for name in ("sympy", "pandas.core", "scipy.stats._continuous_distns") if name in sys.modules])
import pandas, pymare, scipy.stats
from pymare import Dataset
print(Dataset(y=[1.0, 2.0], v=[1.0, 1.0]).y.shape, pandas.DataFrame({"a": [1]}).shape, scipy.stats.norm.cdf(0))
print("sympy" in sys.modules, pymare.estimators.DerSimonianLaird.__name__, bool(pymare.__version__))
"""


def test_pymare_comes_without_sympy_and_is_whole_when_asked_for(root: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _COLD_START], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["", "(2, 1) (1, 1) 0.5", "True DerSimonianLaird True"]
