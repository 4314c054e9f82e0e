"""Effects of a draft that tell of the same result, side by side: what each source prints, what it becomes, and what was decided.

Never chooses one: a conflict's decision and its reason are the coder's.
"""

from dataclasses import dataclass

from corpus.coding.preview import Preview, preview
from corpus.coding.values import Values, items_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """One of the effects."""

    number: str
    as_reported: str
    source: str  # report, kind of text and place, as far as they are typed
    direction: str
    preview: Preview
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivals:
    """Effects on one outcome at one phase, in one role."""

    outcome: str  # its number
    phase: str
    effects: tuple[Rival, ...]
    conflict: str  # number of the conflict that names them; "" where none does
    reason: str  # of the decision

    @property
    def decided(self) -> bool:
        """Whether it is said which stands, or that none can."""
        return bool(self.conflict and self.reason)


def rivals(values: Values) -> tuple[Rivals, ...]:
    """Every group of two effects or more, in the order of the form."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for number in items_of(values, "study/effects"):
        at = f"study/effects/{number}"
        outcome, phase = values.get(f"{at}/outcome", ""), values.get(f"{at}/phase", "")
        if outcome and phase:
            groups.setdefault((outcome, phase, values.get(f"{at}/role", "")), []).append(number)
    return tuple(_group(values, *key, numbers) for key, numbers in groups.items() if len(numbers) > 1)


def _group(values: Values, outcome: str, phase: str, role: str, numbers: list[str]) -> Rivals:
    conflict = next(
        (
            number
            for number in items_of(values, "study/conflicts")
            if len(set(values.get(f"study/conflicts/{number}/effects", "").split()) & set(numbers)) > 1
        ),
        "",
    )
    at = f"study/conflicts/{conflict}"
    chosen = values.get(f"{at}/chosen", "") if conflict else ""
    return Rivals(
        outcome=outcome,
        phase=phase,
        effects=tuple(_rival(values, number, chosen) for number in numbers),
        conflict=conflict,
        reason=values.get(f"{at}/reason", "") if conflict else "",
    )


def _rival(values: Values, number: str, chosen: str) -> Rival:
    at = f"study/effects/{number}"
    source = (values.get(f"{at}/source/{name}", "") for name in ("report", "tier", "locator"))
    return Rival(
        number=number,
        as_reported=values.get(f"{at}/as_reported", ""),
        source=", ".join(one.replace("_", " ") for one in source if one),
        direction=values.get(f"{at}/direction", "").replace("_", " "),
        preview=preview(values, at),
        chosen=number == chosen,
    )
