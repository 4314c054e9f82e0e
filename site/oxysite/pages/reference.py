"""The pages one looks things up on: methods, codebook, oxytocin methods, downloads.

Never repeats a definition: vocabularies come from the codebook, rules from their own modules.
"""

from collections.abc import Sequence

from corpus.codebook import VOCABULARIES
from corpus.codebook.bias import bias_instruments
from corpus.domain import Corpus, Missing
from corpus.validity import RULES, grade
from oxysite.pages.page import Page
from oxysite.tables import TABLES
from synthesis.answers import Answer


def methods_page(corpus: Corpus, answers: Sequence[Answer]) -> Page:
    """How the review works: questions as written down, rules, codebook."""
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
            "instruments": list(bias_instruments().values()),
            "searches": searches,
            "people": corpus.people,
            "sources": corpus.sources,
            "rules": RULES,
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
