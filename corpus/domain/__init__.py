"""What the review is made of, as frozen values from the standard library alone.

Never opens a file or a database.
"""

from corpus.domain.corpus import Corpus
from corpus.domain.effects import (
    AssumedInput,
    Computation,
    Conflict,
    Effect,
    Estimate,
    Hold,
    NotCoded,
    PValue,
)
from corpus.domain.identifiers import Doi, Identifier, InvalidIdentifier, NctId, Pmcid, Pmid
from corpus.domain.provenance import Coding, Person, Source
from corpus.domain.reports import (
    BibliographicSource,
    Claim,
    DatabaseSearch,
    Record,
    Report,
    ReportLink,
    Retraction,
)
from corpus.domain.studies import (
    Arm,
    BiasJudgement,
    OtAdministration,
    OtMeasure,
    Outcome,
    Plan,
    Population,
    Sample,
    SampleOverlap,
    Sizes,
    Study,
    Therapy,
)
from corpus.domain.values import Missing, Printed

__all__ = [
    "Arm",
    "AssumedInput",
    "BiasJudgement",
    "BibliographicSource",
    "Claim",
    "Coding",
    "Computation",
    "Conflict",
    "Corpus",
    "DatabaseSearch",
    "Doi",
    "Effect",
    "Estimate",
    "Hold",
    "Identifier",
    "InvalidIdentifier",
    "Missing",
    "NctId",
    "NotCoded",
    "OtAdministration",
    "OtMeasure",
    "Outcome",
    "PValue",
    "Person",
    "Plan",
    "Pmcid",
    "Pmid",
    "Population",
    "Printed",
    "Record",
    "Report",
    "ReportLink",
    "Retraction",
    "Sample",
    "SampleOverlap",
    "Sizes",
    "Source",
    "Study",
    "Therapy",
]
