"""The pages one looks things up on: methods, codebook, oxytocin methods, downloads.

Never repeats a definition: vocabularies come from the codebook, rules from their own modules.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from corpus.codebook import VOCABULARIES
from corpus.domain import Corpus, Missing
from corpus.instruments import instruments
from corpus.protocol import CertaintyThresholds, Threshold, read_protocol
from corpus.validity import RULES, grade
from oxysite.numbers import number, percent
from oxysite.pages.page import Page
from oxysite.tables import TABLES
from synthesis.answers import Answer
from synthesis.models import RULE
from synthesis.small_study.reading import FEWEST
from synthesis.wording import SHOWN_PREDICTION_FROM

# How each threshold of the protocol is called on the page, in the order of the domains.
_THRESHOLDS = {
    "high_risk_share_serious": "Weight at high risk of bias: serious above",
    "high_risk_share_very_serious": "Weight at high risk of bias: very serious from",
    "low_risk_share_least": "Weight at low risk of bias: not serious above",
    "not_assessed_share_most": "Weight not judged: not assessable from",
    "i2_serious": "I²: may be substantial from",
    "i2_very_serious": "I²: considerable from",
    "overlap_least": "Pairs of overlapping intervals: agreement from",
    "prediction_least_k": "Studies: prediction interval read from",
    "weak_share_serious": "Weight on weak or ungraded measures of oxytocin: serious above",
    "weak_share_very_serious": "Weight on weak measures of oxytocin: very serious above",
    "alpha": "Optimal information size: error rate",
    "power": "Optimal information size: power",
    "asymmetry_least_k": "Studies: test of asymmetry read from",
    "asymmetry_p": "Test of asymmetry: serious below p",
}
_IN_PERCENT = ("i2_serious", "i2_very_serious")
_AS_RATES = ("alpha", "power", "asymmetry_p")  # the other values below 1 are shares of a weight or of pairs


@dataclass(frozen=True, slots=True)
class ThresholdRow:
    """A threshold of the protocol in words."""

    name: str
    value: str
    reason: str
    reference: str


def methods_page(corpus: Corpus, answers: Sequence[Answer]) -> Page:
    """How the review works: questions as written down, rules, codebook."""
    protocol = read_protocol()
    searches = [(report, search) for report in corpus.reports for search in report.searches]
    return Page(
        path="methods.html",
        template="methods.html",
        title="Methods",
        nav="methods",
        context={
            "questions": [answer.question for answer in answers],
            "vocabularies": [
                (vocabulary.__name__, (vocabulary.__doc__ or "").strip().rstrip("."), list(vocabulary))
                for vocabulary in VOCABULARIES
            ],
            "instruments": list(instruments().values()),
            "searches": searches,
            "people": corpus.people,
            "sources": corpus.sources,
            "rules": RULES,
            "thresholds": _threshold_rows(protocol.certainty),
            "sizes": protocol.certainty.sizes,
            "model_rule": RULE,
            "prediction_from": SHOWN_PREDICTION_FROM,
            "small_study_from": FEWEST,
        },
    )


def ot_methods_page(corpus: Corpus) -> Page:
    """Every way oxytocin was given or measured in the corpus, with the grade of each measure."""
    return Page(
        path="ot-methods.html",
        template="ot_methods.html",
        title="Oxytocin methods",
        nav="ot",
        context={
            "given": [(study, given) for study in corpus.studies for given in study.ot_given],
            "measured": [
                (study, measure, grade(measure))
                for study in corpus.studies
                for measure in study.ot_measured
                if not isinstance(measure.matrix, Missing) or study.scope.value == "core"
            ],
            "rules": RULES,
        },
    )


def data_page(corpus: Corpus, files: Sequence[tuple[str, int]], answers: Sequence[Answer]) -> Page:
    """Downloads, with what is in each; ``files`` are (name, bytes)."""
    sizes = dict(files)
    tables = [(table, sizes[f"{table.name}.csv"], sum(1 for _ in table.rows(corpus))) for table in TABLES]
    return Page(
        path="data.html",
        template="data.html",
        title="Data",
        nav="data",
        context={"tables": tables, "sizes": sizes, "answers": answers},
    )


def _threshold_rows(thresholds: CertaintyThresholds) -> list[ThresholdRow]:
    """Every threshold that the protocol states. Raises ValueError for one that has no name here."""
    order = list(_THRESHOLDS)
    names = sorted((field.name for field in fields(thresholds) if field.name != "sizes"), key=order.index)
    return [_threshold_row(name, getattr(thresholds, name)) for name in names]


def _threshold_row(name: str, threshold: Threshold) -> ThresholdRow:
    if name in _AS_RATES:
        shown = number(threshold.value)
    elif name in _IN_PERCENT or threshold.value < 1:
        shown = percent(threshold.value if name in _IN_PERCENT else 100 * threshold.value, 0)
    else:
        shown = number(threshold.value, 0)
    return ThresholdRow(_THRESHOLDS[name], shown, threshold.reason, threshold.reference)
