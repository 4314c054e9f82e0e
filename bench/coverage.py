"""How often the intervals hold what they promise, by simulation: writes the table in docs/coverage.md.

Never part of the tests, and never drawn anew by chance: every cell has its own fixed seed.
Usage: .venv/bin/python bench/coverage.py [SCALE]      (SCALE 1 by default, two to three minutes; 0.1 for a quick look)
"""

import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import ndtr, stdtrit

from synthesis.batch.kernel import Batch, fit_batch
from synthesis.dependence.robust import robust
from synthesis.pooling.pool import Method, Test

PAGE = Path(__file__).resolve().parent.parent / "docs" / "coverage.md"
SEED = 20_260_102
LEVEL, MEAN = 0.95, 0.3
STUDIES = (5, 10, 20)
TAU2 = (0.0, 0.02, 0.1)
INDEPENDENT, CLUSTERED = 40_000, 10_000  # simulated reviews per cell at SCALE 1
SMALLEST_ARM, LARGEST_ARM = 10, 60  # people per arm, drawn evenly; the sampling variance of a d is about 2 / n
EFFECTS = (1, 5)  # effects per study with dependence, drawn evenly
CORRELATION = 0.6  # of the sampling errors of one study's effects
WITHIN = 0.25  # variance of true effects within a study, as a share of tau²

Arrays = np.ndarray

HEAD = """# Do the intervals hold what they promise?

Coverage of 95 % intervals in simulated reviews, in percent, with the Monte-Carlo standard error in brackets. Written by
`bench/coverage.py` (fixed seeds); do not edit it by hand.

Each simulated review has *k* studies with {small} to {large} people per arm (drawn evenly; sampling variance 2/n, as of a
standardised mean difference near 0, taken as known) and true effects from a normal distribution with mean {mean} and
variance τ². With these studies τ² = {tau2s} is an I² of about {i2s} %. τ² is estimated by REML.
"""

INDEPENDENT_HEAD = """
## The mean, and a new study: independent effects

{reviews:,} reviews per row. *Wald* is the normal interval, *Hartung-Knapp* uses t (k − 1), *floored* is Hartung-Knapp with
a variance never below Wald's. Prediction intervals should hold the true effect of a new study; for each review that
chance is computed, not drawn. *PI, k − 1* is metafor's with Hartung-Knapp and the default here; *PI, k − 2* is the same with
t (k − 2); *PI, HTS* is that of Higgins, Thompson and Spiegelhalter (2009): Wald variance with t (k − 2).

| k | τ² | Wald | Hartung-Knapp | floored | PI, k − 1 | PI, k − 2 | PI, HTS |
|--:|---:|-----:|--------------:|--------:|----------:|----------:|--------:|
"""

CLUSTERED_HEAD = """
## The mean: dependent effects

{reviews:,} reviews per row. *k* studies with {fewest} to {most} effects each, whose sampling errors correlate {rho}; true effects
vary by τ² between studies and by a quarter of that within them. *Ignored* is Hartung-Knapp on all effects as if they
were independent; *CR2* is the cluster-robust interval with Satterthwaite's degrees of freedom (CR2 by study, weights
1/(v + τ²)). The last column is the median of those degrees of freedom.

| k | τ² | ignored | CR2 | median df |
|--:|---:|--------:|----:|----------:|
"""

READING = """
## How to read it

- **The mean.** Hartung-Knapp and CR2 stay near 95 % from five studies on; the normal interval falls short the
  more the studies differ, and the floor under Hartung-Knapp errs to the safe side where they do not. Dependent effects
  pooled as if they were independent fall far short at every k, and more studies do not help.
- **A new study.** A prediction interval is only as good as the estimate of τ², and as soon as studies differ it falls short, with
  twenty studies too: a small τ² is often estimated as 0. Only that of HTS at k = 5 and a small τ² is wide enough. One
  degree of freedom less helps at k = 5 and hardly beyond. At τ² = 0 a new study has the effect of all others, and there the
  interval of the mean is enough.
- The variances are known here and the effects normal. Neither is quite so in practice.
"""


@dataclass(frozen=True, slots=True)
class Share:
    """A coverage with its Monte-Carlo standard error, from one probability (or 0 and 1) per simulated review."""

    mean: float
    error: float

    @classmethod
    def of(cls, held: Arrays) -> "Share":
        return cls(float(held.mean()), float(held.std()) / math.sqrt(len(held)))

    def __str__(self) -> str:
        return f"{100 * self.mean:.1f} ({100 * self.error:.1f})"


def main(scale: float) -> int:
    start = time.perf_counter()
    reviews, clustered = round(INDEPENDENT * scale), round(CLUSTERED * scale)
    page = HEAD.format(
        small=SMALLEST_ARM,
        large=LARGEST_ARM,
        mean=MEAN,
        tau2s=", ".join(f"{tau2:g}" for tau2 in TAU2),
        i2s=", ".join(f"{100 * tau2 / (tau2 + _typical()):.0f}" for tau2 in TAU2),
    )
    page += INDEPENDENT_HEAD.format(reviews=reviews) + "".join(_independent(reviews))
    page += CLUSTERED_HEAD.format(reviews=clustered, fewest=EFFECTS[0], most=EFFECTS[1], rho=CORRELATION)
    page += "".join(_clustered(clustered)) + READING
    if scale == 1:
        PAGE.write_text(page, encoding="utf-8")
    else:
        print(page)
    print(f"{time.perf_counter() - start:.0f} s" + (f"; wrote {PAGE.name}" if scale == 1 else "; nothing written"))
    return 0


def _typical() -> float:
    """Harmonic mean of the sampling variances."""
    return 2 / float(np.mean(np.arange(SMALLEST_ARM, LARGEST_ARM + 1)))


def _independent(reviews: int) -> Iterator[str]:
    for place, (k, tau2) in enumerate((k, tau2) for k in STUDIES for tau2 in TAU2):
        rng = np.random.default_rng([SEED, 1, place])
        v = 2 / rng.integers(SMALLEST_ARM, LARGEST_ARM + 1, (reviews, k))
        y = rng.normal(MEAN, np.sqrt(v + tau2))
        wald = fit_batch(y, v, method=Method.REML, test=Test.Z, level=LEVEL)
        knha = fit_batch(y, v, method=Method.REML, test=Test.KNHA, level=LEVEL)
        floored = _half(k - 1) * np.maximum(wald.se, knha.se)
        shares = [
            _holds(wald.ci_low, wald.ci_high),
            _holds(knha.ci_low, knha.ci_high),
            _holds(knha.estimate - floored, knha.estimate + floored),
            _foresees(knha, knha.se, k - 1, tau2),
            _foresees(knha, knha.se, k - 2, tau2),
            _foresees(wald, wald.se, k - 2, tau2),
        ]
        yield f"| {k} | {tau2:g} | " + " | ".join(str(Share.of(share)) for share in shares) + " |\n"


def _clustered(reviews: int) -> Iterator[str]:
    for place, (k, tau2) in enumerate((k, tau2) for k in STUDIES for tau2 in TAU2):
        rng = np.random.default_rng([SEED, 2, place])
        most = EFFECTS[1]
        study = np.repeat(np.arange(k), most)
        mask = (np.arange(most) < rng.integers(EFFECTS[0], most + 1, (reviews, k))[..., None]).reshape(reviews, -1)
        v = np.repeat(2 / rng.integers(SMALLEST_ARM, LARGEST_ARM + 1, (reviews, k)), most, axis=1)
        shared = np.repeat(rng.normal(size=(reviews, k)), most, axis=1)
        errors = math.sqrt(CORRELATION) * shared + math.sqrt(1 - CORRELATION) * rng.normal(size=v.shape)
        between = np.repeat(rng.normal(0, math.sqrt(tau2), (reviews, k)), most, axis=1)
        y = MEAN + between + rng.normal(0, math.sqrt(WITHIN * tau2), v.shape) + np.sqrt(v) * errors
        ignored = fit_batch(y, v, mask, method=Method.REML, test=Test.KNHA, level=LEVEL)
        held, df = np.empty(reviews), np.empty(reviews)
        for review in range(reviews):
            used = mask[review]
            fit = robust(
                y[review, used], v[review, used], study[used].tolist(), tau2=float(ignored.tau2[review]), level=LEVEL
            )
            held[review], df[review] = fit.ci[0] <= MEAN <= fit.ci[1], fit.df
        shares = [Share.of(_holds(ignored.ci_low, ignored.ci_high)), Share.of(held)]
        yield f"| {k} | {tau2:g} | " + " | ".join(map(str, shares)) + f" | {np.median(df):.1f} |\n"


def _holds(low: Arrays, high: Arrays) -> Arrays:
    return ((low <= MEAN) & (high >= MEAN)).astype(np.float64)


def _foresees(batch: Batch, se: Arrays, df: int, tau2: float) -> Arrays:
    """The chance that the prediction interval holds the true effect of a new study, review by review."""
    half = _half(df) * np.sqrt(batch.tau2 + se**2)
    low, high = batch.estimate - half, batch.estimate + half
    if tau2 == 0:
        return _holds(low, high)
    return np.asarray(ndtr((high - MEAN) / math.sqrt(tau2)) - ndtr((low - MEAN) / math.sqrt(tau2)))


def _half(df: int) -> float:
    return -float(stdtrit(df, (1 - LEVEL) / 2))


if __name__ == "__main__":
    raise SystemExit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
