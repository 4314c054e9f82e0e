"""The scripts a reader downloads, run now: R with metafor, and PyMARE, give the numbers of each question's page."""

import csv
import subprocess
import sys
from functools import cache
from io import StringIO
from pathlib import Path

import pytest

from corpus.estimation import estimate_corpus
from oxysite.exports import answer_csv
from synthesis.answers import Answer, answer_questions
from synthesis.questions import load_questions
from synthesis.reproduction.scripts import scripts
from tests.examples import curated

# Relative, with twelve digits printed. Observed worst: 2.4e-9 (tau2 of ot-augmented-symptoms, ML); metafor's threshold is above 0.
METAFOR = 1e-7
# Relative. PyMARE's bounded search ends near the seventh digit; observed worst 5e-8 (tau2 of ot-augmented-process).
PYMARE = 1e-5
QUESTIONS = [question.id for question in load_questions()]


@cache
def answers(root: Path) -> dict[str, Answer]:
    return {answer.question.id: answer for answer in answer_questions(estimate_corpus(curated(root)))}


@pytest.mark.parametrize("question", QUESTIONS)
def test_metafor_gives_the_numbers_of_the_page(question: str, root: Path, rscript: str, tmp_path: Path) -> None:
    answer = answers(root)[question]
    made = {script.ending: script.text for script in scripts(answer)}
    assert ("R" in made) == bool(answer.pooled or answer.combined or answer.sign)
    if "R" in made:
        printed = run([rscript], answer, made["R"], "R", tmp_path)
        page = on_the_page(answer)
        assert set(printed) == set(page)
        for name, value in page.items():
            assert printed[name] == pytest.approx(value, rel=METAFOR, abs=1e-9), name


@pytest.mark.parametrize("question", QUESTIONS)
def test_pymare_gives_the_main_numbers(question: str, root: Path, tmp_path: Path) -> None:
    answer = answers(root)[question]
    made = {script.ending: script.text for script in scripts(answer)}
    assert ("py" in made) == (answer.pooled is not None and answer.pooled.k > 1)
    if "py" in made:
        printed = run([sys.executable], answer, made["py"], "py", tmp_path)
        page = on_the_page(answer)
        assert len(printed) == 7
        for name, value in printed.items():
            assert value == pytest.approx(page[name], rel=PYMARE, abs=1e-9), name


def test_some_question_has_each_part_of_a_script(root: Path) -> None:
    """The comparison above would be empty if the corpus stopped giving what the scripts can show."""
    names = {name for answer in answers(root).values() for name in on_the_page(answer)}
    assert {"estimate", "tau2_high", "DL_ci_low", "robust_df", "stouffer_p", "sign_high"} <= names
    assert any(name.startswith("without_") for name in names)


def run(command: list[str], answer: Answer, script: str, ending: str, folder: Path) -> dict[str, float]:
    (folder / f"{answer.question.id}.csv").write_text(answer_csv(answer), encoding="utf-8")
    file = folder / f"{answer.question.id}.{ending}"
    file.write_text(script, encoding="utf-8")
    done = subprocess.run([*command, file.name], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name: float(value) for name, value in csv.reader(StringIO(done.stdout))}


def on_the_page(answer: Answer) -> dict[str, float]:
    """Every number the scripts print, as the answer holds it."""
    numbers: dict[str, float | None] = {}
    pooled = answer.pooled
    if pooled is not None:
        numbers |= {"estimate": pooled.estimate, "ci_low": pooled.ci[0], "ci_high": pooled.ci[1]}
        if pooled.k > 1 and pooled.pi and pooled.tau2_ci:
            numbers |= {"se": pooled.se, "p": pooled.p, "pi_low": pooled.pi[0], "pi_high": pooled.pi[1]}
            numbers |= {"tau2": pooled.tau2, "tau2_low": pooled.tau2_ci[0], "tau2_high": pooled.tau2_ci[1]}
            numbers |= {"i2": pooled.i2, "h2": pooled.h2, "q": pooled.q, "q_p": pooled.q_p}
    for other in answer.by_method:
        if other.method is not answer.question.method:
            name = other.method.value
            numbers |= {f"{name}_estimate": other.estimate, f"{name}_ci_low": other.ci[0]}
            numbers[f"{name}_ci_high"] = other.ci[1]
    for rest in answer.leave_one_out:
        numbers[f"without_{answer.selection.tier_a[rest.omitted].study.key}"] = rest.estimate
    if answer.robust is not None:
        robust = answer.robust
        numbers |= {"robust_estimate": robust.estimate, "robust_se": robust.se}
        numbers |= {"robust_df": robust.df, "robust_p": robust.p}
    for combined in answer.combined:
        numbers[f"{combined.method.lower()}_p"] = combined.p
    if answer.sign is not None:
        numbers |= {"sign_p": answer.sign.p, "sign_low": answer.sign.ci[0], "sign_high": answer.sign.ci[1]}
    return {name: value for name, value in numbers.items() if value is not None}
