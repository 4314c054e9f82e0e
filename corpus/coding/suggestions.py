"""Numbers and terms that an abstract prints, offered to whoever codes it, each with the place where it stands.

Never a value of a draft: a person takes it over, or does not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NUMBER = r"[-−–]?\d*\.?\d+"
_PATTERNS: tuple[tuple[str, str, str], ...] = (
    ("n", "people", r"\b[Nn]\s*=\s*(\d{1,5})\b"),
    ("n", "people", r"\b(\d{1,5})\s+(?:patients|participants|individuals|adults|women|men|people|dyads|couples|children|veterans|outpatients|inpatients|subjects|therapists)\b"),
    ("dose_iu", "dose in IU", r"\b(\d{1,3}(?:\.\d+)?)\s*(?:IU|I\.U\.|international units)\b"),
    ("matrix", "matrix", r"\b((?i:saliva|salivary|plasma|serum|urin(?:e|ary)|cerebrospinal fluid|CSF|DNA methylation))\b"),
    ("assay", "assay", r"\b(ELISA|(?i:enzyme[- ]linked immunosorbent assay|enzyme immunoassay|radioimmunoassay|mass spectrometry)|RIA|LC-MS(?:/MS)?)\b"),
    ("instrument", "instrument", r"\b(LSAS|HAM-?D|HAM-?A|HDRS|HRSD|BDI(?:-II)?|BAI|PHQ-?9|GAD-?7|MADRS|PANSS|BPRS|CAPS(?:-5)?|PCL(?:-5)?|Y-?BOCS|STAI|ORS|OQ-?45|WAI(?:-SR)?|ECR|IES-?R|SCL-?90(?:-R)?|CGI)\b"),
    ("p", "p", rf"\b[pP]\s*(?:[=<>≤≥]|&lt;|&gt;)\s*({_NUMBER})"),
    ("r", "r", rf"(?<![\w-])r\s*(?:\(\d+\))?\s*=\s*({_NUMBER})"),
    ("d", "d", rf"\b(?:Cohen[’']?s\s+)?d\s*=\s*({_NUMBER})"),
    ("g", "g", rf"\b(?:Hedges[’']?\s+)?g\s*=\s*({_NUMBER})"),
    ("t", "t", rf"(?<![\w-])t\s*\(\s*\d+(?:\.\d+)?\s*\)\s*=\s*({_NUMBER})"),
    ("f", "F", rf"\bF\s*\(\s*1\s*,\s*\d+(?:\.\d+)?\s*\)\s*=\s*({_NUMBER})"),
    ("b", "b", rf"(?<![\w-])(?:b|B|β)\s*=\s*({_NUMBER})"),
    ("or", "odds ratio", rf"\b(?:OR|odds ratio)\s*(?:=|of)\s*({_NUMBER})"),
)  # fmt: skip
_AROUND = 45  # characters of the text shown on either side


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Something found, and where."""

    kind: str  # what it may be the value of
    label: str
    value: str
    start: int  # of the value, in characters of the text
    before: str
    found: str  # as it stands there
    after: str


def suggestions(text: str) -> list[Suggestion]:
    """What was found, in the order of the text."""
    return sorted(_found(text), key=lambda one: (one.start, one.kind))


def _found(text: str) -> Iterator[Suggestion]:
    seen = set()
    for kind, label, pattern in _PATTERNS:
        for match in re.finditer(pattern, text):
            place = (match.start(1), kind)
            if place in seen:
                continue
            seen.add(place)
            yield Suggestion(
                kind=kind,
                label=label,
                value=match.group(1).replace("−", "-").replace("–", "-"),
                start=match.start(1),
                before=text[max(0, match.start() - _AROUND) : match.start()],
                found=match.group(),
                after=text[match.end() : match.end() + _AROUND],
            )
