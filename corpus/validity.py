"""Grades how well a measure of oxytocin measures oxytocin, by one published rule for all studies.

Never looks at a result: the grade follows from matrix, assay and extraction alone.

References
----------
McCullough, Churchland & Mendez 2013, Neurosci Biobehav Rev 37:1485-1492 (unextracted immunoassays).
Valstad et al. 2017, Neurosci Biobehav Rev 78:117-124, doi:10.1016/j.neubiorev.2017.04.017 (peripheral and central levels).
Martins et al. 2020, eLife 9:e62456 (saliva and plasma at baseline as markers).
"""

from dataclasses import dataclass
from enum import StrEnum

from corpus.codebook import Assay, Extraction, Matrix
from corpus.domain import Missing, OtMeasure


class ValidityGrade(StrEnum):
    """How far the values can be taken for oxytocin."""

    ADEQUATE = "adequate"
    LIMITED = "limited"
    WEAK = "weak"
    NOT_ASSESSABLE = "not assessable"


DEFINITIONS = {
    ValidityGrade.ADEQUATE: "The method measures what it names: the molecule in a peripheral fluid, or the gene.",
    ValidityGrade.LIMITED: "The molecule is measured, but in a fluid that is a weak surrogate, or by a method with a known bias.",
    ValidityGrade.WEAK: "Most of what is measured is probably not oxytocin.",
    ValidityGrade.NOT_ASSESSABLE: "What the grade depends on was not reported, or could not be read.",
}


# The rule in words, as the pages print it; `grade` below is the same rule in code.
RULES = (
    "Where assay, extraction or matrix is not known, the measure is not assessable: the grade is never guessed.",
    "Mass spectrometry, and immunoassays of extracted samples, are adequate in blood and cerebrospinal fluid.",
    "The same methods are limited in saliva and urine, which are weak surrogates at rest.",
    "Immunoassays of unextracted samples are weak: most of what they measure is not oxytocin.",
    "DNA by bisulfite sequencing or genotyping is adequate for the gene it names, which is not a hormone level.",
    "Any other assay has no grade until someone has argued for one.",
)


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade with its reasons, each with the publication it rests on."""

    grade: ValidityGrade
    reasons: tuple[str, ...]


_MCCULLOUGH = "McCullough et al. 2013, Neurosci Biobehav Rev 37:1485"
_VALSTAD = "Valstad et al. 2017, doi:10.1016/j.neubiorev.2017.04.017"
_MARTINS = "Martins et al. 2020, eLife 9:e62456"

_UNEXTRACTED = f"assayed without extraction: values are dominated by cross-reacting material ({_MCCULLOUGH})"
_EXTRACTED = f"extracted before the immunoassay, which removes most of what cross-reacts ({_MCCULLOUGH})"
_MASS = f"mass spectrometry identifies the molecule itself ({_MCCULLOUGH})"
_NOT_KNOWN = f"whether samples were extracted is not known, and the values depend on it ({_MCCULLOUGH})"
_FLUIDS = {
    Matrix.SALIVA: f"saliva at rest is a weak surrogate for the oxytocin system ({_MARTINS})",
    Matrix.PLASMA: f"a peripheral level, unrelated to the central one at rest ({_VALSTAD})",
    Matrix.SERUM: f"a peripheral level, unrelated to the central one at rest ({_VALSTAD})",
    Matrix.BLOOD: f"a peripheral level, unrelated to the central one at rest ({_VALSTAD})",
    Matrix.URINE: f"integrates over hours and needs correction for creatinine; peripheral ({_VALSTAD})",
    Matrix.CSF: f"nearest to the central level ({_VALSTAD})",
}
_AT_MOST_LIMITED = frozenset({Matrix.SALIVA, Matrix.URINE})
_IMMUNOASSAYS = frozenset({Assay.ELISA, Assay.RIA})


def grade(measure: OtMeasure) -> Grade:
    """The grade of one measure, by the rule.

    DNA by bisulfite sequencing or genotyping is adequate for what it names. Mass spectrometry and extracted
    immunoassays are adequate in blood and cerebrospinal fluid and limited in saliva and urine. Unextracted
    immunoassays are weak. Where assay, extraction or matrix is not known, the grade cannot be given; other assays
    are judged by nobody yet and stay without a grade too.
    """
    if isinstance(measure.matrix, Missing):
        return Grade(ValidityGrade.NOT_ASSESSABLE, (f"in what oxytocin was measured is {_why(measure.matrix)}",))
    if measure.matrix is Matrix.DNA:
        return _dna(measure)
    fluid = _FLUIDS[measure.matrix]
    best = ValidityGrade.LIMITED if measure.matrix in _AT_MOST_LIMITED else ValidityGrade.ADEQUATE
    if measure.assay is Assay.LC_MS:
        return Grade(best, (_MASS, fluid))
    if measure.extraction is Extraction.EXTRACTED and measure.assay in _IMMUNOASSAYS:
        return Grade(best, (_EXTRACTED, fluid))
    if measure.extraction is Extraction.UNEXTRACTED:
        return Grade(ValidityGrade.WEAK, (_UNEXTRACTED, fluid))
    if isinstance(measure.assay, Missing):
        return Grade(ValidityGrade.NOT_ASSESSABLE, (f"the assay is {_why(measure.assay)}", fluid))
    if measure.assay in _IMMUNOASSAYS:
        return Grade(ValidityGrade.NOT_ASSESSABLE, (_NOT_KNOWN, fluid))
    return Grade(ValidityGrade.NOT_ASSESSABLE, (f"the rule has no grade for the assay {measure.assay.label}", fluid))


def _dna(measure: OtMeasure) -> Grade:
    gene = "the receptor gene, not a hormone level; methylation differs between tissues"
    if measure.assay is Assay.GENOTYPING:
        return Grade(ValidityGrade.ADEQUATE, ("genotyping reads the variant itself", gene))
    if measure.assay is Assay.BISULFITE:
        return Grade(ValidityGrade.ADEQUATE, ("bisulfite sequencing reads methylation itself", gene))
    assay = _why(measure.assay) if isinstance(measure.assay, Missing) else measure.assay.label
    return Grade(ValidityGrade.NOT_ASSESSABLE, (f"the assay is {assay}", gene))


def _why(missing: Missing) -> str:
    return missing.missing.label + (f" ({missing.note})" if missing.note else "")
