"""Models of dependent effects beside metafor and clubSandwich: medians, ratios, agreement and growth, in one run.

Never part of the tests: a machine's speed is not a property of the code.
Usage: .venv/bin/python bench/dependence.py [RUNS]      (needs Rscript with metafor and clubSandwich for the rivals)
"""

import csv
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from synthesis.dependence.che import CorrelatedHierarchical, correlated_hierarchical
from synthesis.dependence.multilevel import Multilevel, multilevel

SEED = 20260902
RHO = 0.6
SIZES = (100, 1_000, 10_000, 100_000)  # effects, five to a study
BOUNDARY = 1e-6  # a variance at its boundary is 0 here and some 1e-11 there: smaller numbers are compared absolutely
SLOW_RUNS = 1  # of the rival that takes seconds
# Each prints a line of name, median seconds, and the numbers to agree on; the optimizer is tightened only for these.
RIVALS = """
suppressMessages({{library(metafor); library(clubSandwich)}})
clock <- function(f, runs) median(sapply(seq_len(runs), function(i) system.time(f())[["elapsed"]]))
say <- function(name, seconds, ...) cat(name, sprintf("%.17g", c(seconds, ...)), "\\n")
tight <- list(rel.tol = 1e-10, iter.max = 1000, eval.max = 2000)
d <- read.csv("{small}")
d$effect <- seq_len(nrow(d))
three <- function(...) rma.mv(yi, vi, random = ~ 1 | study/effect, data = d, ...)
seconds <- clock(function() three(), {runs})
r <- three(control = tight)
say("three_level", seconds, r$beta, r$se, r$sigma2)
d <- read.csv("{large}")
d$effect <- seq_len(nrow(d))
che <- function(...) {{
  V <- vcalc(vi, cluster = study, obs = effect, rho = {rho}, data = d)
  r <- rma.mv(yi, V, random = ~ 1 | study/effect, data = d, sparse = TRUE, ...)
  list(r, coef_test(r, vcov = "CR2", cluster = d$study))
}}
seconds <- clock(function() che(), {slow})
r <- che(control = tight)
say("che", seconds, r[[2]]$beta, r[[2]]$SE, r[[2]]$df, r[[1]]$sigma2)
"""

Review = tuple[list[float], list[float], list[int]]


def main(runs: int) -> int:
    small, large = _review(100), _review(1_000)
    fits: dict[str, Callable[[], Multilevel | CorrelatedHierarchical]] = {
        "three_level": lambda: _three_level(small),
        "che": lambda: correlated_hierarchical(*large, rho=RHO),
    }
    ours = {name: _median(fit, runs) for name, fit in fits.items()}
    rivals = _rivals(small, large, runs) if shutil.which("Rscript") else {}
    labels = {
        "three_level": "three-level REML, 100 effects in 20 studies",
        "che": "CHE with CR2, 1,000 effects in 200 studies",
    }
    for name, fit in fits.items():
        line = f"{labels[name]:45} {1000 * ours[name]:8.1f} ms"
        if name in rivals:
            seconds, *want = rivals[name]
            worst = max(abs(g - w) / max(abs(w), BOUNDARY) for g, w in zip(_numbers(fit()), want, strict=True))
            line += (
                f"   metafor {1000 * seconds:8.1f} ms   {seconds / ours[name]:6.1f} x   worst difference {worst:.1e}"
            )
        print(line)
    for k in SIZES:
        review = _review(k)
        few = max(1, runs if k <= 1_000 else runs // 5)
        one, other = (
            _median(partial(_three_level, review), few),
            _median(partial(correlated_hierarchical, *review, rho=RHO), few),
        )
        print(f"growth: {k:7,d} effects   three-level {1000 * one:8.1f} ms   CHE with CR2 {1000 * other:8.1f} ms")
    return 0


def _review(k: int) -> Review:
    """Effects of five to a study on average, with heterogeneity between and within."""
    rng = np.random.default_rng(SEED)
    studies = k // 5
    study = np.sort(np.concatenate([np.arange(studies), rng.integers(0, studies, k - studies)]))
    v = rng.uniform(0.02, 0.2, k)
    shared = rng.normal(0, 1, studies)[study] * np.sqrt(RHO)
    errors = np.sqrt(v) * (shared + rng.normal(0, np.sqrt(1 - RHO), k))
    y = 0.3 + rng.normal(0, 0.3, studies)[study] + rng.normal(0, 0.2, k) + errors
    return y.tolist(), v.tolist(), study.tolist()


def _three_level(review: Review) -> Multilevel:
    y, v, study = review
    return multilevel(y, v, [study, range(len(y))])


def _numbers(fit: Multilevel | CorrelatedHierarchical) -> list[float]:
    """What both sides report: estimate, standard error, degrees of freedom where robust, variances."""
    if isinstance(fit, Multilevel):
        found = [fit.terms[0].estimate, fit.terms[0].se, *fit.sigma2]
    else:
        term = fit.robust.terms[0] if fit.robust else None
        found = [*((term.estimate, term.se, term.df) if term else ()), *fit.model.sigma2]
    return [float("nan") if number is None else number for number in found]


def _median(call: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _rivals(small: Review, large: Review, runs: int) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for name, review in (("small", small), ("large", large)):
            files[name] = Path(folder) / f"{name}.csv"
            with files[name].open("w", newline="", encoding="utf-8") as handle:
                csv.writer(handle).writerows([("yi", "vi", "study"), *zip(*review, strict=True)])
        script = Path(folder) / "rivals.R"
        script.write_text(RIVALS.format(**files, runs=runs, slow=SLOW_RUNS, rho=RHO), encoding="utf-8")
        done = subprocess.run(["Rscript", str(script)], check=True, stdout=subprocess.PIPE, text=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    return {line[0]: [float(number) for number in line[1:]] for line in lines if line}


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
