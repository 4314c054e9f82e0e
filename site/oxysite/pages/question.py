"""The page of a question: the finding, the pictures of each tier, what hangs on what, and every effect left out.

Never words a finding itself; headline and sentences come with the answer.
"""

from collections.abc import Iterator, Mapping

from corpus.codebook import EffectRole, ReportStatus
from corpus.domain import Claim, Corpus, Report
from corpus.errors import InvalidInput
from oxysite.figures import draw_forest
from oxysite.links import question_path
from oxysite.pages.bayes import bayes_view
from oxysite.pages.certainty import certainty_view
from oxysite.pages.drawn import ROOT, SCALES, forest_plot, prediction
from oxysite.pages.heterogeneity import heterogeneity_view
from oxysite.pages.mediation import draw_mediation
from oxysite.pages.models import models_view
from oxysite.pages.multiverse import beside_others, multiverse_view
from oxysite.pages.outlook import outlook_view, power_sentences
from oxysite.pages.page import Page
from oxysite.pages.pending import pending_view
from oxysite.pages.pointing import pointing_view
from oxysite.pages.reproduction import downloads
from oxysite.pages.sensitivity import band_view, draw_without_each, method_rows, methods_sentence
from oxysite.pages.small_study import small_study_view
from oxysite.pages.tiers import TierPanel, tier_panels
from synthesis.answers import Answer
from synthesis.questions import Form, Question
from synthesis.wording import count

# The sections of a page in their order: id, name in the list at the top, and the entry of the context that it needs.
_SECTIONS = (
    ("certainty", "Certainty", "certainty"),
    ("paths", "The paths", "paths"),
    ("pool", "Estimates", "pool"),
    ("heterogeneity", "Heterogeneity", "heterogeneity"),
    ("robust", "Method or one study", "methods"),
    ("correlations", "Assumed correlations", "band"),
    ("small-study", "Small-study effects", "small_study"),
    ("multiverse", "Every defensible analysis", "multiverse"),
    ("tiers", "", "tiers"),
    ("pointing", "Where results point", "pointing"),
    ("bayes", "A Bayesian view", "bayes"),
    ("outlook", "What would change it", "outlook"),
    ("pending", "Trials still to come", "pending"),
    ("reproduce", "Reproduce", "downloads"),
    ("left-out", "Not in these numbers", "question"),
    ("asked", "The question", "question"),
)


def question_pages(corpus: Corpus, answers: tuple[Answer, ...]) -> Iterator[Page]:
    """One page per question."""
    for answer in answers:
        yield _page(corpus, answer)


def _page(corpus: Corpus, answer: Answer) -> Page:
    question, selection = answer.question, answer.selection
    plot = forest_plot(answer, ROOT)
    claim_report, claim = _claim(corpus, question)
    tiers = tier_panels(answer)
    context: dict[str, object] = {
        "question": question,
        "answer": answer,
        "certainty": certainty_view(answer),
        "strip": _strip(answer),
        "paths": draw_mediation(answer, ROOT, "paths") if question.form is Form.PATHS else None,
        "pool": question.form is Form.POOL,
        "forest": draw_forest(plot) if plot else None,
        "heterogeneity": heterogeneity_view(answer),
        "measure_name": SCALES[question.measure].symbol,
        "methods": method_rows(answer),
        "methods_sentence": methods_sentence(answer),
        "models": models_view(answer),
        "leave_one_out": draw_without_each(answer),
        "band": band_view(answer),
        "small_study": small_study_view(answer),
        "multiverse": multiverse_view(answer),
        "tiers": tiers,
        "pointing": pointing_view(answer),
        "bayes": bayes_view(corpus, answer),
        "outlook": outlook_view(answer),
        "power": power_sentences(answer),
        "pending": pending_view(corpus, question),
        "downloads": downloads(answer),
        "near": [left for left in selection.left_out if left.near],
        "far": [left for left in selection.left_out if not left.near],
        "awaiting": _awaiting(corpus, answer),
        "claim": claim,
        "claim_report": claim_report,
    }
    return Page(
        path=question_path(question.id),
        template="question.html",
        title=question.short,
        nav="answers",
        crumbs=(("Answers", "index.html"),),
        context={**context, "sections": _sections(context, tiers)},
    )


def _sections(context: Mapping[str, object], tiers: list[TierPanel]) -> list[tuple[str, str]]:
    """(id, name) of every section that this page has."""
    found = []
    for place, name, needed in _SECTIONS:
        if place == "tiers":
            found += [(f"tier-{tier.letter}", tier.title) for tier in tiers]
        elif context[needed]:
            found.append((place, name))
    return found


def _strip(answer: Answer) -> list[tuple[str, str, str]]:
    """(name, value, detail) of the strip under the heading; only what there is."""
    scale = SCALES[answer.question.measure]
    pooled, selection = answer.pooled, answer.selection
    cells = []
    if pooled is not None:
        main = answer.main or pooled
        detail = f"{scale.name}, {scale.text(main.ci[0])} to {scale.text(main.ci[1])}"
        cells.append(("Estimate" if pooled.k > 1 else "One estimate", scale.text(main.estimate), detail))
        new = prediction(answer)
        if new is not None:
            cells.append(("Next study", f"{scale.text(new[0])} to {scale.text(new[1])}", "95% prediction interval"))
        cells.append(("Rests on", _people(answer), f"{pooled.k} of {len(selection.eligible_a)} eligible effects"))
    others = beside_others(answer)
    if others is not None:
        cells.append(("Other analyses", *others))
    with_p, without = len(selection.tier_b), len(selection.tier_c)
    if answer.question.form is Form.PATHS:
        cells.append(("Paths", str(with_p + without), f"{with_p} with figures, {without} without"))
    else:
        cells.append(("Without variance", f"{with_p + without} samples", f"{with_p} with a p, {without} without"))
    near = sum(left.near for left in selection.left_out)
    if near:
        noun = "effect" if near == 1 else "effects"
        cells.append(("Left out", f"{near} {noun}", "each with its reason, below"))
    return cells


def _people(answer: Answer) -> str:
    """How many people the pooled effects come from, as far as they are counted."""
    sizes = [candidate.effect.n for candidate in answer.selection.tier_a]
    known = [n for n in sizes if isinstance(n, int)]
    if not known:
        return count(len(sizes), "sample", "samples").lower()
    return f"{sum(known)} people" if len(known) == len(sizes) else f"{sum(known)} people or more"


def _awaiting(corpus: Corpus, answer: Answer) -> list[Report]:
    """Eligible reports without a readable result, shown with the questions on oxytocin given."""
    given = answer.question.select.role == (EffectRole.TREATMENT_EFFECT,)
    studies = {study.key: study for study in corpus.studies}
    return [
        report
        for report in corpus.reports
        if report.status is ReportStatus.AWAITING_NUMBERS
        and (study := studies.get(report.study)) is not None
        and bool(study.ot_given) is given
    ]


def _claim(corpus: Corpus, question: Question) -> tuple[Report | None, Claim | None]:
    """The published claim a question puts to the test. Raises InvalidInput where the corpus does not hold it."""
    if not question.claim:
        return None, None
    report_key, _, claim_key = (part.strip() for part in question.claim.partition(":"))
    for report in corpus.reports:
        for claim in report.claims:
            if (report.key, claim.key) == (report_key, claim_key):
                return report, claim
    raise InvalidInput(
        f"{question.id}.toml: claim {question.claim!r} is in no report of the corpus; name a report and one of its claims"
    )
