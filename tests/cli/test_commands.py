"""The commands as a user runs them: JSON on stdout, one clear line for each mistake, nothing changed by a failure."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import oxysynth


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment whose database holds the curated corpus."""
    folder = tmp_path_factory.mktemp("corpus")
    environ = {"OXYSYNTH_DATABASE": f"sqlite:///{folder / 'oxysynth.sqlite'}"}
    assert oxysynth.main(["init"], environ) == 0
    return environ


@pytest.fixture(scope="module")
def small(few: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment whose database holds a few studies: building from it is quick."""
    folder = tmp_path_factory.mktemp("small")
    environ = {"OXYSYNTH_DATABASE": f"sqlite:///{folder / 'oxysynth.sqlite'}"}
    assert oxysynth.main(["init", "--curated", str(few)], environ) == 0
    return environ


def run(capsys: pytest.CaptureFixture[str], environ: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    code = oxysynth.main(arguments, environ)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def one_line(text: str) -> bool:
    return text.startswith("oxysynth: ") and text.count("\n") == 1 and "Traceback" not in text


def test_the_worked_example_of_the_issue(capsys: pytest.CaptureFixture[str]) -> None:
    values = ("m1=62.16", "sd1=37.41", "n1=12", "m2=52.30", "sd2=21.30", "n2=13")
    pairs = [word for value in values for word in ("--set", value)]
    code, out, _ = run(capsys, {}, "effect", "two-groups", *pairs, "--json")
    document = json.loads(out)
    assert code == 0
    assert document["yi"] == pytest.approx(0.3168, abs=5e-5)
    assert document["vi"] == pytest.approx(0.1623, abs=5e-5)
    assert "exact" in document["formula"]
    assert set(document) == {"measure", "yi", "vi", "formula", "reference", "inputs", "assumptions"}


def test_effect_mistakes_are_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ("effect", "no-such-kind"),
        ("effect", "two-groups"),
        ("effect", "two-groups", "--set", "m1"),
        ("effect", "correlation", "--set", "r=2", "--set", "n=20"),
        ("effect", "correlation", "--set", "r=nan", "--set", "n=20"),
        ("effect", "correlation", "--set", "r=0.2", "--set", "n=twenty"),
    ):
        code, out, err = run(capsys, {}, *arguments)
        assert (code, out) == (2, ""), arguments
        assert one_line(err), err


def test_pool_prints_the_contract(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "studies.csv"
    path.write_text("yi,vi,sample\n0.1,0.2,a\n0.3,0.1,a\n0.2,0.4,b\n0.9,0.1,c\n")
    code, out, err = run(capsys, {}, "pool", str(path), "--cluster", "sample", "--influence", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    keys = [
        "k",
        "method",
        "test",
        "estimate",
        "se",
        "statistic",
        "df",
        "p",
        "ci",
        "pi",
        "tau2",
        "tau2_ci",
        "i2",
        "h2",
        "q",
        "q_df",
        "q_p",
    ]
    assert set(keys) <= set(document)
    assert set(document["robust"]) == {"estimate", "se", "df", "p", "ci", "clusters"}
    assert set(document["influence"]) == {"leave_one_out", "cook_d", "hat", "rstudent", "dffits"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("yi,vi\n0.1,abc\n", "abc"),
        ("yi,vi\n0.1,0\n0.2,0.1\n", "vi"),
        ("yi,vi\n0.1,-0.2\n0.2,0.1\n", "-0.2"),
        ("yi,vi\nNaN,0.2\n0.2,0.1\n", "NaN"),
        ("yi,vi\n,0.2\n0.2,0.1\n", "yi"),
        ("a,b\n1,2\n", "yi"),
        ("", "empty"),
        ("yi,vi\n", "no rows"),
    ],
)
def test_pool_refuses_bad_files_in_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text)
    code, out, err = run(capsys, {}, "pool", str(path), "--json")
    assert (code, out) == (2, "")
    assert one_line(err), err
    assert "bad.csv" in err
    assert words in err


def test_pool_of_one_row_is_honest(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("yi,vi\n0.4,0.04\n")
    code, out, _ = run(capsys, {}, "pool", str(path), "--json")
    document = json.loads(out)
    assert (code, document["k"], document["estimate"], document["se"]) == (0, 1, 0.4, 0.2)
    assert document["tau2"] is None
    assert document["pi"] is None


def test_status_counts_what_init_built(capsys: pytest.CaptureFixture[str], built: dict[str, str]) -> None:
    code, out, _ = run(capsys, built, "status", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["studies"] >= 30
    assert document["audit"]["intact"] is True


def test_a_second_init_changes_nothing(capsys: pytest.CaptureFixture[str], built: dict[str, str]) -> None:
    _, before, _ = run(capsys, built, "status", "--json")
    _, out, _ = run(capsys, built, "init", "--json")
    _, after, _ = run(capsys, built, "status", "--json")
    assert json.loads(out)["changed"] == "nothing"
    assert before == after


def test_export_gives_the_curated_files_byte_for_byte(
    capsys: pytest.CaptureFixture[str], built: dict[str, str], root: Path, tmp_path: Path
) -> None:
    code, _, _ = run(capsys, built, "export", "--format", "yaml", "--out", str(tmp_path / "out"))
    assert code == 0
    curated = root / "corpus" / "curated"
    names = {path.relative_to(curated) for path in curated.rglob("*.yaml")}
    assert names == {path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*.yaml")}
    for name in names:
        assert (curated / name).read_bytes() == (tmp_path / "out" / name).read_bytes(), name


def test_a_broken_curated_file_says_where_and_changes_nothing(
    capsys: pytest.CaptureFixture[str], built: dict[str, str], root: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "curated"
    shutil.copytree(root / "corpus" / "curated", folder)
    path = folder / "studies" / "guastella2009.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("design: parallel_rct", "design: rct"), encoding="utf-8")
    _, before, _ = run(capsys, built, "status", "--json")
    code, out, err = run(capsys, built, "init", "--curated", str(folder))
    _, after, _ = run(capsys, built, "status", "--json")
    assert (code, out) == (2, "")
    line = next(n for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if text == "design: rct")
    assert f"guastella2009.yaml:{line}: design: " in err
    assert "'rct'" in err
    assert "parallel_rct" in err
    assert before == after


def test_check_warns_and_never_changes(capsys: pytest.CaptureFixture[str], built: dict[str, str]) -> None:
    _, before, _ = run(capsys, built, "status", "--json")
    code, out, _ = run(capsys, built, "check", "--json")
    _, after, _ = run(capsys, built, "status", "--json")
    assert code == 0, out
    assert {finding["severity"] for finding in json.loads(out)} <= {"warning"}
    assert before == after


def test_a_database_that_is_none_gives_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "broken.sqlite"
    path.write_text("this is not a database, " * 100)
    for command in ("init", "status", "check", "export", "synthesize", "build"):
        code, _, err = run(capsys, {"OXYSYNTH_DATABASE": f"sqlite:///{path}"}, command)
        assert code == 2, (command, err)
        assert one_line(err), err
        assert "broken.sqlite" in err
    assert path.read_text().startswith("this is not a database")


def test_a_missing_database_names_the_remedy(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, {"OXYSYNTH_DATABASE": f"sqlite:///{tmp_path / 'none.sqlite'}"}, "build")
    assert code == 2
    assert one_line(err)
    assert "oxysynth init" in err


def test_build_refuses_a_folder_it_did_not_make(
    capsys: pytest.CaptureFixture[str], small: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    code, _, err = run(capsys, small, "build", "--out", str(tmp_path / "mine"))
    assert code == 2
    assert one_line(err)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_build_into_a_read_only_folder_gives_one_line(
    capsys: pytest.CaptureFixture[str], small: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    if os.geteuid() == 0:  # root writes anywhere, except where the kernel itself refuses
        folder = Path("/proc")
    code, _, err = run(capsys, small, "build", "--out", str(folder / "site"))
    assert code == 2
    assert one_line(err)
    assert f"{folder}: cannot be written to" in err


def test_a_full_disk_leaves_the_old_site(small: dict[str, str], tmp_path: Path) -> None:
    """A limit on file size stands for the full disk: the write fails half-way through the files."""
    out = tmp_path / "site"
    assert oxysynth.main(["build", "--out", str(out)], small) == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    code = (
        "import resource, sys, oxysynth; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); "
        f"sys.exit(oxysynth.main(['build', '--out', {str(out)!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, **small}
    )
    assert done.returncode == 2
    assert one_line(done.stderr), done.stderr
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_killed_build_leaves_the_old_site(small: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "site"
    assert oxysynth.main(["build", "--out", str(out)], small) == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    code = (
        "import os, signal, oxysynth, oxysite.publish as p; "
        "p._swap = lambda new, old: os.kill(os.getpid(), signal.SIGKILL); "
        f"oxysynth.main(['build', '--out', {str(out)!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, env={**os.environ, **small}, capture_output=True)
    assert done.returncode == -9
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert oxysynth.main(["build", "--out", str(out)], small) == 0


def test_unknown_settings_are_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('databse = "sqlite:///x"\n')
    code = oxysynth.main(["--config", str(path), "status"], {})
    err = capsys.readouterr().err
    assert code == 2
    assert "databse" in err
    assert "allowed" in err
