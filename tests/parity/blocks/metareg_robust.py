"""``metareg``, cluster-robust: CR0, CR1, CR2, Hotelling's test and correlated effects for models with moderators.

Never answers for the other leaves of these models: the block of meta-regression does.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np

from synthesis.dependence.robust import cluster_robust
from synthesis.dependence.sandwich import Correction
from synthesis.dependence.weights import correlated_effects
from synthesis.pooling.pool import Method
from synthesis.regression.mixed import meta_regression
from tests.parity.blocks.cr2_uni import EXACT, hotelling_leaves, robust_leaves
from tests.parity.blocks.robumeta import weights_leaves
from tests.parity.comparing import Compared, Json, load

EXCLUDED: dict[str, str] = {}


def compare(name: str, content: Json) -> Iterator[Compared]:
    yield from _compared(name)


@cache
def _compared(name: str) -> tuple[Compared, ...]:
    content = load(name)
    data = content["data"]
    found: list[Compared] = []
    for key, model in content["expected"].get("metareg", {}).items():
        if "cr2_uni_REML" not in model:
            continue
        y, v = (np.array(data[column], dtype=float)[model["rows0"]] for column in ("yi", "vi"))
        cluster = [data["cluster"][row] for row in model["rows0"]]
        x, terms = np.array(model["X"], dtype=float), tuple(model["X_names"])
        tau2 = meta_regression(y, v, x, terms=terms, method=Method.REML).tau2
        path, want = ("metareg", key, "cr2_uni_REML"), model["cr2_uni_REML"]
        for correction in Correction:
            fit = cluster_robust(y, v + tau2, cluster, x=x, terms=terms, correction=correction)
            found += robust_leaves(path, fit, want)
            if correction is Correction.CR2:
                found += hotelling_leaves(path, fit, want["Wald_HTZ_all_moderators"])
        found.append(Compared((*path, "n_clusters"), fit.clusters, want["n_clusters"], EXACT))
        weights = correlated_effects(y, v, cluster, x=x, terms=terms)
        found += weights_leaves(("metareg", key, "robumeta_CORR"), weights, model["robumeta_CORR"])
    return tuple(found)
