"""The built pages as files: everything is reachable, nothing comes from elsewhere, numbers are those of the corpus."""

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from corpus.curation import read_corpus
from corpus.domain import Corpus
from oxysite.linkcheck import broken
from synthesis.answers import answer_questions


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name == "href" and value]


@pytest.fixture(scope="module")
def corpus(root: Path) -> Corpus:
    from corpus.estimation import estimate_corpus

    return estimate_corpus(read_corpus(root / "corpus" / "curated"))


def reachable(site: Path) -> tuple[set[str], set[str]]:
    """Pages, and places on pages, that one comes to from the landing page by links alone."""
    pages, places, queue = {"index.html"}, set[str](), ["index.html"]
    while queue:
        here = queue.pop()
        reader = Links()
        reader.feed((site / here).read_text(encoding="utf-8"))
        for link in reader.found:
            if "://" in link or link.startswith(("mailto:", "data:")):
                continue
            target, _, place = link.partition("#")
            path = (site / here).parent / target if target else site / here
            name = path.resolve().relative_to(site.resolve()).as_posix()
            places.add(f"{name}#{place}")
            if name.endswith(".html") and name not in pages:
                pages.add(name)
                queue.append(name)
    return pages, places


def test_every_page_is_reached_from_the_landing_page(site: Path) -> None:
    pages, _ = reachable(site)
    assert pages == {path.relative_to(site).as_posix() for path in site.rglob("*.html")}


def test_every_effect_of_every_included_study_is_reached_by_links(site: Path, corpus: Corpus) -> None:
    _, places = reachable(site)
    included = {r.study for r in corpus.reports if r.status.value == "included"}
    assert len(included) >= 15
    for study in corpus.studies:
        text = (site / "studies" / f"{study.key}.html").read_text(encoding="utf-8")
        for effect in study.effects:
            assert f'id="effect-{effect.key}"' in text
            if study.key in included:
                assert f"studies/{study.key}.html#effect-{effect.key}" in places, (study.key, effect.key)


def test_links_resolve_and_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    files = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    assert list(broken(files)) == []


def test_the_link_check_can_fail() -> None:
    page = b'<p id="a"></p><p id="a"></p><a href="no.html"></a><a href="#b"></a><script src="https://x.example/y.js"></script><a href="javascript:x"></a>'
    faults = list(broken({"index.html": page}))
    assert len(faults) == 5


def test_no_page_needs_a_script(site: Path) -> None:
    for path in site.rglob("*.html"):
        assert "<script" not in path.read_text(encoding="utf-8").lower(), path.name


def test_the_page_says_what_the_synthesis_says(site: Path, corpus: Corpus) -> None:
    for answer in answer_questions(corpus):
        text = (site / "questions" / f"{answer.question.id}.html").read_text(encoding="utf-8")
        assert answer.headline in text
        published = json.loads((site / "data" / f"{answer.question.id}.json").read_text(encoding="utf-8"))
        assert published["headline"] == answer.headline
        if answer.pooled is not None:
            assert published["pooled"]["estimate"] == answer.pooled.estimate
            for candidate in answer.selection.tier_a:
                assert f"studies/{candidate.study.key}.html#effect-{candidate.effect.key}" in text
        for left in answer.selection.left_out:
            assert f"studies/{left.study.key}.html#effect-{left.effect.key}" in text


def test_a_study_page_walks_from_print_to_estimate(site: Path) -> None:
    text = (site / "studies" / "guastella2009.html").read_text(encoding="utf-8")
    for shown in ("62.16", "37.41", "52.30", "21.30", "dat_2.csv", "Where sources disagree", "exact J"):
        assert shown in text, shown
    assert re.search(r"g −0\.32", text)


def test_an_included_report_names_the_questions_it_answers(site: Path, corpus: Corpus) -> None:
    text = (site / "reports" / "index.html").read_text(encoding="utf-8")
    place = text.index('id="guastella2009"')
    assert "questions/ot-augmented-symptoms.html" in text[place : text.index("</li>", place)]


def test_the_retracted_review_is_shown_as_retracted(site: Path) -> None:
    text = (site / "reports" / "index.html").read_text(encoding="utf-8")
    place = text.index('id="hofmann2015_retracted"')
    assert "retracted" in text[place : place + 600]


def test_tables_match_their_data_package(site: Path) -> None:
    package = json.loads((site / "data" / "datapackage.json").read_text(encoding="utf-8"))
    tables = {}
    for resource in package["resources"]:
        with (site / "data" / resource["path"]).open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert not rows or list(rows[0]) == names
        tables[resource["name"]] = rows
        key = resource["schema"]["primaryKey"]
        keys = [tuple(row[name] for name in key) for row in rows]
        if resource["name"] != "missing_values":
            assert len(keys) == len(set(keys)), resource["name"]
        for field in resource["schema"]["fields"]:
            if field["type"] in ("number", "integer"):
                for row in rows:
                    if row[field["name"]]:
                        float(row[field["name"]])
    for resource in package["resources"]:
        for foreign in resource["schema"]["foreignKeys"]:
            target = tables[foreign["reference"]["resource"]]
            allowed = {row[foreign["reference"]["fields"][0]] for row in target} | {""}
            for row in tables[resource["name"]]:
                assert row[foreign["fields"][0]] in allowed


def test_no_cell_starts_a_formula(site: Path) -> None:
    for path in (site / "data").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.reader(handle):
                for cell in row:
                    if cell.startswith(("=", "+", "-", "@")):
                        float(cell)


def test_references_come_as_bibtex_and_ris(site: Path, corpus: Corpus) -> None:
    bib = (site / "data" / "references.bib").read_text(encoding="utf-8")
    ris = (site / "data" / "references.ris").read_text(encoding="utf-8")
    assert len(re.findall(r"^@\w+\{", bib, flags=re.MULTILINE)) == len(corpus.reports)
    assert ris.count("TY  - ") == ris.count("ER  - ") == len(corpus.reports)


def test_building_twice_gives_the_same_bytes(site: Path, corpus: Corpus) -> None:
    from corpus.living import Living
    from oxysite.build import site_files

    for name, content in site_files(Living(corpus=corpus)).items():
        assert (site / name).read_bytes() == content, name
