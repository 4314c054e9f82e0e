"""The examination on the pages of the questions: all of it is shown, in order, bound to values, and short where there is little."""

import re
from dataclasses import replace
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import html

from corpus.curation import read_corpus
from corpus.domain import Corpus, Study
from corpus.estimation import estimate_corpus
from corpus.protocol import read_protocol
from oxysite.figures import Interval
from oxysite.numbers import number
from oxysite.pages.certainty import certainty_view, level_words
from oxysite.pages.choices import AXES, OPTIONS
from oxysite.pages.drawn import forest_plot
from oxysite.pages.heterogeneity import heterogeneity_view
from oxysite.pages.models import models_view
from oxysite.pages.multiverse import beside_others, multiverse_view
from oxysite.pages.outlook import outlook_view, power_sentences
from oxysite.pages.pending import pending_view
from oxysite.pages.sensitivity import band_view
from oxysite.pages.small_study import small_study_view
from synthesis.answers import Answer, answer_questions
from synthesis.certainty.vocabulary import Certainty, as_override
from synthesis.correlation_band import Turn
from synthesis.models import MainModel
from synthesis.multiverse import grid
from synthesis.multiverse.curve import Conclusion
from synthesis.pending import pending_trials
from synthesis.pooling.pool import Method
from synthesis.pooling.pool import Test as Inference
from synthesis.prospects.conditional_power import Chances
from synthesis.questions import Form
from synthesis.small_study.small_study import small_study_effects
from tests import builders

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MAIN = "ot-augmented-symptoms"
PROCESS = "ot-augmented-process"
ONE_SAMPLE = "endogenous-ot-symptoms"
NOTHING = "orientation-moderation"
PATHS = "therapist-ot-mediation"
ORDER = (
    "certainty",
    "paths",
    "pool",
    "heterogeneity",
    "robust",
    "correlations",
    "small-study",
    "multiverse",
    "tier-paths",
    "tier-b",
    "tier-c",
    "pointing",
    "bayes",
    "outlook",
    "pending",
    "reproduce",
    "left-out",
    "asked",
)


@pytest.fixture(scope="module")
def corpus(root: Path) -> Corpus:
    return estimate_corpus(read_corpus(root / "corpus" / "curated"))


@pytest.fixture(scope="module")
def answers(corpus: Corpus) -> dict[str, Answer]:
    return {answer.question.id: answer for answer in answer_questions(corpus)}


def page(site: Path, question: str) -> html.HtmlElement:
    return html.document_fromstring((site / "questions" / f"{question}.html").read_text(encoding="utf-8"))


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def section(site: Path, question: str, place: str) -> html.HtmlElement:
    return page(site, question).xpath(f'//section[h2[@id="{place}"]]')[0]


def sections(site: Path, question: str) -> list[str]:
    return [str(place) for place in page(site, question).xpath("//main//section/h2/@id")]


def test_sections_stand_in_order_and_are_linked(site: Path, answers: dict[str, Answer]) -> None:
    for question in answers:
        found = sections(site, question)
        assert found == [place for place in ORDER if place in found], question
        listed = page(site, question).xpath('//nav[@aria-label="On this page"]//a/@href')
        assert listed == [f"#{place}" for place in found], question
    assert set(ORDER) - set(sections(site, MAIN)) == {"paths", "tier-paths"}


def test_headings_never_skip_a_level(site: Path) -> None:
    for path in site.rglob("*.html"):
        document = html.document_fromstring(path.read_text(encoding="utf-8"))
        levels = [int(heading.tag[1]) for heading in document.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), path.name


def test_the_certainty_stands_under_the_lede_and_on_the_card(site: Path, answers: dict[str, Answer]) -> None:
    landing = (site / "index.html").read_text(encoding="utf-8")
    for question, answer in answers.items():
        if answer.examination is None:
            assert "certainty" not in sections(site, question)
            continue
        appraisal = answer.examination.appraisal
        text = words(section(site, question, "certainty"))
        assert text.startswith(f"Certainty: {level_words(appraisal.rating)} {appraisal.statement}")
        if appraisal.rating.level is not None:
            for rated in appraisal.rating.domains:
                assert rated.computed.reason.replace("-0", "−0").replace("-1", "−1").replace("-2", "−2") in text
        assert f'questions/{question}.html#certainty">{level_words(appraisal.rating)}</a>' in landing
        assert page(site, question).xpath("//main/section")[0].xpath("h2/@id") == ["certainty"]


def test_a_level_that_is_an_upper_limit_says_so(answers: dict[str, Answer]) -> None:
    examination = answers[MAIN].examination
    assert examination is not None
    rating = replace(examination.appraisal.rating, level=Certainty.LOW, at_most=True)
    assert level_words(rating) == "at most low"
    assert level_words(replace(rating, at_most=False)) == "low"
    assert level_words(replace(rating, level=None)) == "nothing to rate"


def test_an_override_stands_beside_what_was_computed(answers: dict[str, Answer]) -> None:
    answer = answers[MAIN]
    assert answer.examination is not None
    rating = answer.examination.appraisal.rating
    override = as_override(domain="imprecision", level="serious", reason="the loss is bounded", by="A. Reviewer")
    domains = tuple(
        replace(rated, override=override) if rated.domain is override.domain else rated for rated in rating.domains
    )
    appraisal = replace(answer.examination.appraisal, rating=replace(rating, domains=domains))
    view = certainty_view(replace(answer, examination=replace(answer.examination, appraisal=appraisal)))
    assert view is not None
    row = next(row for row in view.rows if row.domain == "imprecision")
    assert (row.concern, row.computed) == ("serious", "very serious")
    assert row.decided == "A. Reviewer: the loss is bounded"


def test_heterogeneity_has_both_intervals_and_both_conventions(site: Path, answers: dict[str, Answer]) -> None:
    answer = answers[MAIN]
    assert answer.examination is not None
    assert answer.examination.spread is not None
    text = words(section(site, MAIN, "heterogeneity"))
    for prediction in answer.examination.spread.predictions:
        assert prediction.interval is not None
        assert " and ".join(number(end) for end in prediction.interval) in text
    new = answer.examination.spread.new_study
    for chance in (new.beyond_smallest, new.wrong_side):
        assert chance is not None
        assert f"{100 * chance:.0f}%" in text
    assert "profile likelihood" in text
    assert "Q-profile" in text


def test_with_two_studies_the_prediction_says_what_it_rests_on(corpus: Corpus, answers: dict[str, Answer]) -> None:
    from synthesis.examination import examine
    from synthesis.pooling.pool import pool

    answer = answers[MAIN]
    selection = replace(answer.selection, tier_a=answer.selection.tier_a[:2])
    estimates = [candidate.estimate for candidate in selection.tier_a if candidate.estimate is not None]
    pooled = pool([one.yi for one in estimates], [one.vi for one in estimates], method=Method.REML, test=Inference.KNHA)
    examination = examine(corpus, answer.question, selection, pooled, read_protocol())
    view = heterogeneity_view(replace(answer, selection=selection, pooled=pooled, examination=examination))
    assert view is not None
    assert not any("expected between" in sentence for sentence in view.sentences)
    assert any("no degree of freedom" in sentence for sentence in view.sentences)
    assert [row.interval == "–" for row in view.predictions] == [False, True, False]


def test_the_band_says_whether_the_conclusion_turns(answers: dict[str, Answer]) -> None:
    answer = answers[PROCESS]
    view = band_view(answer)
    assert view is not None
    assert "does not turn: at every such correlation the interval includes zero." in view.sentence
    assert answer.examination is not None
    band = answer.examination.band
    assert band is not None
    assert band.pool is not None
    turned = replace(band.pool, turns=(Turn(r=0.61, below=Conclusion.INCLUDES, above=Conclusion.BELOW),))
    examination = replace(answer.examination, band=replace(band, pool=turned))
    view = band_view(replace(answer, examination=examination))
    assert view is not None
    assert "turns at 0.61 from “interval includes zero” to “interval below zero”." in view.sentence


def test_cautions_come_before_the_funnel_and_the_table_stays_closed(site: Path, answers: dict[str, Answer]) -> None:
    answer = answers[MAIN]
    assert answer.examination is not None
    small = answer.examination.small_study
    assert small is not None
    here = section(site, MAIN, "small-study")
    assert "not readable from 5 studies" in here.xpath("h2")[0].text_content()
    kinds = [child.tag for child in here]
    assert kinds.index("p") < kinds.index("figure") < kinds.index("details")
    assert here.xpath("details")[-1].get("open") is None
    text = words(here)
    for caution in small.cautions:
        assert caution in text
    for _, reason in small.not_computed:
        assert reason in text


def test_a_readable_funnel_opens_its_table(answers: dict[str, Answer]) -> None:
    answer = answers[MAIN]
    k = 12
    tier_a = (answer.selection.tier_a * 3)[:k]
    yi = [0.1 + 0.07 * (i % 5) + 0.05 * i for i in range(k)]
    found = small_study_effects(yi, [0.01 * 1.6**i for i in range(k)], n=range(200, 200 - 10 * k, -10))
    assert found.readable
    assert answer.examination is not None
    view = small_study_view(
        replace(
            answer,
            selection=replace(answer.selection, tier_a=tier_a),
            examination=replace(answer.examination, small_study=found),
        )
    )
    assert view is not None
    assert view.readable
    assert view.heading == "Small-study effects"
    assert view.funnel is not None
    named = {row.name: row for row in view.rows}
    assert len(named) == 13
    assert all("less precise studies lie" in named[name].words for name in named if name.startswith(("Egger", "Rank")))


def test_one_study_has_a_caution_and_no_funnel(site: Path) -> None:
    here = section(site, ONE_SAMPLE, "small-study")
    assert not here.xpath(".//figure")
    assert not here.xpath(".//details")
    assert "Only 1 effect" in words(here)


def test_the_main_analysis_is_placed_among_all(site: Path, answers: dict[str, Answer]) -> None:
    answer = answers[MAIN]
    assert answer.examination is not None
    found = answer.examination.multiverse
    assert found is not None
    assert found.main is not None
    main = found.specifications[found.main]
    below = sum(one.estimate < main.estimate for one in found.specifications) / len(found.specifications)
    text = words(section(site, MAIN, "multiverse"))
    assert f"The main analysis, g {number(main.estimate)}, is higher than {100 * below:.0f}% of them" in text
    assert "near the top of the curve" in text
    assert "with the effects and their estimates in view" in text
    assert beside_others(answer) == (f"{100 * below:.0f}% lower", f"of {len(found.specifications)} defensible ones")


def test_every_warning_of_the_multiverse_is_shown(site: Path, answers: dict[str, Answer]) -> None:
    for question, answer in answers.items():
        if answer.examination is not None and answer.examination.multiverse is not None:
            text = words(section(site, question, "multiverse"))
            for warning in answer.examination.multiverse.warnings:
                assert warning[1:] in text, question


def test_a_main_analysis_at_the_bottom_is_called_so(answers: dict[str, Answer]) -> None:
    answer = answers[MAIN]
    assert answer.examination is not None
    assert answer.examination.multiverse is not None
    lowest = replace(
        answer, examination=replace(answer.examination, multiverse=replace(answer.examination.multiverse, main=0))
    )
    view = multiverse_view(lowest)
    assert view is not None
    assert "is higher than none of them: it is near the bottom of the curve" in view.sentences[0]


def test_every_option_of_every_axis_has_words() -> None:
    assert tuple(AXES) == grid.AXES
    vocabularies: tuple[type[StrEnum], ...] = (
        grid.DesignOption,
        grid.SourceOption,
        grid.ValidityOption,
        grid.BiasOption,
        grid.RouteOption,
        grid.TimepointOption,
        grid.OutcomeOption,
        grid.ScoreOption,
        grid.DependenceOption,
        Method,
        Inference,
        grid.CorrectionOption,
    )
    for axis, vocabulary in zip(grid.AXES, vocabularies, strict=True):
        assert set(OPTIONS[axis]) == {option.value for option in vocabulary}, axis


def test_bounds_stand_beside_the_combined_p(site: Path) -> None:
    text = words(section(site, MAIN, "tier-b"))
    for way in ("Stouffer", "Stouffer weighted by √n", "Fisher", "Truncated product"):
        assert way in text
    assert not section(site, PROCESS, "tier-b").xpath(".//table[caption[contains(., 'Combined p')]]")


def test_every_eligible_sample_stands_in_a_domain_with_the_text_it_was_read_in(
    site: Path, answers: dict[str, Answer]
) -> None:
    for question, answer in answers.items():
        if answer.examination is None:
            continue
        for number_, domain in enumerate(answer.examination.without_variance.directions, start=1):
            here = section(site, question, "pointing")
            table = here.xpath(f'h3[@id="pointing-{number_}"]/following-sibling::details[1]//tbody/tr')
            assert [words(row.xpath("th")[0]) for row in table] == [row.label for row in domain.rows]
            assert all(words(row.xpath("td")[-1]) for row in table)


def test_the_model_has_its_reason_and_the_others_stand_beside_it(site: Path, answers: dict[str, Answer]) -> None:
    answer = answers[MAIN]
    assert answer.examination is not None
    found = answer.examination.models
    assert found is not None
    text = words(section(site, MAIN, "robust"))
    assert found.reason in text
    assert text.count("(chosen)") == 1
    view = models_view(answer)
    assert view is not None
    assert [row.main for row in view.rows].index(True) == (0 if found.main is MainModel.ONE_PER_SAMPLE else 2)
    other = replace(found, main=MainModel.CORRELATED_HIERARCHICAL)
    view = models_view(replace(answer, examination=replace(answer.examination, models=other)))
    assert view is not None
    chosen = next(row for row in view.rows if row.main)
    assert chosen.name.startswith("Correlated and hierarchical effects, correlated 0.6")


def test_every_declared_prior_is_shown_the_first_as_the_answer(site: Path, answers: dict[str, Answer]) -> None:
    answer = answers[MAIN]
    assert answer.examination is not None
    bayes = answer.examination.bayes
    assert bayes is not None
    here = section(site, MAIN, "bayes")
    first = bayes.sensitivity.answers[0].posterior
    low, high = (number(end) for end in first.mu.central)
    assert f"the mean effect is g {number(first.mu.median)} [{low}, {high}]" in words(here)
    assert len(here.xpath("details[last()]//tbody/tr")) == len(bayes.sensitivity.answers)
    assert len(here.xpath("figure")) == 2
    assert not section(site, ONE_SAMPLE, "bayes").xpath("figure[2]")
    assert "One study says nothing of heterogeneity" in words(section(site, ONE_SAMPLE, "bayes"))


def test_what_would_change_the_conclusion_names_the_studies(site: Path, answers: dict[str, Answer]) -> None:
    answer = answers[MAIN]
    assert answer.examination is not None
    found = answer.examination.outlook
    assert found.fragility is not None
    text = words(section(site, MAIN, "outlook"))
    assert found.fragility.claim in text
    for row in found.fragility.removed:
        assert answer.selection.tier_a[row].study.label in text
    assert found.next_trial is not None
    cells = [cell for row in found.next_trial.cells for cell in row]
    turning = sum(cell.conclusion is not found.next_trial.now for cell in cells)
    assert ("No single trial" in text) is (turning == 0)


def test_chances_that_never_came_up_are_not_called_impossible(answers: dict[str, Answer]) -> None:
    answer = answers[MAIN]
    assert answer.examination is not None
    power = answer.examination.outlook.power
    assert power is not None
    some = replace(power.by_current, excludes_zero=0.12, above_zero=0.1, below_zero=0.02)
    none = replace(power.by_current, excludes_zero=0.0, above_zero=0.0, below_zero=0.0)

    def said(chances: Chances) -> str:
        outlook = replace(found.outlook, power=replace(power, by_current=chances))
        return power_sentences(replace(answer, examination=replace(found, outlook=outlook)))[0]

    found = answer.examination
    assert "with a chance of 12% (on the side “favours oxytocin” 10%, on the side “favours placebo” 2%)" in said(some)
    assert f"in none of {power.simulations} simulations" in said(none)


def test_pending_trials_are_listed_with_why_they_do_not_count(
    site: Path, corpus: Corpus, answers: dict[str, Answer]
) -> None:
    trials = pending_trials(corpus, answers[MAIN].question)
    text = words(section(site, MAIN, "pending"))
    assert len(trials) >= 5
    for trial in trials:
        assert trial.study.label in text
        assert trial.why_not in text
        shown = (site / "studies" / f"{trial.study.key}.html").read_text(encoding="utf-8")
        assert 'id="plan"' in shown
    assert pending_view(corpus, answers[ONE_SAMPLE].question) is None


def test_what_can_be_run_again_exists(site: Path, answers: dict[str, Answer]) -> None:
    for question, answer in answers.items():
        here = section(site, question, "reproduce")
        links = [str(link) for link in here.xpath(".//a/@href")]
        assert f"../data/{question}.json" in links
        for link in links:
            assert (site / "questions" / link).resolve().is_file()
        assert (f"../data/{question}.csv" in links) is bool(answer.selection.eligible_a)
    commands = [code.text for code in section(site, MAIN, "reproduce").xpath(".//code")]
    assert commands == [f"Rscript {MAIN}.R", f"python {MAIN}.py"]


def test_a_question_without_numbers_has_a_short_page(site: Path) -> None:
    found = sections(site, NOTHING)
    assert {"heterogeneity", "robust", "correlations", "small-study", "bayes", "outlook", "pending"}.isdisjoint(found)
    assert "None of" in words(section(site, NOTHING, "multiverse"))
    assert not section(site, NOTHING, "multiverse").xpath(".//figure")
    assert sections(site, PATHS) == ["paths", "tier-paths", "reproduce", "left-out", "asked"]


def test_paths_have_no_examination_to_show(answers: dict[str, Answer]) -> None:
    answer = answers[PATHS]
    assert answer.question.form is Form.PATHS
    for view in (
        certainty_view,
        heterogeneity_view,
        band_view,
        small_study_view,
        models_view,
        multiverse_view,
        outlook_view,
    ):
        assert view(answer) is None


def test_the_thresholds_of_the_protocol_are_on_the_methods_page(site: Path) -> None:
    text = words(html.document_fromstring((site / "methods.html").read_text(encoding="utf-8")))
    thresholds = read_protocol().certainty
    for name in thresholds.__dataclass_fields__:
        if name != "sizes":
            assert " ".join(getattr(thresholds, name).reason.split()) in text, name
    for sizes in thresholds.sizes:
        assert sizes.measure in text


def test_no_number_is_left_unformatted(site: Path, answers: dict[str, Answer]) -> None:
    for question in answers:
        text = words(page(site, question).xpath("//main")[0])
        assert not re.search(r"\bnan\b|\binf\b|None\b(?! of)|e-\d\d", text), question
        for place in sections(site, question):
            if place not in ("left-out", "asked"):
                here = words(section(site, question, place))
                assert not re.search(r"(?<![\w.)\]–-])-\d+\.\d", here), (question, place)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_question_fits_with_all_tables_open(
    browser: "Browser", site: Path, answers: dict[str, Answer], width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    opened = context.new_page()
    for question in answers:
        opened.goto((site / "questions" / f"{question}.html").as_uri())
        opened.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        wide = opened.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{question} is {wide}px wider than a window of {width}px"
    context.close()


def test_the_first_diamond_is_the_main_result_whichever_model_gives_it() -> None:
    one_each = answer_questions(builders.corpus(*(_trial(i, "post") for i in range(4))))[0]
    together = answer_questions(builders.corpus(*(_trial(i, "a", "b") for i in range(8))))[0]
    for answer, name in ((one_each, "Pooled (REML"), (together, "All 16 effects")):
        plot = forest_plot(answer, "")
        assert plot is not None
        assert answer.main is not None
        assert plot.summaries[0].name.startswith(name)
        assert plot.summaries[0].interval == Interval(answer.main.estimate, *answer.main.ci)
        assert plot.summaries[0].prediction == answer.main.pi


def _trial(number: int, *effects: str) -> Study:
    """A trial whose effects differ a little from each other and from the next trial's."""
    means = (8 + number / 4 + place / 2 for place in range(len(effects)))
    return builders.study(
        f"s{number}", *(builders.effect(key, m1=str(mean)) for key, mean in zip(effects, means, strict=True))
    )
