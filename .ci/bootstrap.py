"""Makes a virtual environment that holds exactly a lock file, plus this project in editable form.

Never needs ensurepip, root rights or a system pip: pip comes from the wheel beside this file (see docs/decisions/0002).
Usage: python3 .ci/bootstrap.py VENV LOCKFILE
"""

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

PIP = Path(__file__).resolve().parent / "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


def main(folder: Path, lock: Path) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036  # the one file that runs before the right Python is known
        print(
            f"OxySynth needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}. "
            "Try: make PYTHON=python3.12",
            file=sys.stderr,
        )
        return 2
    if hashlib.sha256(PIP.read_bytes()).hexdigest() != PIP_SHA256:
        print(f"{PIP.name} is not the file that was committed; restore it with: git checkout .ci", file=sys.stderr)
        return 2
    python = folder / "bin" / "python"
    if not python.exists():
        venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    pip = [str(python), str(PIP / "pip"), "--disable-pip-version-check", "install", "--quiet"]
    print(f"Installing {lock} into {folder} (some minutes the first time) …", file=sys.stderr)
    for arguments in (
        ["--require-hashes", "-r", str(lock)],
        ["--no-deps", "--no-build-isolation", "--editable", "."],
    ):
        done = subprocess.run(pip + arguments, check=False)
        if done.returncode:
            print(
                f"The setup stopped (pip ended with {done.returncode}); nothing else was changed. "
                "Check the network and the free disk space, then run the same command again.",
                file=sys.stderr,
            )
            return done.returncode
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2])))
