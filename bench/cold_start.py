"""Cold starts of the commands a person waits for, beside metafor doing the same: medians and ratios of one run.

Never part of the tests: a machine's speed is not a property of the code.
Usage: .venv/bin/python bench/cold_start.py [RUNS]      (needs Rscript with metafor for the rival)
"""

import csv
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Thirteen trials of BCG vaccine (Colditz et al. 1994), log risk ratios and variances rounded for this bench.
BCG = (
    (-0.889, 0.326),
    (-1.585, 0.195),
    (-1.348, 0.415),
    (-1.442, 0.02),
    (-0.218, 0.051),
    (-0.786, 0.007),
    (-1.621, 0.223),
    (0.012, 0.004),
    (-0.469, 0.056),
    (-1.371, 0.073),
    (-0.339, 0.012),
    (0.446, 0.533),
    (-0.017, 0.071),
)
METAFOR = (
    "suppressMessages(library(metafor)); d <- read.csv('{file}'); print(predict(rma(yi, vi, data = d, test = 'knha')))"
)


def main(runs: int) -> int:
    oxysynth = str(Path(sys.executable).parent / "oxysynth")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bcg.csv"
        with file.open("w", newline="", encoding="utf-8") as handle:
            csv.writer(handle).writerows([("yi", "vi"), *BCG])
        environ = {"OXYSYNTH_DATABASE": f"sqlite:///{folder}/bench.sqlite", "PATH": "/usr/bin:/bin"}
        subprocess.run([oxysynth, "init"], check=True, capture_output=True, env=environ)
        commands = {
            "oxysynth --help": [oxysynth, "--help"],
            "oxysynth pool": [oxysynth, "pool", str(file), "--json"],
            "oxysynth build": [oxysynth, "build", "--out", f"{folder}/site"],
        }
        rscript = shutil.which("Rscript")
        if rscript:
            commands["metafor rma"] = [rscript, "-e", METAFOR.format(file=file)]
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):  # in turn, so that a drift of the machine falls on all of them
            for name, command in commands.items():
                start = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True, env=environ)
                times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(values) for name, values in times.items()}
    rival = medians.get("metafor rma")
    for name, median in medians.items():
        ratio = f"  {median / rival:5.2f} × metafor" if rival else ""
        print(f"{name:18} median {median:6.3f} s (min {min(times[name]):.3f}, max {max(times[name]):.3f}){ratio}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
