"""What ships for running once a week: checked as far as a machine allows."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import absent
from tests.harvest.running import Program
from tests.servers.works import works
from tests.servers.world import world

KNOWN_STEPS = {"uses", "with", "name", "run", "if", "id", "env"}


@pytest.fixture
def workflow(root: Path) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load((root / ".github" / "workflows" / "refresh.yml").read_text(encoding="utf-8"))
    return found


def test_the_workflow_runs_weekly_once_at_a_time_and_may_do_little(workflow: dict[Any, Any]) -> None:
    triggers = workflow[True]  # YAML 1.1 reads `on` as a truth value
    assert triggers["schedule"] == [{"cron": "17 4 * * 1"}]
    assert workflow["concurrency"] == {"group": "refresh", "cancel-in-progress": False}
    assert workflow["permissions"] == {"contents": "read", "pages": "write", "id-token": "write"}
    (job,) = workflow["jobs"].values()
    assert all(set(step) <= KNOWN_STEPS and ("uses" in step) != ("run" in step) for step in job["steps"])
    assert all(re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", step["uses"]) for step in job["steps"] if "uses" in step)


def test_the_workflow_remembers_the_harvest_between_runs(workflow: dict[Any, Any]) -> None:
    (job,) = workflow["jobs"].values()
    uses = [step.get("uses", "").partition("@")[0] for step in job["steps"]]
    restore, save = uses.index("actions/cache/restore"), uses.index("actions/cache/save")
    run = next(place for place, step in enumerate(job["steps"]) if "run" in step)
    assert restore < run < save
    assert job["steps"][restore]["with"]["path"] == job["steps"][save]["with"]["path"] == "oxysynth.sqlite"
    assert job["steps"][save]["if"] == "always()"


@pytest.mark.parametrize(
    "down", [False, pytest.param(True, marks=pytest.mark.whole("the weekly workflow without a source"))]
)
def test_the_steps_of_the_workflow_run(
    workflow: dict[Any, Any], root: Path, few: Path, tmp_path: Path, down: bool
) -> None:
    """`run:` steps in a copy of the checkout, with a few studies, against local servers or none: the site is there either way."""
    (job,) = workflow["jobs"].values()
    (script,) = [step["run"] for step in job["steps"] if "run" in step]
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True).stdout
    for name in filter(None, tracked.decode().split("\0")):
        if not name.startswith(("docs/", "validation/", "tests/")) and (root / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, tmp_path / name)
    shutil.rmtree(tmp_path / "corpus/curated/studies")
    shutil.copytree(few, tmp_path / "corpus/curated", dirs_exist_ok=True)
    (tmp_path / ".venv").symlink_to(root / ".venv")  # the packages of the lock file are there already
    made = works(40, since=_day(2015), until=_day(2026))
    with world(made) as server:
        program = Program(f"sqlite:///{tmp_path / 'oxysynth.sqlite'}", None if down else server, tmp_path)
        done = subprocess.run(
            ["bash", "-e", "-c", script.replace("make refresh", "make -o .venv/.ready refresh")],
            cwd=tmp_path,
            env={**program.environment, "PATH": f"{root / '.venv' / 'bin'}:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "build" / "site" / "updates.html").read_text(encoding="utf-8")
    assert ("no source answered" in page) is down


def test_systemd_takes_the_units(root: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        absent("systemd-analyze")
    for name in ("oxysynth.service", "oxysynth.timer"):
        text = (root / "docs" / "deploy" / name).read_text(encoding="utf-8")
        # Its programme is not installed here, and its user does not exist: everything else is as shipped.
        (tmp_path / name).write_text(text.replace("/srv/oxysynth/.venv/bin/oxysynth", "/bin/true"), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "oxysynth.service"), str(tmp_path / "oxysynth.timer")],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in done.stderr.splitlines() if "oxysynth" in line and "/srv/oxysynth" not in line]
    assert (done.returncode, complaints) == (0, [])
    when = re.search(r"OnCalendar=(.+)", (root / "docs" / "deploy" / "oxysynth.timer").read_text(encoding="utf-8"))
    assert when
    calendar = subprocess.run(["systemd-analyze", "calendar", when[1]], capture_output=True, text=True, check=False)
    assert calendar.returncode == 0, calendar.stderr


def test_the_line_of_cron_runs_the_command_with_its_settings(root: Path, tmp_path: Path) -> None:
    lines = (root / "docs" / "deploy" / "oxysynth.cron").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line and not line.startswith(("#", "SHELL="))]
    *when, user, command = line.split(maxsplit=6)
    assert (when, user) == (["17", "4", "*", "*", "1"], "oxysynth")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    stand_in = tmp_path / ".venv" / "bin" / "oxysynth"
    stand_in.write_text('#!/bin/sh\necho "$OXYSYNTH_EMAIL $*"\n', encoding="utf-8")
    stand_in.chmod(0o755)
    (tmp_path / "oxysynth.env").write_text("OXYSYNTH_EMAIL=a@example.org\n", encoding="utf-8")
    here = command.replace("/srv/oxysynth", str(tmp_path)).replace("/etc/oxysynth.env", str(tmp_path / "oxysynth.env"))
    done = subprocess.run(["/bin/sh", "-c", here], capture_output=True, text=True, check=True, env={"PATH": "/bin"})
    assert done.stdout == "a@example.org refresh --out build/site\n"


def _day(year: int) -> Any:
    from datetime import date

    return date(year, 11, 1)
