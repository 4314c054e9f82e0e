"""The real R with metafor, run now: same CSV in, same numbers out.

Debian's metafor 3.8 stops REML at 1e-5 unless told otherwise, so its control is tightened; see validation/metafor.
"""

import csv
import json
import subprocess
from pathlib import Path

import pytest

import oxysynth
from synthesis.pool_csv import pool_file

SCRIPT = """
suppressMessages(library(metafor)); library(jsonlite)
arguments <- commandArgs(trailingOnly = TRUE)
dat <- read.csv(arguments[1])
fit <- rma(yi, vi, data = dat, method = arguments[2], test = arguments[3], control = list(threshold = 1e-12, tol = 1e-14, maxiter = 10000))
pred <- predict(fit)
cat(toJSON(list(estimate = c(fit$beta), se = fit$se, p = fit$pval, ci = c(fit$ci.lb, fit$ci.ub), pi = c(pred$pi.lb, pred$pi.ub),
  tau2 = fit$tau2, i2 = fit$I2, h2 = fit$H2, q = fit$QE, q_p = fit$QEp), auto_unbox = TRUE, digits = NA))
"""
# Observed worst over the files below: 2e-9 (REML, ML: metafor's own threshold), 1e-13 (DL).
TOLERANCE = 1e-6


def compare(rscript: str, path: Path, method: str, test: str, folder: Path) -> None:
    script = folder / "fit.R"
    script.write_text(SCRIPT)
    r_test = "knha" if test == "knha" else "z"
    done = subprocess.run(
        [rscript, str(script), str(path), method, r_test], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout)
    ours = pool_file(path, method=method, test=test)
    for key, value in theirs.items():
        assert ours[key] == pytest.approx(value, rel=TOLERANCE, abs=1e-9), key


@pytest.mark.parametrize(
    ("method", "test"), [("REML", "knha"), ("REML", "z"), ("ML", "knha"), ("DL", "knha"), ("PM", "knha")]
)
def test_a_data_set_of_the_oracle(rscript: str, shared: Path, tmp_path: Path, method: str, test: str) -> None:
    data = json.loads((shared / "oracle" / "dat.bcg.json").read_text())["data"]
    path = tmp_path / "bcg.csv"
    with path.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["yi", "vi"])
        writer.writerows([repr(y), repr(v)] for y, v in zip(data["yi"], data["vi"], strict=True))
    compare(rscript, path, method, test, tmp_path)


def test_the_published_csv_of_the_first_question(
    rscript: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a reader downloads and gives to metafor is what the page says."""
    environ = {"OXYSYNTH_DATABASE": f"sqlite:///{tmp_path / 'corpus.sqlite'}"}
    assert oxysynth.main(["init"], environ) == 0
    capsys.readouterr()
    assert oxysynth.main(["synthesize", "ot-augmented-symptoms", "--json"], environ) == 0
    answer = json.loads(capsys.readouterr().out)[0]
    path = tmp_path / "q1.csv"
    with path.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["yi", "vi"])
        writer.writerows([repr(row["yi"]), repr(row["vi"])] for row in answer["tier_a"])
    compare(rscript, path, "REML", "knha", tmp_path)
    assert pool_file(path)["estimate"] == answer["pooled"]["estimate"]
