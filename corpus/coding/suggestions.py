"""Numbers and terms that an abstract prints, offered to whoever codes it, each with the place where it stands.

Never a value of a draft: a person takes it over, or does not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.codebook import Assay, Matrix, Route

_NUMBER = r"[-−–+]?\d*[.,·]?\d+"
_COUNT = r"\d{1,3}(?:[,\u2009\u00a0 ]\d{3})+|\d{1,6}"
_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen "
    "twenty thirty forty fifty sixty seventy eighty ninety"
).split()
_VALUE_OF = dict(zip(_WORDS, [*range(2, 21), *range(30, 100, 10)], strict=True))
_TENS, _ONES = "|".join(_WORDS[18:]), "|".join(["one", *_WORDS[:8]])
_IN_WORDS = rf"(?i:(?:{_TENS})(?:[- ](?:{_ONES}))?|{'|'.join(_WORDS)})"
_PEOPLE = (
    r"(?:patients|participants|individuals|adults|women|men|people|persons|dyads|couples|children|adolescents|veterans|"
    r"outpatients|inpatients|subjects|volunteers|therapists|students|mothers|fathers|controls)"
)
_TELLING = r"(?:[A-Za-z][\w-]*\s+){0,2}?"  # "50 BPD patients", "120 adult outpatients"
_IS = r"\s*(?:[=≈<>≤≥]|&lt;|&gt;)\s*"
_PATTERNS: tuple[tuple[str, str, str], ...] = (
    ("n", "people", rf"\b[Nn]\s*=\s*({_COUNT})\b"),
    ("n", "people", rf"(?<![\d.,])({_COUNT})\s+{_TELLING}{_PEOPLE}\b"),
    ("n", "people", rf"\b({_IN_WORDS})\s+{_TELLING}{_PEOPLE}\b"),
    ("dose_iu", "dose in IU", r"(?<![\d.,])(\d{1,3}(?:\.\d+)?)[\s-]*(?:IU|iu|I\.U\.|(?i:international units))\b"),
    ("route", "route", r"\b((?i:intranasal(?:ly)?|nasal spray|intravenous(?:ly)?|sublingual(?:ly)?))\b"),
    ("matrix", "matrix", r"\b((?i:saliva|salivary|plasma|serum|urin(?:e|ary)|cerebrospinal fluid|CSF|DNA methylation))\b"),
    ("assay", "assay", r"\b(ELISA|EIA|(?i:enzyme[- ]linked immunosorbent assay|enzyme[- ]immunoassay|radioimmunoassay|mass spectrometry)|RIA|LC-MS(?:/MS)?)\b"),
    ("instrument", "instrument", r"\b(LSAS(?:-SR)?|SPIN|SIAS|HAM-?D(?:-?\d+)?|HAM-?A|HDRS(?:-\d+)?|HRSD|BDI(?:-II)?|BAI|PHQ-?[249]|GAD-?7|MADRS|PANSS|BPRS|SANS|CAPS(?:-5)?|PCL(?:-5|-C)?|PDS|Y-?BOCS|OCI-R|STAI|DERS|SCARED|EPDS|PSS(?:-\d+)?|ORS|SRS|OQ-?45(?:\.2)?|WAI(?:-SR|-S)?|CALPAS|GCQ|ECR(?:-R)?|RMET|IRI|IES-?R|SCL-?90(?:-R)?|BSI|CGI(?:-[SI])?|DASS-?\d*)(?![\w-])"),
    ("instrument", "instrument", r"\b(?!The\b)([A-Z][\w’'-]*(?:\s+(?:[A-Z][\w’'-]*|of|for|and|the|in|to)){0,5}\s+(?:Scale|Inventory|Questionnaire|Index|Checklist|Interview|Schedule)(?:-[IVR]+)?)\b"),
    ("p", "p", rf"(?<![\w-])[pP]{_IS}({_NUMBER})"),
    ("r", "r", rf"(?<![\w-])(?:r|rs|r_s|ρ|rho)\s*(?:\(\d+\))?{_IS}({_NUMBER})"),
    ("d", "d", rf"\b(?:Cohen[’']?s\s+)?d{_IS}({_NUMBER})"),
    ("g", "g", rf"\b(?:Hedges[’']?\s+)?g{_IS}({_NUMBER})"),
    ("t", "t", rf"(?<![\w-])t\s*\(\s*\d+(?:\.\d+)?\s*\){_IS}({_NUMBER})"),
    ("f", "F", rf"\bF\s*\(\s*1\s*,\s*\d+(?:\.\d+)?\s*\){_IS}({_NUMBER})"),
    ("b", "b", rf"(?<![\w-])(?:b|B|β){_IS}({_NUMBER})"),
    ("or", "odds ratio", rf"\b(?:OR|odds ratio)\s*(?:[=:]|of|was)?\s*({_NUMBER})"),
)  # fmt: skip
# The codebook's term for what was found, where the field takes one; looked for in small letters, the first that fits.
_TERMS: dict[str, tuple[tuple[str, str], ...]] = {
    "route": (("nasal", Route.INTRANASAL), ("intravenous", Route.INTRAVENOUS), ("sublingual", Route.SUBLINGUAL)),
    "matrix": (
        *(("saliva", Matrix.SALIVA), ("plasma", Matrix.PLASMA), ("serum", Matrix.SERUM), ("urin", Matrix.URINE)),
        *(("csf", Matrix.CSF), ("cerebrospinal", Matrix.CSF), ("dna", Matrix.DNA)),
    ),
    "assay": (
        *(("elisa", Assay.ELISA), ("enzyme", Assay.ELISA), ("eia", Assay.ELISA), ("ria", Assay.RIA)),
        *(("radioimmuno", Assay.RIA), ("mass spec", Assay.LC_MS), ("lc-ms", Assay.LC_MS)),
    ),
}
_COUNTED = frozenset({"n"})
_AROUND = 45  # characters of the text shown on either side


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Something found, and where."""

    kind: str  # what it may be the value of
    label: str
    value: str  # as a field of text or numbers takes it
    term: str  # as a field with a list takes it; "" where the codebook has no term for it
    start: int  # of the value, in characters of the text
    before: str
    found: str  # as it stands there
    after: str


def suggestions(text: str) -> list[Suggestion]:
    """What was found, in the order of the text."""
    return sorted(_found(text), key=lambda one: (one.start, one.kind))


def _found(text: str) -> Iterator[Suggestion]:
    seen: set[tuple[int, str]] = set()
    for kind, label, pattern in _PATTERNS:
        for match in re.finditer(pattern, text):
            place = (match.start(1), kind)
            if place in seen:
                continue
            seen.add(place)
            yield Suggestion(
                kind=kind,
                label=_bound(label, match.group()) if kind == "p" else label,
                value=_value(kind, match.group(1)),
                term=next((str(term) for words, term in _TERMS.get(kind, ()) if words in match.group(1).lower()), ""),
                start=match.start(1),
                before=text[max(0, match.start() - _AROUND) : match.start()],
                found=match.group(),
                after=text[match.end() : match.end() + _AROUND],
            )


def _bound(label: str, found: str) -> str:
    """A p that is only bounded is shown as a bound."""
    relation = re.search(r"[<>≤≥]|&[lg]t;", found)
    return label if relation is None else f"{label} {relation.group().replace('&lt;', '<').replace('&gt;', '>')}"


def _value(kind: str, found: str) -> str:
    """What was found as a field takes it: numbers of people in figures, a decimal point for a decimal comma."""
    if kind in _COUNTED:
        words = re.split(r"[- ]", found.lower())
        if words[0] in _VALUE_OF:
            return str(_VALUE_OF[words[0]] + (_VALUE_OF.get(words[1], 1) if len(words) > 1 else 0))
        return re.sub(r"\D", "", found)
    plain = found.replace("−", "-").replace("–", "-")
    return re.sub(r"(?<=\d)[,·](?=\d)", ".", plain) if re.fullmatch(_NUMBER, found) else plain
