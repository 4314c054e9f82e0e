"""The command line as documented: every command answers --help with an example, fast imports stay late."""

import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = (
    *("init", "status", "check", "export", "effect", "pool", "harvest", "import", "dedupe"),
    *("synthesize", "build", "refresh", "desk", "serve"),
)
# What --help must never load: each costs a tenth of a second or more.
HEAVY = ("sympy", "pymare", "pandas", "scipy", "numpy", "sqlmodel", "sqlalchemy", "jinja2", "scrapy", "Bio", "yaml")


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "oxysynth", *arguments], capture_output=True, text=True, check=False, cwd=cwd
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example(command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0
    assert f"example: oxysynth {command}" in done.stdout


def test_the_list_of_commands_is_complete() -> None:
    done = run("--help")
    listed = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("    ") and line[4] != " "]
    assert tuple(name for name in listed if name != "COMMAND") == COMMANDS


def test_every_command_is_told_of_in_the_readme(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8") + (root / "CHANGELOG.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"`{command}`" in text or f"oxysynth {command}" in text, command


def test_help_loads_nothing_heavy() -> None:
    code = f"import sys, oxysynth\ntry: oxysynth.main(['--help'])\nexcept SystemExit: pass\nassert not set({HEAVY!r}) & set(sys.modules), set({HEAVY!r}) & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_pool_never_loads_sympy(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("yi,vi\n0.1,0.2\n0.3,0.1\n0.2,0.4\n")
    code = "import sys, oxysynth\nassert oxysynth.main(['pool', 'a.csv', '--json']) == 0\nassert 'sympy' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_wrong_usage_ends_with_code_2() -> None:
    for arguments in ((), ("no-such-command",), ("pool",), ("pool", "x.csv", "--method", "REMM")):
        done = run(*arguments)
        assert done.returncode == 2, arguments
        assert "Traceback" not in done.stderr
