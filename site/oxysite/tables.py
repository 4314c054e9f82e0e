"""The published tables: which columns they have, what each means, and how a row is made from the corpus.

Never writes a file; see ``oxysite.exports``.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from corpus.domain import Corpus, Missing

# One row of any table: the domain objects it is made of, the owner first.
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a Table Schema type, what it means, and its value for a row."""

    name: str
    type: str
    description: str
    value: Callable[[Row], object]


@dataclass(frozen=True, slots=True)
class Table:
    """One published table; ``foreign`` maps a column to the table (and column) it refers to."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Callable[[Corpus], Iterable[Row]]
    foreign: tuple[tuple[str, str, str], ...] = ()


def _column(name: str, description: str, type_: str = "string", of: str = "", at: int = -1) -> Column:
    """A column that reads the attribute ``of`` (default: its own name) of the row's object number ``at``."""
    path = (of or name).split(".")

    def value(row: Row) -> object:
        found: object = row[at]
        for part in path:
            found = None if found is None or isinstance(found, Missing) else getattr(found, part)
        return found

    return Column(name, type_, description, value)


_STUDY = _column("study", "key of the study", of="key", at=0)
_IN_STUDY = (("study", "studies", "key"),)


def _answers(row: Row) -> str:
    return "; ".join(f"{key} {answer.value}" for key, answer in row[-1].answers.items())


def _source(at: int = -1) -> tuple[Column, ...]:
    return (
        _column("source_report", "report that prints the value", of="source.report", at=at),
        _column("locator", "place in that report", of="source.locator", at=at),
        _column("source_tier", "kind of text that was read", of="source.tier", at=at),
    )


def _parts(attribute: str) -> Callable[[Corpus], Iterator[Row]]:
    return lambda corpus: ((study, part) for study in corpus.studies for part in getattr(study, attribute))


TABLES: tuple[Table, ...] = (
    Table(
        "studies",
        "Trials and cohorts, and the reviews and registrations coded beside them.",
        ("key",),
        (
            _column("key", "key of the study"),
            _column("label", "name in figures"),
            _column("summary", "one sentence"),
            _column("scope", "how near it stands to the questions"),
            _column("design", "study design"),
            _column("blinding", "who was masked"),
            _column("allocation_unit", "what was allocated"),
            _column("country", "country"),
            _column("setting", "setting"),
            _column("registration", "registration"),
            _column("diagnosis", "diagnosis", of="population.diagnosis"),
            _column("mesh", "MeSH heading", of="population.mesh"),
            _column("age", "age as reported", of="population.age"),
            _column("percent_female", "per cent female", "number", of="population.percent_female"),
            _column("patients", "patients or participants", "integer", of="sizes.patients"),
            _column("therapists", "therapists", "integer", of="sizes.therapists"),
            _column("dyads", "dyads", "integer", of="sizes.dyads"),
            _column("sessions", "sessions", "integer", of="sizes.sessions"),
            _column("ot_samples", "oxytocin samples analysed", "integer", of="sizes.samples"),
            _column("sample", "key of the people"),
            *_source(),
        ),
        lambda corpus: ((study,) for study in corpus.studies),
        (("sample", "samples", "key"),),
    ),
    Table(
        "reports",
        "Publications and registry entries, with their status in the review.",
        ("key",),
        (
            _column("key", "key of the report"),
            _column("kind", "kind of publication"),
            _column("status", "where it stands in the review"),
            _column("reason", "why"),
            Column("authors", "string", "authors, separated by semicolons", lambda row: _joined(row[0].authors)),
            _column("year", "year", "integer"),
            _column("title", "title"),
            _column("journal", "journal"),
            _column("volume", "volume"),
            _column("issue", "issue"),
            _column("pages", "pages"),
            _column("doi", "DOI"),
            _column("pmid", "PubMed number"),
            _column("pmcid", "PubMed Central number"),
            _column("nct", "ClinicalTrials.gov number"),
            _column("registration", "other registry number"),
            _column("study", "study it tells of"),
            Column("retracted", "boolean", "whether it was retracted", lambda row: row[0].retraction is not None),
        ),
        lambda corpus: ((report,) for report in corpus.reports),
        (("study", "studies", "key"),),
    ),
    Table(
        "report_links",
        "How reports relate.",
        ("report", "kind", "to"),
        (
            _column("report", "report that holds the link", of="key", at=0),
            _column("kind", "kind of relation"),
            _column("to", "the other report"),
            _column("basis", "why they are held to be related"),
        ),
        lambda corpus: ((report, link) for report in corpus.reports for link in report.links),
        (("report", "reports", "key"), ("to", "reports", "key")),
    ),
    Table(
        "samples",
        "The people; effects of one sample, and of one cluster of samples, are dependent.",
        ("key",),
        (
            _column("key", "key of the sample"),
            _column("description", "who they are"),
            _column("n", "how many", "integer"),
            _column("note", "remark"),
        ),
        lambda corpus: ((sample,) for sample in corpus.samples),
    ),
    Table(
        "sample_overlaps",
        "Samples that share people, or may.",
        ("sample", "with"),
        (
            _column("sample", "one sample", of="key", at=0),
            _column("with", "the other", of="sample"),
            _column("certainty", "how sure"),
            _column("basis", "why"),
        ),
        lambda corpus: ((sample, overlap) for sample in corpus.samples for overlap in sample.overlaps),
        (("sample", "samples", "key"), ("with", "samples", "key")),
    ),
    Table(
        "arms",
        "Arms and conditions.",
        ("study", "key"),
        (
            _STUDY,
            _column("key", "key of the arm"),
            _column("name", "name"),
            _column("n_randomised", "randomised", "integer"),
            _column("n_analysed", "analysed", "integer"),
        ),
        _parts("arms"),
        _IN_STUDY,
    ),
    Table(
        "therapies",
        "Psychotherapy given.",
        ("study", "description"),
        (
            _STUDY,
            _column("family", "family or orientation"),
            _column("description", "what it was"),
            _column("format", "format"),
            _column("sessions", "sessions"),
        ),
        _parts("therapies"),
        _IN_STUDY,
    ),
    Table(
        "ot_administrations",
        "Oxytocin given.",
        ("study", "key"),
        (
            _STUDY,
            _column("key", "key of the administration"),
            _column("route", "route"),
            _column("dose_iu", "dose in IU, as printed"),
            _column("doses", "number of doses"),
            _column("timing", "timing to the session"),
            _column("timing_detail", "timing in words"),
            _column("receiver", "who received it"),
            _column("comparator", "what the comparison received"),
        ),
        _parts("ot_given"),
        _IN_STUDY,
    ),
    Table(
        "ot_measures",
        "Oxytocin or its receptor gene measured.",
        ("study", "key"),
        (
            _STUDY,
            _column("key", "key of the measure"),
            _column("whose", "whose"),
            _column("matrix", "in what"),
            _column("assay", "how determined"),
            _column("extraction", "extracted or not"),
            _column("kit", "kit"),
            _column("detection_limit", "limit of detection"),
            _column("schedule", "sampling schedule"),
            _column("anchor", "what sampling is anchored to"),
            _column("time_of_day", "time of day"),
            _column("n_samples", "samples", "integer"),
            _column("units", "units"),
            _column("target", "site of the gene"),
        ),
        _parts("ot_measured"),
        _IN_STUDY,
    ),
    Table(
        "outcomes",
        "What was measured as a result, and which direction is better.",
        ("study", "key"),
        (
            _STUDY,
            _column("key", "key of the outcome"),
            _column("domain", "domain"),
            _column("construct", "construct"),
            _column("instrument", "instrument"),
            _column("rater", "rater"),
            _column("state_trait", "state or trait"),
            _column("higher_is_better", "whether higher is better", "boolean"),
            _column("direction_basis", "why"),
            _column("primary", "declared primary", "boolean"),
        ),
        _parts("outcomes"),
        _IN_STUDY,
    ),
    Table(
        "effects",
        "Coded results, as reported.",
        ("study", "key"),
        (
            _STUDY,
            _column("key", "key of the effect"),
            _column("role", "role"),
            _column("level", "level"),
            _column("tier", "tier"),
            _column("outcome", "key of the outcome"),
            _column("phase", "phase of treatment"),
            _column("timepoint", "timepoint"),
            _column("direction", "where the result points"),
            _column("as_reported", "figures as printed"),
            _column("n", "people in this effect", "integer"),
            _column("predictor", "predictor"),
            _column("ot_given", "key of the administration"),
            _column("ot_measure", "key of the measure"),
            _column("ot_index", "index made from the samples"),
            _column("adjustment", "adjustment"),
            _column("moderator", "moderator"),
            _column("condition", "condition"),
            _column("p_relation", "relation of the printed p", of="p.relation"),
            _column("p", "printed p", "number", of="p.value"),
            _column("kind", "how it becomes an estimate", of="computation.kind"),
            _column("positive_means", "what a positive number means", of="computation.positive_means"),
            _column("hold", "why it is never synthesised", of="hold.reason"),
            _column("hold_note", "the same in words", of="hold.note"),
            *_source(),
        ),
        _parts("effects"),
        _IN_STUDY,
    ),
    Table(
        "effect_inputs",
        "Numbers that go into an estimate, in the digits of their source.",
        ("study", "effect", "input"),
        (
            _STUDY,
            _column("effect", "key of the effect", of="key", at=1),
            Column("input", "string", "name of the input", lambda row: row[2]),
            Column("value", "number", "the number", lambda row: row[3]),
            Column("assumed", "boolean", "whether it was assumed, not reported", lambda row: row[4]),
        ),
        lambda corpus: _inputs(corpus),
        _IN_STUDY,
    ),
    Table(
        "estimates",
        "Estimates on the scale of their measure, positive towards oxytocin or better.",
        ("study", "effect"),
        (
            _column("study", "key of the study"),
            _column("effect", "key of the effect"),
            _column("measure", "SMD: Hedges g; ZCOR: Fisher z; OR: log odds ratio"),
            _column("yi", "estimate", "number"),
            _column("vi", "sampling variance", "number"),
            _column("formula", "formula"),
            _column("reference", "reference"),
            Column("assumptions", "string", "what was assumed", lambda row: _joined(row[0].assumptions)),
            _column("alignment", "what was done to the sign"),
            _column("code_version", "version of OxySynth"),
        ),
        lambda corpus: ((estimate,) for estimate in corpus.estimates),
        _IN_STUDY,
    ),
    Table(
        "conflicts",
        "Sources that disagree on one result.",
        ("study", "key"),
        (
            _STUDY,
            _column("key", "key of the conflict"),
            _column("about", "about what"),
            Column("effects", "string", "effects that disagree", lambda row: _joined(row[1].effects)),
            _column("chosen", "effect chosen"),
            _column("reason", "why"),
        ),
        _parts("conflicts"),
        _IN_STUDY,
    ),
    Table(
        "risk_of_bias",
        "Judgements by domain; a level is given only where the full text was read.",
        ("study", "instrument", "domain", "outcome", "effect"),
        (
            _STUDY,
            _column("instrument", "instrument"),
            _column("domain", "domain"),
            _column("outcome", "outcome, where the judgement is for one"),
            _column("effect", "effect, where the judgement is for one result"),
            _column("level", "level"),
            _column("support", "facts it rests on"),
            Column("answers", "string", "answers to the instrument's questions, separated by semicolons", _answers),
            _column("reason", "why the level is not what the algorithm says"),
        ),
        _parts("risk_of_bias"),
        _IN_STUDY,
    ),
)


def _inputs(corpus: Corpus) -> Iterator[Row]:
    for study in corpus.studies:
        for effect in study.effects:
            if effect.computation is not None:
                for name, value in effect.computation.inputs.items():
                    yield study, effect, name, value, False
                for assumed in effect.computation.assumed:
                    yield study, effect, assumed.name, assumed.value, True


def _joined(values: object) -> object:
    return "; ".join(values) if isinstance(values, tuple) else values
