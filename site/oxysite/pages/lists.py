"""The lists of studies and of reports, with filters.

Never leaves anything out: every study and every report of the corpus stands in its list.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from corpus.codebook import ReportStatus, Tier
from corpus.domain import Corpus, Missing, Report, Study
from oxysite.citing import cited_as
from oxysite.filters import attributes, filter_rules, make_filter
from oxysite.links import outside
from oxysite.pages.page import Page
from oxysite.pages.usage import EffectKey, Use


def studies_page(corpus: Corpus, uses: Mapping[EffectKey, tuple[Use, ...]]) -> Page:
    """The list of studies."""
    rows = []
    values: dict[str, list[list[str]]] = {name: [] for name in ("scope", "design", "therapy", "oxytocin", "question")}
    for study in sorted(corpus.studies, key=lambda study: study.label):
        questions = sorted(
            {(use.question.number, use.question.id, use.question.short) for use in _uses(study, uses) if use.counted}
        )
        facets = {
            "scope": [study.scope.label],
            "design": [study.design.label],
            "therapy": sorted({therapy.family.label for therapy in study.therapies}) or ["none coded"],
            "oxytocin": _oxytocin(study),
            "question": [short for _, _, short in questions] or ["none"],
        }
        for name, words in facets.items():
            values[name].append(words)
        tiers = Counter(effect.tier for effect in study.effects)
        rows.append(
            {
                "study": study,
                "facets": facets,
                "attributes": attributes(facets),
                "questions": questions,
                "tiers": [(tier.value, tiers[tier]) for tier in Tier if tiers[tier]],
            }
        )
    labels = {"scope": "Scope", "design": "Design", "therapy": "Therapy", "oxytocin": "Oxytocin", "question": "Answers"}
    filters = [make_filter(name, labels[name], column) for name, column in values.items()]
    return Page(
        path="studies/index.html",
        template="studies.html",
        title="Studies",
        nav="studies",
        context={"rows": rows, "filters": filters, "rules": filter_rules(filters)},
    )


def reports_page(corpus: Corpus, uses: Mapping[EffectKey, tuple[Use, ...]]) -> Page:
    """The list of reports, with status and reason, and the questions an included one answers."""
    rows = []
    answered = _answered(corpus, uses)
    values: dict[str, list[list[str]]] = {name: [] for name in ("status", "kind", "decade")}
    known = {report.key: report for report in corpus.reports}
    for report in sorted(corpus.reports, key=_by_author_and_year):
        facets = {
            "status": [report.status.label],
            "kind": [report.kind.label],
            "decade": [f"{report.year // 10 * 10}s"] if isinstance(report.year, int) else ["no year"],
        }
        for name, words in facets.items():
            values[name].append(words)
        rows.append(
            {
                "report": report,
                "attributes": attributes(facets),
                "outside": outside(report),
                "links": [(link, known[link.to]) for link in report.links],
                "cited_as": cited_as(report),
                "questions": sorted(answered[report.key]) if report.status is ReportStatus.INCLUDED else [],
            }
        )
    labels = {"status": "Status", "kind": "Kind", "decade": "Published"}
    filters = [make_filter(name, labels[name], column) for name, column in values.items()]
    counts = Counter(report.status for report in corpus.reports)
    return Page(
        path="reports/index.html",
        template="reports.html",
        title="Reports",
        nav="reports",
        context={
            "rows": rows,
            "filters": filters,
            "rules": filter_rules(filters),
            "counts": [(status, counts[status]) for status in ReportStatus if counts[status]],
        },
    )


def _answered(corpus: Corpus, uses: Mapping[EffectKey, tuple[Use, ...]]) -> Mapping[str, set[tuple[int, str, str]]]:
    """Questions that count an effect of a report: one it prints, or, for the main report of a study, any of the study."""
    answered: dict[str, set[tuple[int, str, str]]] = defaultdict(set)
    for study in corpus.studies:
        for effect in study.effects:
            for use in uses.get((study.key, effect.key), ()):
                if use.counted:
                    question = (use.question.number, use.question.id, use.question.short)
                    answered[effect.source.report].add(question)
                    answered[study.reports[0]].add(question)
    return answered


def _by_author_and_year(report: Report) -> tuple[str, str]:
    return cited_as(report).lower(), report.key


def _uses(study: Study, uses: Mapping[EffectKey, tuple[Use, ...]]) -> Sequence[Use]:
    return [use for effect in study.effects for use in uses.get((study.key, effect.key), ())]


def _oxytocin(study: Study) -> list[str]:
    given = ["given"] if study.ot_given else []
    measured = {
        "measured, matrix not reported" if isinstance(m.matrix, Missing) else f"measured in {m.matrix.label}"
        for m in study.ot_measured
    }
    return [*given, *sorted(measured)] or ["neither given nor measured"]
