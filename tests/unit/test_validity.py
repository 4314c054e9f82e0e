"""The published rule by which a measure of oxytocin is graded."""

import itertools

import pytest

from corpus.codebook import Assay, Extraction, Matrix, MissingReason, Whose
from corpus.domain import Missing, OtMeasure
from corpus.validity import DEFINITIONS, ValidityGrade, grade

UNREAD = Missing(MissingReason.NOT_ACCESSIBLE)
UNSAID = Missing(MissingReason.NOT_REPORTED)


def measure(matrix: Matrix | Missing, assay: Assay | Missing, extraction: Extraction | Missing) -> OtMeasure:
    rest = dict.fromkeys(("kit", "detection_limit", "schedule", "anchor", "time_of_day", "n_samples", "units"), UNREAD)
    return OtMeasure(
        key="ot",
        whose=Whose.PATIENT,
        matrix=matrix,
        assay=assay,
        extraction=extraction,
        **rest,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("matrix", "assay", "extraction", "expected", "reason"),
    [
        (Matrix.PLASMA, Assay.LC_MS, Extraction.NOT_APPLICABLE, ValidityGrade.ADEQUATE, "the molecule itself"),
        (Matrix.PLASMA, Assay.LC_MS, UNSAID, ValidityGrade.ADEQUATE, "the molecule itself"),
        (Matrix.PLASMA, Assay.RIA, Extraction.EXTRACTED, ValidityGrade.ADEQUATE, "McCullough"),
        (Matrix.SERUM, Assay.ELISA, Extraction.EXTRACTED, ValidityGrade.ADEQUATE, "Valstad"),
        (Matrix.PLASMA, Assay.ELISA, Extraction.UNEXTRACTED, ValidityGrade.WEAK, "cross-reacting"),
        (Matrix.SERUM, UNREAD, Extraction.UNEXTRACTED, ValidityGrade.WEAK, "cross-reacting"),
        (Matrix.SALIVA, Assay.ELISA, Extraction.EXTRACTED, ValidityGrade.LIMITED, "eLife 9:e62456"),
        (Matrix.SALIVA, Assay.LC_MS, Extraction.NOT_APPLICABLE, ValidityGrade.LIMITED, "eLife 9:e62456"),
        (Matrix.SALIVA, Assay.ELISA, Extraction.UNEXTRACTED, ValidityGrade.WEAK, "cross-reacting"),
        (Matrix.URINE, Assay.ELISA, Extraction.EXTRACTED, ValidityGrade.LIMITED, "creatinine"),
        (Matrix.SALIVA, Assay.ELISA, UNSAID, ValidityGrade.NOT_ASSESSABLE, "not known"),
        (Matrix.PLASMA, UNREAD, UNREAD, ValidityGrade.NOT_ASSESSABLE, "the assay is not accessible"),
        (UNSAID, Assay.ELISA, Extraction.EXTRACTED, ValidityGrade.NOT_ASSESSABLE, "measured is not reported"),
        (Matrix.PLASMA, Assay.OTHER, UNREAD, ValidityGrade.NOT_ASSESSABLE, "no grade for the assay other"),
        (Matrix.DNA, Assay.BISULFITE, Extraction.NOT_APPLICABLE, ValidityGrade.ADEQUATE, "methylation itself"),
        (Matrix.DNA, Assay.GENOTYPING, UNREAD, ValidityGrade.ADEQUATE, "variant itself"),
        (Matrix.DNA, UNREAD, UNREAD, ValidityGrade.NOT_ASSESSABLE, "not accessible"),
    ],
)
def test_the_rule(
    matrix: Matrix | Missing,
    assay: Assay | Missing,
    extraction: Extraction | Missing,
    expected: ValidityGrade,
    reason: str,
) -> None:
    found = grade(measure(matrix, assay, extraction))
    assert found.grade is expected
    assert any(reason in text for text in found.reasons)


def test_saliva_is_never_adequate_and_every_combination_has_a_grade() -> None:
    for matrix, assay, extraction in itertools.product((*Matrix, UNREAD), (*Assay, UNREAD), (*Extraction, UNREAD)):
        found = grade(measure(matrix, assay, extraction))
        assert found.grade in DEFINITIONS
        assert found.reasons
        assert not (matrix is Matrix.SALIVA and found.grade is ValidityGrade.ADEQUATE)
