"""Guards of the house plan: what must exist, what must never, and what the wheel must hold."""

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest


def test_site_is_never_a_package(root: Path) -> None:
    assert not (root / "site" / "__init__.py").exists()
    assert (root / "site" / "oxysite" / "__init__.py").exists()


def test_git_tracks_the_site_package(root: Path) -> None:
    tracked = subprocess.run(["git", "ls-files", "site/oxysite"], cwd=root, capture_output=True, text=True, check=True)
    assert "site/oxysite/build.py" in tracked.stdout
    assert "site/oxysite/templates/base.html" in tracked.stdout
    ignored = subprocess.run(["git", "check-ignore", "-q", "site/oxysite/build.py"], cwd=root, check=False)
    assert ignored.returncode == 1, "site/ must not be ignored: hatchling would leave it out of the wheel"


def test_only_the_standard_library_is_called_site() -> None:
    where = subprocess.run(
        [sys.executable, "-c", "import site; print(site.__file__)"], capture_output=True, text=True, check=True
    )
    assert "oxysite" not in where.stdout
    assert Path(where.stdout.strip()).name == "site.py"


def test_decisions_have_unique_numbers(root: Path) -> None:
    numbers = [path.name[:4] for path in (root / "docs" / "decisions").glob("*.md")]
    assert numbers
    assert len(numbers) == len(set(numbers))


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_tracked_file_of_the_packages(root: Path, wheel: Path) -> None:
    folders = {"harvest": "harvest", "corpus": "corpus", "synthesis": "synthesis", "site/oxysite": "oxysite"}
    listed = subprocess.run(
        ["git", "ls-files", *folders, "oxysynth.py"], cwd=root, capture_output=True, text=True, check=True
    )
    expected = {name.removeprefix("site/") for name in listed.stdout.splitlines()}
    held = set(zipfile.ZipFile(wheel).namelist())
    assert expected - held == set()
    for needed in (
        "corpus/migrations/env.py",
        "corpus/curated/reports.yaml",
        "oxysite/templates/base.html",
        "oxysynth.py",
    ):
        assert needed in held


def test_the_source_archive_is_complete(wheel: Path) -> None:
    archive = next(wheel.parent.glob("*.tar.gz"))
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    assert "site/oxysite/templates/base.html" in names
    assert "corpus/curated/reports.yaml" in names


def test_the_console_script_of_the_wheel_runs_elsewhere(wheel: Path, tmp_path: Path) -> None:
    # A second environment that sees this one's dependencies, but not this checkout.
    folder = tmp_path / "venv"
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    site_packages = next((folder / "lib").glob("python*")) / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site_packages)
    here = Path(sys.prefix)
    dependencies = next((here / "lib").glob("python*")) / "site-packages"
    runner = (
        "import sys; sys.path.append(sys.argv.pop(1)); import oxysynth; from pathlib import Path; "
        "assert 'site-packages' in oxysynth.__file__, oxysynth.__file__; sys.exit(oxysynth.main(sys.argv[1:]))"
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    python = str(folder / "bin" / "python")
    for command in (["init"], ["status", "--json"], ["build", "--out", "site"]):
        done = subprocess.run(
            [python, "-c", runner, str(dependencies), *command],
            cwd=elsewhere,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert (elsewhere / "site" / "index.html").exists()
