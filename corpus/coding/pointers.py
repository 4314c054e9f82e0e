"""What this program has computed that bears on a check of trust, by the name under which an instrument refers to it.

Never an answer: a finding is shown beside the question, and a person answers.
"""

from collections.abc import Iterator, Mapping, Sequence

from corpus.coding.preview import preview, whole
from corpus.coding.values import Values, items_of

# Which integrity check of a result belongs to which question; all others recompute what is printed.
_BELONGS = {
    "GRIM": "granularity",
    "GRIMMER": "granularity",
    "n": "numbers",
    "SD or SE": "plausibility",
    "impossible value": "plausibility",
}
_NOTHING = {
    "retraction": "No source that was read marks it as retracted.",
    "notice": "No source that was read holds a notice on it.",
    "numbers": "The sizes coded so far add up.",
    "plausibility": "Nothing coded so far is impossible by itself.",
    "granularity": "GRIM and GRIMMER, where they apply, find nothing in what is coded so far.",
    "recomputed": "What could be recomputed of what is coded so far fits.",
}


def pointers(values: Values, notices: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """What was computed on a draft, with the notices that sources hold on its report."""
    found: dict[str, list[str]] = {"retraction": list(notices), "notice": list(notices)}
    for number in items_of(values, "study/effects"):
        effect = f"study/effects/{number}"
        about = values.get(f"{effect}/as_reported", "") or f"effect {number}"
        for finding in preview(values, effect).findings:
            check = finding.partition(":")[0]
            found.setdefault(_BELONGS.get(check, "recomputed"), []).append(f"{about}: {finding}")
    found["numbers"] = [*found.get("numbers", ()), *_arms(values)]
    found["registration"] = [_registration(values)]
    return {name: tuple(found.get(name) or (_NOTHING[name],)) for name in (*_NOTHING, "registration")}


def _arms(values: Values) -> Iterator[str]:
    """Arms in which more people were analysed than randomised."""
    for number in items_of(values, "study/arms"):
        arm = f"study/arms/{number}"
        randomised, analysed = values.get(f"{arm}/n_randomised", ""), values.get(f"{arm}/n_analysed", "")
        before, after = whole(randomised), whole(analysed)
        if before is not None and after is not None and after > before:
            name = values.get(f"{arm}/name", "") or f"arm {number}"
            yield f"{name}: {analysed} analysed of {randomised} randomised"


def _registration(values: Values) -> str:
    number = values.get("study/registration", "").strip()
    return f"Registration as coded: {number}" if number else "No registration is coded."
