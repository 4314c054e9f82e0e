"""Judgements of bias on a study's page, and in the published table: with the answers behind them, readable without script."""

from dataclasses import replace

from lxml import html

from corpus.codebook import BiasAnswer, BiasLevel
from corpus.domain import BiasJudgement
from oxysite.pages.study import study_pages
from oxysite.render import Site, Status, render
from oxysite.tables import TABLES
from tests import builders

LOW = BiasJudgement(
    instrument="rob2",
    domain="missing_data",
    level=BiasLevel.LOW,
    support="Made up: all forty came back.",
    effect="post",
    answers={"q3_1": BiasAnswer.PROBABLY_YES},
)
DEPARTING = replace(
    LOW, effect="later", level=BiasLevel.HIGH, reason="made up: the forty are not the fifty of the flow"
)
CORPUS = builders.corpus(
    builders.study("made", builders.effect("post"), builders.effect("later"), risk_of_bias=(LOW, DEPARTING))
)


def test_a_study_shows_the_answers_behind_each_judgement_and_where_it_departs_from_the_algorithm() -> None:
    (page,) = study_pages(CORPUS, {}, {})
    site = Site(name="Test", about="A test.", status=Status("late", "Not live", "made up"), build=())
    shown = html.fromstring(render(page, site))
    first, second = shown.xpath('//section[@aria-labelledby="bias"]//tbody/tr')
    assert "RoB 2, 2019-08-22; for post" in " ".join(first.text_content().split())
    (behind,) = first.xpath(".//details")
    assert " ".join(behind.text_content().split()) == (
        "Answers3.1 Were there outcome data for all, or nearly all, who were randomised? probably yes"
    )
    assert "The algorithm says" not in first.text_content()
    assert f"The algorithm says low risk: {DEPARTING.reason}." in second.text_content()
    assert shown.xpath('//section[@aria-labelledby="bias"]//script') == []


def test_the_published_table_holds_answers_and_reasons() -> None:
    (table,) = [one for one in TABLES if one.name == "risk_of_bias"]
    rows = [{column.name: column.value(row) for column in table.columns} for row in table.rows(CORPUS)]
    assert [row["answers"] for row in rows] == ["q3_1 probably_yes"] * 2
    assert [(row["effect"], row["reason"]) for row in rows] == [("post", ""), ("later", DEPARTING.reason)]
