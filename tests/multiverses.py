"""Candidate rows for tests of the multiverse: every number is invented for the test and stands nowhere else.

Never imported by the program.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from corpus.codebook import Design, SourceTier
from synthesis.multiverse.grid import Grid, read_grid
from synthesis.multiverse.rows import Row
from synthesis.pooling.pool import Method, Test


def row(sample: str, effect: str = "post", yi: float = 0.3, vi: float = 0.1, **changes: Any) -> Row:
    """One effect; the rule prefers by key, and ranks nothing else."""
    key = (sample, effect)
    facts: dict[str, Any] = {
        "study": sample,
        "effect": effect,
        "sample": sample,
        "outcome": effect,
        "yi": yi,
        "vi": vi,
        "n": 40,
        "design": Design.PARALLEL_RCT,
        "source": SourceTier.FULL_TEXT,
        "validity": None,
        "bias": (),
        "judged": False,
        "assumed": False,
        "change": False,
        "phase": 4,
        "in_question": True,
        "primary": False,
        "rank": ((1, 0), *key),
        "rank_without_choices": ((1, 0), *key),
        "tie": (1, 0),
    }
    return Row(**(facts | changes))


def grid(**axes: Sequence[str]) -> Grid:
    """A grid whose main analysis is REML with Hartung-Knapp."""
    return read_grid("test.toml", {axis: list(options) for axis, options in axes.items()}, Method.REML, Test.KNHA)


def many(samples: int, per_sample: int = 2, seed: int = 1) -> tuple[Row, ...]:
    """Samples with several effects each, of varied precision."""
    draw = np.random.default_rng(seed)
    return tuple(
        row(f"s{i:02}", f"e{j}", float(draw.normal(0.3, 0.4)), float(draw.uniform(0.02, 0.3)))
        for i in range(samples)
        for j in range(per_sample)
    )
