"""Exact permutation tests of the mean: all sign flips with a refit, against metafor's permutest.

Never compares sampled p-values: they depend on the generator.
"""

from collections.abc import Iterator

from synthesis.batch.resampling import permutation_test
from synthesis.pooling.pool import Method, Test
from tests.parity.comparing import Compared, Json, Rule

EXCLUDED = {"permutest_exact/note": "a sentence on how the reference was made"}

P = Rule(1e-12)  # counts of 2^k: equal to the last bit in all sets
COUNT = Rule(0.0)


def compare(name: str, content: Json) -> Iterator[Compared]:
    block = content["expected"].get("permutest_exact", {})
    for method in (Method.FE, Method.DL, Method.REML):
        if method not in block or "error" in block[method]:
            continue
        y, v = content["data"]["yi"], content["data"]["vi"]
        got = permutation_test(y, v, method=method, test=Test.Z, iterations=2 ** len(y), seed=0)
        yield Compared(("permutest_exact", method, "pval"), got.p, block[method]["pval"], P)
        yield Compared(("permutest_exact", method, "n"), got.permutations, block[method]["n"], COUNT)
