"""A week at the desk: two reviewers and an adjudicator screen, code and settle by keyboard, and the review takes it up."""

import json
import re
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser

from corpus.coding.undraft import values_of
from corpus.curation import read_corpus
from corpus.domain import Effect, Study
from tests.desk.people import Person, RunningDesk, running

MADE_UP = 13
GUASTELLA = """TY  - JOUR
TI  - {title}
AU  - Guastella, Adam J.
AU  - Howard, A. L.
AU  - Dadds, M. R.
AU  - Mitchell, P.
AU  - Carson, D. S.
PY  - {year}
JO  - {journal}
VL  - {volume}
IS  - {issue}
SP  - 917
EP  - 923
DO  - {doi}
KW  - oxytocin
KW  - psychotherapy
ER  -
"""


def fourteen(shared: Path) -> str:
    """Fourteen records: the trial, by its bibliographic facts, and thirteen that were made up."""
    cited = json.loads((shared / "evidence/experimental/guastella2009.json").read_text())["citation"]
    made = [
        f"TY  - JOUR\nTI  - Oxytocin in mice, made-up study {number} <script>alert({number})</script>\nAU  - Muster, A{number}.\n"
        f"PY  - {2000 + number}\nJO  - Journal of Made-Up Trials\nAB  - Mice of study {number} were given oxytocin.\n"
        f"DO  - 10.1000/made.{number}\nER  - \n"
        for number in range(MADE_UP)
    ]
    return "\n".join([GUASTELLA.format(**cited), *made])


def facts(root: Path) -> dict[str, str]:
    """What a coder types of the trial: its curated file, with the LSAS after treatment as the one effect."""
    corpus = read_corpus(root / "corpus" / "curated")
    (study,) = [one for one in corpus.studies if one.key == "guastella2009"]
    (report,) = [one for one in corpus.reports if one.key == "guastella2009"]
    (sample,) = [one for one in corpus.samples if one.key == study.sample]
    short: Study = replace(
        study,
        outcomes=tuple(one for one in study.outcomes if one.key == "lsas"),
        effects=tuple(_plain(one) for one in study.effects if one.key == "lsas_post"),
        conflicts=(),
        risk_of_bias=(),
    )
    return values_of(replace(report, links=()), sample, short)


def _plain(effect: Effect) -> Effect:
    return replace(effect, key="lsas_end_of_treatment")


SECTIONS = {
    "report": ("report/",),
    "people": ("sample/", "study/population/", "study/sizes/"),
    "arms": ("study/arms/", "study/therapies/"),
    "oxytocin": ("study/ot_given/",),
    "outcomes": ("study/outcomes/",),
    "effects": ("study/effects/",),
}
APART = tuple(begin for begins in SECTIONS.values() for begin in begins)


def code(person: Person, case: str, values: dict[str, str]) -> None:
    """Type a study, section by section."""
    sections = {name: {path: v for path, v in values.items() if path.startswith(b)} for name, b in SECTIONS.items()}
    sections["study"] = {path: value for path, value in values.items() if not path.startswith(APART)}
    for section, held in sections.items():
        person.open(f"/coding/{case}/{section}")
        person.type_values(held)


def test_a_week_of_two_reviewers_and_an_adjudicator(
    url: str, browser: Browser, shared: Path, root: Path, curated: Path, tmp_path: Path
) -> None:
    desk = RunningDesk(url, tmp_path, "--team")
    desk.run("init", "--curated", str(curated))
    (tmp_path / "found.ris").write_text(fourteen(shared), encoding="utf-8")
    desk.run("import", str(tmp_path / "found.ris"))
    with running(url, tmp_path, "--team") as desk:
        week(desk, browser, facts(root))
        answers = json.loads(desk.run("synthesize", "ot-augmented-symptoms", "--json"))
        assert "guastella2009" in json.dumps(answers)
        desk.run("build", "--out", str(tmp_path / "site"))
        assert "62.16" in (tmp_path / "site/studies/guastella2009.html").read_text()
        assert "0 errors" in check(desk)
        desk.run("export", "--out", str(tmp_path / "files"))  # what a pull request would show
        written = (tmp_path / "files/studies/guastella2009.yaml").read_text()
        assert "coded_by: anna" in written
        assert "checked_by: bo" in written
        told = json.loads(desk.run("init", "--curated", str(curated), "--json"))
        assert "study/guastella2009" in told["not_exported"]  # files without it do not take it away
        assert "conflicts" not in told
        assert "Traceback" not in desk.log()


def week(desk: RunningDesk, browser: Browser, values: dict[str, str]) -> None:
    """Monday to Friday."""
    admin, anna, bo = (Person(browser, desk) for _ in range(3))
    admin.take_place(desk.door, "Ada Admin", "ada")
    for person, name, key in ((anna, "Anna Muster", "anna"), (bo, "Bo Beispiel", "bo")):
        person.take_place(invited(admin, name, "coder"), name, key)

    # Screening: one key a record. Both include the trial; they differ on one record and on the reason for another.
    for person, first in ((anna, "1"), (bo, "2")):
        person.open("/screening/title_abstract")
        assert "Guastella" in person.said()
        for key in ("i", first, "m" if person is anna else "1", *"1" * (MADE_UP - 2)):
            assert "alert(" not in person.page.evaluate("document.title")
            person.key(key)
        assert person.heading() == "Nothing waits for you here"
    admin.open("/conflicts/title_abstract")
    assert "2 conflicts" in admin.said()
    admin.key("1")
    admin.key("1")
    assert admin.heading() == "No conflict for you to settle"
    for person in (anna, bo):
        person.open("/screening/full_text")
        assert "intranasal oxytocin" in person.heading()
        person.key("i")
        assert person.heading() == "Nothing waits for you here"
    admin.open("/screening/agreement")
    assert "Cohen's κ" in admin.said()

    # Coding, twice and blind; the second misreads one number.
    anna.open("/coding")
    with anna.page.expect_navigation():
        anna.page.keyboard.press("b")
    case = anna.page.url.split("/")[4]
    code(anna, case, values)
    bo.open("/coding")
    with bo.page.expect_navigation():
        bo.page.keyboard.press("j")
    code(bo, case, values | {"study/effects/1/computation/inputs/sd2": "21.03", "study/summary": "In other words."})
    for person in (anna, bo):
        bo.open(f"/compare/{case}")
        assert "nobody sees both codings" in bo.said()
        person.open(f"/coding/{case}/finish")
        assert "Every value fits." in person.said(), person.said()
        with person.page.expect_navigation():
            person.page.keyboard.press("e")

    # The adjudicator settles the one difference, and the study enters the corpus.
    admin.open(f"/compare/{case}")
    assert "1 differs, 1 of them not settled" in admin.said()
    assert "21.03" in admin.said()
    admin.page.keyboard.press("1")  # takes Anna's value over, and goes on to the reason
    admin.page.keyboard.insert_text("21.30 in the table that both read")
    admin.key("Enter")
    assert "0 of them not settled" in admin.said()
    admin.page.keyboard.press("Escape")
    with admin.page.expect_navigation():
        admin.page.keyboard.press("e")
    assert "It is in the corpus." in admin.said()
    for person in (admin, anna, bo):
        assert person.errors == []


def invited(admin: Person, name: str, role: str) -> str:
    """A link by which somebody joins."""
    admin.open("/people")
    admin.tab_to("#invite-name")
    admin.page.keyboard.insert_text(name)
    admin.page.keyboard.press("Tab")
    admin.page.keyboard.type(role)
    admin.page.keyboard.press("Tab")
    admin.key("Enter")
    link = admin.page.locator("#link").input_value()
    assert re.fullmatch(r"http://127.0.0.1:\d+/invitation\?token=[\w-]+", link)
    return link


def check(desk: RunningDesk) -> str:
    """What `oxysynth check` counts."""
    findings = json.loads(desk.run("check", "--json"))
    return f"{sum(one['severity'] == 'error' for one in findings)} errors"
