"""Many specifications at once beside metafor's loop, PyMARE's loop and PyMARE's two-dimensional fit: ratios of one run.

Never part of the tests: a machine's speed is not a property of the code. One thread everywhere, and processor time, so that
no side gains from other cores or loses by other work on the machine.
Usage: .venv/bin/python bench/multiverse.py [RUNS]      (needs Rscript with metafor for that rival; about two minutes)
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before numpy is imported: it reads them once

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from synthesis.batch.kernel import Batch, fit_batch
from synthesis.batch.resampling import bootstrap, permutation_test
from synthesis.pooling.pymare_import import pymare_estimators

SEED = 20_260_101
STUDIES, SPECIFICATIONS, SHARE = 40, 2_000, 0.7  # subsets of about 28 of 40 studies
CHECKED = 200  # specifications compared with metafor at a tight threshold
QUANTITIES = ("estimate", "se", "tau2", "p", "ci_low", "ci_high", "pi_low", "pi_high")

# The timed loop runs metafor as anyone would; the agreement is with thresholds scaled to the data, as metafor's default
# stops at an absolute 1e-5. Where the tight fit does not converge, damped steps do.
METAFOR = r"""
suppressMessages(library(metafor)); args <- commandArgs(TRUE)
d <- read.csv(args[1]); m <- as.matrix(read.csv(args[2], header = FALSE)) == 1; checked <- as.integer(args[4])
failed <- 0
spent <- function() sum(proc.time()[c("user.self", "sys.self")])
start <- spent()
for (i in seq_len(nrow(m))) { x <- try(predict(rma(yi, vi, data = d[m[i, ], ], test = "knha")), silent = TRUE)
  if (inherits(x, "try-error")) failed <- failed + 1 }
seconds <- spent() - start
tight <- function(dd) { s <- mean(dd$vi)
  for (step in c(1, 0.5, 0.25, 0.1)) { r <- try(suppressWarnings(rma(yi, vi, data = dd, test = "knha",
    control = list(threshold = 1e-14 * s, maxiter = 1e5, stepadj = step))), silent = TRUE); if (!inherits(r, "try-error")) return(r) }
  stop("no convergence") }
out <- t(sapply(seq_len(checked), function(i) { r <- tight(d[m[i, ], ]); p <- predict(r)
  c(r$beta, r$se, r$tau2, r$pval, r$ci.lb, r$ci.ub, p$pi.lb, p$pi.ub) }))
write.table(format(out, digits = 17), args[3], row.names = FALSE, col.names = FALSE, quote = FALSE)
cat(seconds, failed, "\n")
"""

Arrays = np.ndarray


def main(runs: int) -> int:
    rng = np.random.default_rng(SEED)
    y, v, mask = _specifications(rng, STUDIES, SPECIFICATIONS)
    print(
        f"REML, Hartung-Knapp and prediction interval of k = {mask.sum(axis=1).mean():.1f} on average. One thread, processor "
        f"time, medians of {runs} runs (the two loops run once)."
    )
    batch = fit_batch(y, v, mask)
    _pymare_import()
    ours, grouped = _together([lambda: fit_batch(y, v, mask), lambda: _pymare_grouped(y, v, mask)], runs)
    loop = _seconds(lambda: _pymare_loop(y, v, mask))
    metafor = _metafor(y, v, mask)
    print(f"\n{SPECIFICATIONS} specifications of {STUDIES} studies")
    print(f"  our kernel             {ours:8.4f} s")
    print(f"  PyMARE, 2-D by k       {grouped:8.4f} s  {grouped / ours:6.1f} × ours   (wanted: 3)")
    print(f"  PyMARE, loop           {loop:8.4f} s  {loop / ours:6.1f} × ours   (wanted: 100)")
    if metafor:
        seconds, failed, reference = metafor
        print(f"  metafor, loop          {seconds:8.4f} s  {seconds / ours:6.1f} × ours   (wanted: 150)")
        print(f"  metafor's default gave no result for {failed} of them")
        print(
            f"  worst difference from metafor at a tight threshold, {CHECKED} of them: {_worst(batch, reference):.1e}"
        )
    _many(y, v, rng)
    _resampling(y, v, runs)
    _growth(rng, runs)
    return 0


def _specifications(rng: np.random.Generator, studies: int, count: int) -> tuple[Arrays, Arrays, Arrays]:
    v = rng.gamma(2, 0.05, studies) + 0.005
    y = rng.normal(0.3, np.sqrt(v + 0.05))
    return y, v, rng.random((count, studies)) < SHARE


def _together(tasks: list[Callable[[], object]], runs: int) -> list[float]:
    """Medians of tasks run in turn, so that a drift of the machine falls on all of them."""
    times: list[list[float]] = [[] for _ in tasks]
    for _ in range(runs):
        for place, task in enumerate(tasks):
            times[place].append(_seconds(task))
    return [statistics.median(values) for values in times]


def _seconds(task: Callable[[], object]) -> float:
    start = time.process_time()
    task()
    return time.process_time() - start


def _pymare_import() -> None:
    _pymare(np.array([[0.1], [0.2], [0.4]]), np.full((3, 1), 0.1))


def _pymare(y: Arrays, v: Arrays) -> Arrays:
    """PyMARE's REML with Hartung-Knapp, and the half width of the prediction interval, which it lacks."""
    from scipy.special import stdtrit

    estimator = pymare_estimators().VarianceBasedLikelihoodEstimator(method="REML")
    summary = estimator.fit(y, v, np.ones((len(y), 1))).summary()
    fixed = summary.get_fe_stats()
    return np.asarray(-stdtrit(len(y) - 1, 0.025) * np.sqrt(fixed["se"] ** 2 + np.ravel(summary.tau2)))


def _pymare_loop(y: Arrays, v: Arrays, mask: Arrays) -> None:
    for row in mask:
        _pymare(y[row][:, None], v[row][:, None])


def _pymare_grouped(y: Arrays, v: Arrays, mask: Arrays) -> None:
    sizes = mask.sum(axis=1)
    for size in np.unique(sizes):
        columns = np.nonzero(mask[sizes == size])[1].reshape(-1, size)
        _pymare(np.ascontiguousarray(y[columns].T), np.ascontiguousarray(v[columns].T))


def _metafor(y: Arrays, v: Arrays, mask: Arrays) -> tuple[float, int, Arrays] | None:
    rscript = shutil.which("Rscript")
    if not rscript:
        print("No Rscript here: metafor is left out.")
        return None
    with tempfile.TemporaryDirectory() as folder:
        script, data, masks, out = (Path(folder) / name for name in ("loop.R", "data.csv", "masks.csv", "out.txt"))
        script.write_text(METAFOR, encoding="utf-8")
        data.write_text("yi,vi\n" + "".join(f"{a!r},{b!r}\n" for a, b in zip(y.tolist(), v.tolist(), strict=True)))
        np.savetxt(masks, mask, fmt="%d", delimiter=",")
        command = [rscript, str(script), str(data), str(masks), str(out), str(CHECKED)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        return float(printed[0]), int(printed[1]), np.loadtxt(out)


def _worst(batch: Batch, reference: Arrays) -> float:
    got = np.stack([getattr(batch, name)[:CHECKED] for name in QUANTITIES], axis=1)
    return float(np.abs(got - reference).max())


def _many(y: Arrays, v: Arrays, rng: np.random.Generator) -> None:
    mask = rng.random((100_000, STUDIES)) < SHARE
    seconds = _seconds(lambda: fit_batch(y, v, mask))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"\n100,000 specifications   {seconds:8.2f} s (wanted: 6); this process peaked at {peak:.2f} GB (wanted: 1)")


def _resampling(y: Arrays, v: Arrays, runs: int) -> None:
    boot, flips = _together(
        [
            lambda: bootstrap(y, v, resamples=10_000, seed=SEED),
            lambda: permutation_test(y, v, iterations=5_000, seed=SEED),
        ],
        runs,
    )
    print(f"10,000 bootstraps of {STUDIES}   {boot:8.3f} s (wanted: 1)")
    print(f" 5,000 permutations of {STUDIES} {flips:8.3f} s (wanted: 1)")


def _growth(rng: np.random.Generator, runs: int) -> None:
    print("\nmicroseconds per specification, by number of specifications and studies")
    counts, studies = (100, 1_000, 10_000), (10, 20, 40, 80, 160)
    print("specifications" + "".join(f"{f'K = {k}':>10}" for k in studies))
    for count in counts:
        cells = []
        for k in studies:
            y, v, mask = _specifications(rng, k, count)
            mask[:, :2] = True
            (seconds,) = _together([lambda y=y, v=v, mask=mask: fit_batch(y, v, mask)], runs)
            cells.append(f"{1e6 * seconds / count:10.1f}")
        print(f"{count:14,}" + "".join(cells))


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
