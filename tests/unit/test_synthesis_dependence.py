"""Cluster-robust inference: known special cases, invariance, and what is refused."""

import math

import numpy as np
import pytest

from corpus.errors import InvalidInput
from synthesis.dependence.robust import robust

Y = [0.31, -0.12, 0.8, 0.05, 0.4, 0.22]
V = [0.04, 0.09, 0.02, 0.07, 0.03, 0.05]
CLUSTER = ["a", "a", "b", "c", "c", "c"]


def test_clusters_of_one_with_equal_variances_are_the_t_test() -> None:
    got = robust(Y, [0.05] * 6, range(6), tau2=0.1)
    assert got.estimate == pytest.approx(float(np.mean(Y)))
    assert got.se == pytest.approx(float(np.std(Y, ddof=1)) / math.sqrt(6))
    assert got.df == pytest.approx(5)
    assert got.clusters == 6


def test_labels_are_only_labels() -> None:
    order = [3, 0, 5, 1, 4, 2]
    base = robust(Y, V, CLUSTER, tau2=0.02)
    got = robust([Y[i] for i in order], [V[i] for i in order], [f"sample {CLUSTER[i]}" for i in order], tau2=0.02)
    assert (got.estimate, got.se, got.df, got.p) == pytest.approx((base.estimate, base.se, base.df, base.p), rel=1e-12)


@pytest.mark.parametrize("c", [1e-6, 1e5])
def test_scale_equivariance(c: float) -> None:
    base = robust(Y, V, CLUSTER, tau2=0.02)
    got = robust([y * c for y in Y], [v * c * c for v in V], CLUSTER, tau2=0.02 * c * c)
    assert (got.estimate / c, got.se / c, got.df, got.p) == pytest.approx(
        (base.estimate, base.se, base.df, base.p), rel=1e-10
    )


def test_equal_effects_have_no_test() -> None:
    got = robust([0.5] * 4, [0.25] * 4, ["a", "a", "b", "b"], tau2=0.0)
    assert (got.se, got.p) == (0.0, None)


@pytest.mark.parametrize(
    ("cluster", "said"), [(["a"] * 6, "at least 2 clusters"), (["a", "b"], "2 cluster labels for 6 effects")]
)
def test_what_cannot_be_clustered_is_refused(cluster: list[str], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        robust(Y, V, cluster, tau2=0.0)
