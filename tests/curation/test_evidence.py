"""The curated corpus against the evidence it was coded from: nothing left behind, nothing invented."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.codebook import HoldReason, LinkKind, ReportStatus, Scope, Tier
from corpus.curation import read_corpus
from corpus.domain import Corpus, Effect, Missing, Study
from corpus.estimation import estimate_corpus
from synthesis.answers import Answer, answer_questions


@pytest.fixture(scope="module")
def corpus(root: Path) -> Corpus:
    return estimate_corpus(read_corpus(root / "corpus" / "curated"))


@pytest.fixture(scope="module")
def answers(corpus: Corpus) -> tuple[Answer, ...]:
    return answer_questions(corpus)


@pytest.fixture(scope="module")
def evidence(shared: Path) -> dict[str, dict[str, object]]:
    """Every file of the evidence folder, by its path in it."""
    folder = shared / "evidence"
    return {
        path.relative_to(folder).as_posix(): json.loads(path.read_text()) for path in sorted(folder.glob("*/*.json"))
    }


def effects(corpus: Corpus) -> Iterator[tuple[Study, Effect]]:
    for study in corpus.studies:
        for effect in study.effects:
            yield study, effect


def test_every_evidence_file_is_a_report(corpus: Corpus, evidence: dict[str, dict[str, object]]) -> None:
    reports = {report.key: report for report in corpus.reports}
    for name, data in evidence.items():
        report = reports[str(data["key"])]
        assert name in report.evidence, f"{report.key} does not name {name}"
        assert report.reason


def test_no_report_names_evidence_that_is_not_there(corpus: Corpus, evidence: dict[str, dict[str, object]]) -> None:
    for report in corpus.reports:
        assert set(report.evidence) <= set(evidence)


def test_every_effect_of_the_evidence_is_coded_or_said_why_not(
    corpus: Corpus, evidence: dict[str, dict[str, object]]
) -> None:
    named = {effect.evidence for _, effect in effects(corpus)}
    named |= {entry.evidence for study in corpus.studies for entry in study.not_coded}
    wanted = {
        f"{name}#effects/{index}"
        for name, data in evidence.items()
        for index, _ in enumerate(data["effects"] or [])  # type: ignore[arg-type]
    }
    assert len(wanted) == 216
    assert wanted - named == set()


def test_every_pointer_into_the_evidence_leads_somewhere(
    corpus: Corpus, evidence: dict[str, dict[str, object]]
) -> None:
    for study, effect in effects(corpus):
        if effect.evidence:
            name, _, place = effect.evidence.partition("#")
            found: object = evidence[name]
            for step in place.split("/"):
                found = found[int(step)] if isinstance(found, list) else found[step]  # type: ignore[index]
            assert found, (study.key, effect.key)


def test_no_number_was_invented(corpus: Corpus, shared: Path) -> None:
    """Every printed number of a computation or a p stands, digit by digit, in the evidence file it was coded from."""
    folder = shared / "evidence"
    texts: dict[str, str] = {}
    seen = 0
    for study, effect in effects(corpus):
        numbers = list(effect.computation.inputs.values()) if effect.computation else []
        numbers += [effect.p.value] if effect.p else []
        if not numbers:
            continue
        assert effect.evidence, f"{study.key}/{effect.key} has numbers and names no evidence"
        name = effect.evidence.partition("#")[0]
        text = texts.setdefault(name, (folder / name).read_text().replace("−", "-"))
        for number in numbers:
            digits = (
                number.lstrip("+-").removeprefix("0") if number.lstrip("+-").startswith("0.") else number.lstrip("+-")
            )
            pattern = rf"(?<![\d.]){'0?' if digits.startswith('.') else ''}{re.escape(digits)}(?!\d|\.\d)"
            assert re.search(pattern, text), (study.key, effect.key, number)
            seen += 1
    assert seen > 200


def test_every_estimate_agrees_with_the_coded_direction(corpus: Corpus) -> None:
    by_key = {(study.key, effect.key): effect for study, effect in effects(corpus)}
    for estimate in corpus.estimates:
        direction = by_key[estimate.study, estimate.effect].direction.value
        if direction == "favours_oxytocin":
            assert estimate.yi >= 0, estimate
        if direction == "favours_comparator":
            assert estimate.yi <= 0, estimate


def test_every_reference_of_the_seed_review_is_a_record_and_a_report(corpus: Corpus, shared: Path) -> None:
    text = next((shared / "seeds").glob("002_*.txt")).read_text()
    printed = [
        line for line in text.partition("\nCitations\n")[2].partition("How to Cite")[0].splitlines() if line.strip()
    ]
    assert len(printed) == 25
    records = [record for record in corpus.records if record.source == "ripppo2025_842_references"]
    assert len(records) == 25
    for line in printed:
        assert any(record.title and record.title.rstrip("?.").lower()[:40] in line.lower() for record in records), line
    review = next(report for report in corpus.reports if report.key == "ripppo2025_842")
    cited = {link.to for link in review.links if link.kind is LinkKind.CITES}
    assert {record.report for record in records} == cited
    assert len(cited) == 25


def test_the_seed_review_is_complete(corpus: Corpus) -> None:
    review = next(report for report in corpus.reports if report.key == "ripppo2025_842")
    assert {search.database for search in review.searches} == {"PsycINFO", "PubMed", "RivistaWeb"}
    assert {(search.start, search.end) for search in review.searches} == {("2015-01", "2024-05")}
    assert {claim.question for claim in review.claims} == {"ot-change-and-process", "orientation-moderation"}


def test_all_trials_in_scope_are_core_studies(corpus: Corpus, shared: Path) -> None:
    index = (shared / "evidence" / "INDEX.md").read_text()
    table = index.partition("## A. Trials in scope")[2].partition("Extra reports")[0]
    keys = re.findall(r"^\| (\w+?)(?: \(\+ \w+\))? \|", table, flags=re.MULTILINE)
    trials = [key for key in keys if key != "key"]
    assert len(trials) == 20
    reports = {report.key: report for report in corpus.reports}
    studies = {study.key: study for study in corpus.studies}
    for key in trials:
        study = studies[reports[key].study]
        assert study.scope is Scope.CORE, key
        assert study.ot_given, key


def test_there_are_studies_enough(corpus: Corpus) -> None:
    assert len(corpus.studies) >= 30
    assert len(corpus.reports) >= 113 + 16


def test_the_first_question_pools_at_least_five_trials(answers: tuple[Answer, ...]) -> None:
    first = next(answer for answer in answers if answer.question.number == 1)
    assert first.pooled is not None
    assert first.pooled.k >= 5
    assert len({candidate.cluster for candidate in first.selection.tier_a}) == first.pooled.k


def test_included_means_that_an_effect_answers_a_question(corpus: Corpus, answers: tuple[Answer, ...]) -> None:
    """A report is "included" exactly when one of its effects passes a question's filters without being held."""
    counted = set()
    for answer in answers:
        selection = answer.selection
        for candidate in (*selection.tier_a, *selection.tier_b, *selection.tier_c):
            counted.add(candidate.effect.source.report if not candidate.study.reports else candidate.study.key)
        counted |= {
            left.study.key
            for left in selection.left_out
            if left.near and left.reason.startswith("one effect per sample")
        }
    for report in corpus.reports:
        if report.status is ReportStatus.INCLUDED:
            assert report.study in counted, (
                f"{report.key} is included, but no effect of {report.study} answers a question"
            )
        elif report.status in (ReportStatus.AWAITING_NUMBERS, ReportStatus.ONGOING):
            main = next((s.reports[0] for s in corpus.studies if s.key == report.study), "")
            if main == report.key:
                assert report.study not in counted, f"{report.key} is {report.status}, but its study answers a question"


@pytest.mark.parametrize(
    "together",
    [
        ("zilchamano2018", "zilchamano2020", "zilchamano2021", "tal2023", "fisher2023"),
        ("engel2020", "engel2021"),
        ("flanagan2018", "sippel2020_endogenous"),
        ("bellostabatalla2020a", "bellostabatalla2020b"),
    ],
)
def test_overlapping_samples_fall_into_one_cluster(corpus: Corpus, together: tuple[str, ...]) -> None:
    clusters = corpus.clusters()
    assert len({clusters[study.sample] for study in corpus.studies if study.key in together}) == 1


def test_the_shalvata_trial_is_one_study(corpus: Corpus) -> None:
    study = next(study for study in corpus.studies if study.key == "grossmangiron2023")
    assert {"bitan2023", "maoz2024", "maoz2023_abstract", "grossmangiron2021_case", "nct03566069"} <= set(study.reports)


def test_the_retracted_meta_analysis_is_retracted_with_its_corrected_values(corpus: Corpus) -> None:
    report = next(report for report in corpus.reports if report.key == "hofmann2015_retracted")
    assert report.retraction is not None
    assert "0.11" in report.retraction.corrected
    study = next(study for study in corpus.studies if study.key == report.study)
    assert all(effect.hold is not None for effect in study.effects)
    assert any(effect.hold and effect.hold.reason is HoldReason.RETRACTED for effect in study.effects)
    assert any("0.11" in effect.as_reported for effect in study.effects)


def test_the_mediation_has_its_three_paths(corpus: Corpus) -> None:
    study = next(study for study in corpus.studies if study.key == "fisher2023")
    roles = {effect.role.value for effect in study.effects}
    assert {"path_a", "path_b", "indirect"} <= roles
    assert all(effect.level.value == "within_person" for effect in study.effects)


def test_rockliff_has_its_moderators(corpus: Corpus) -> None:
    study = next(study for study in corpus.studies if study.key == "rockliff2011")
    assert {"self-criticism", "self-reassurance", "social safeness"} <= set(study.moderators_reported)


def test_conflicts_carry_a_decision(corpus: Corpus) -> None:
    conflicts = [conflict for study in corpus.studies for conflict in study.conflicts]
    assert any(conflict.key for conflict in conflicts)
    for conflict in conflicts:
        assert len(conflict.effects) >= 2
        assert conflict.reason


def test_tiers_hold_what_they_promise(corpus: Corpus) -> None:
    for study, effect in effects(corpus):
        assert (effect.computation is not None) == (effect.tier is Tier.A), (study.key, effect.key)
        if effect.tier is Tier.B:
            assert effect.p is not None
        assert effect.source.locator
        assert not isinstance(effect.source.tier, Missing)
