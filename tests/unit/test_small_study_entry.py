"""The one call for everything: any k, any scale, any order, never a NaN.

Never compares with metafor: tests/parity does.
"""

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InvalidInput
from synthesis.pooling.pool import Method, Test
from synthesis.small_study.small_study import SmallStudy, small_study_effects

Y = np.array([0.31, 0.12, 0.55, -0.2, 0.47, 0.8, 0.22, 0.35, 0.9, 0.1, 0.62, 0.28])
V = np.array([0.01, 0.05, 0.04, 0.02, 0.09, 0.16, 0.015, 0.03, 0.2, 0.012, 0.11, 0.06])
N = np.array([400, 80, 100, 200, 45, 25, 260, 130, 20, 330, 36, 66])


def _numbers(value: object) -> list[float]:
    """Every float below a result."""
    if dataclasses.is_dataclass(value):
        return [number for field in dataclasses.fields(value) for number in _numbers(getattr(value, field.name))]
    if isinstance(value, tuple):
        return [number for item in value for number in _numbers(item)]
    return [value] if isinstance(value, float) else []


def _summary(found: SmallStudy, scale: float, sign: float) -> list[float]:
    """Results brought back to one scale and direction, those that search for a maximum apart."""
    assert found.not_computed == (("egger_size", "no sample sizes were given"),)
    assert found.egger
    assert found.egger.limit
    assert found.egger_mixed
    assert found.rank
    assert found.pet
    assert found.peese
    assert found.limit
    assert found.henmi_copas
    assert found.excess
    return [
        sign * found.egger.slope.estimate,
        sign * found.egger.limit.estimate / scale,
        sign * found.egger_mixed.slope.estimate,
        sign * found.pet.intercept.estimate / scale,
        sign * found.peese.slope.estimate * scale,
        sign * found.rank.tau,
        found.rank.p,
        sign * found.limit.adjusted.estimate / scale,
        sign * found.henmi_copas.estimate / scale,
        (found.henmi_copas.ci[1] - found.henmi_copas.ci[0]) / scale,
        found.excess.expected,
    ]


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("method", [Method.FE, Method.DL, Method.REML])
def test_few_effects_are_answered_in_words(k: int, method: Method) -> None:
    found = small_study_effects(Y[:k], V[:k], n=N[:k], method=method)
    assert not found.readable
    assert any("with fewer than 10" in said for said in found.cautions)
    missing = dict(found.not_computed)
    for name in ("egger", "rank", "pet", "trimfill", "selection", "limit"):
        assert (getattr(found, name) is None) == (name in missing)
    assert (found.egger is None) == (k < 3)


def test_equal_variances_are_answered_in_words() -> None:
    found = small_study_effects(Y, np.full(12, 0.04))
    missing = dict(found.not_computed)
    assert {"egger", "egger_mixed", "egger_size", "rank", "pet", "peese", "trimfill", "limit"} <= set(missing)
    assert all(missing.values())
    assert not found.readable


def test_everything_is_there_for_ordinary_data() -> None:
    found = small_study_effects(Y, V, n=N, method=Method.REML, test=Test.KNHA)
    assert found.not_computed == ()
    assert found.readable
    assert found.funnel.k == 12


def test_a_mistake_is_still_a_mistake() -> None:
    with pytest.raises(InvalidInput, match="row 2: vi is 0"):
        small_study_effects([0.1, 0.2], [0.1, 0.0])
    with pytest.raises(InvalidInput, match="n has 2 values"):
        small_study_effects(Y, V, n=[10, 20])


def test_dependent_effects_are_pointed_out() -> None:
    found = small_study_effects(Y, V, cluster=[i // 3 for i in range(12)])
    assert any("4 clusters" in said for said in found.cautions)
    assert found.egger is not None
    assert found.egger.cautions == found.cautions


@settings(max_examples=15, deadline=None)
@given(
    order=st.permutations(range(12)),
    exponent=st.integers(-12, 12),
    sign=st.sampled_from([1.0, -1.0]),
    method=st.sampled_from([Method.FE, Method.DL, Method.REML]),
)
def test_order_scale_and_direction_do_not_matter(order: list[int], exponent: int, sign: float, method: Method) -> None:
    scale = 10.0**exponent
    plain = small_study_effects(Y, V, method=method)
    moved = small_study_effects(sign * scale * Y[order], scale**2 * V[order], method=method)
    assert _summary(moved, scale, sign) == pytest.approx(_summary(plain, 1.0, 1.0), rel=1e-6, abs=1e-7)
    assert plain.trimfill
    assert moved.trimfill
    assert plain.selection
    assert moved.selection
    assert moved.trimfill.missing == plain.trimfill.missing
    assert sign * moved.selection.mean.estimate / scale == pytest.approx(
        plain.selection.mean.estimate, rel=1e-5, abs=1e-6
    )
    assert moved.selection.lrt == pytest.approx(plain.selection.lrt, rel=1e-6, abs=1e-8)


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_no_number_is_ever_nan(data: Any) -> None:
    k = data.draw(st.integers(1, 14))
    y = data.draw(st.lists(st.floats(-3, 3, allow_subnormal=False), min_size=k, max_size=k))
    v = data.draw(st.lists(st.sampled_from([1e-6, 1e-3, 0.01, 0.04, 0.5, 2.0, 1e3]), min_size=k, max_size=k))
    found = small_study_effects(y, v, method=data.draw(st.sampled_from([Method.FE, Method.DL])), test=Test.Z)
    assert all(math.isfinite(number) for number in _numbers(found))
