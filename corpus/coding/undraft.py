"""The way back: a coded report, sample and study as the values of a draft.

Never loses a value that the form has: what it makes, made into a study again, is the same study.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpus.coding.shape import NAMED, Field, Group, Items, Kind, shape
from corpus.domain import Missing, Report, Sample, Study


def values_of(report: Report, sample: Sample, study: Study) -> dict[str, str]:
    """The values of a draft by path."""
    held = {"report": report, "sample": sample, "study": study}
    numbers = {
        f"study/{name}": {one.key: str(at) for at, one in enumerate(getattr(study, name), start=1)}
        for name in ("arms", "ot_given", "ot_measured", "outcomes", "effects", "conflicts")
    }
    found: dict[str, str] = {}
    for part in shape().parts:
        assert isinstance(part, Group)
        found.update(_group(part, held[part.name], part.name, numbers))
    return found


def _group(group: Group, value: Any, path: str, numbers: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for part in group.parts:
        held, at = getattr(value, part.name), f"{path}/{part.name}"
        if isinstance(part, Items):
            for number, item in enumerate(held, start=1):
                yield from _group(part.item, item, f"{at}/{number}", numbers)
        elif isinstance(part, Group):
            if held is not None:
                yield from _group(part, held, at, numbers)
        else:
            yield from _field(part, held, at, numbers)
    for name in NAMED.get(group.cls, ()):
        yield from ((f"{path}/{name}/{key}", str(text)) for key, text in getattr(value, name).items())


def _field(field: Field, held: Any, path: str, numbers: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    if isinstance(held, Missing):
        yield f"{path}/missing", held.missing.value
        if held.note:
            yield f"{path}/note", held.note
        return
    text = _text(field, held, numbers)
    if text:
        yield path, text


def _text(field: Field, held: Any, numbers: Mapping[str, Mapping[str, str]]) -> str:
    if held is None:
        return ""
    if field.kind is Kind.ITEM:
        return numbers[field.refers].get(held, "")
    if field.kind is Kind.ITEMS:
        return " ".join(numbers[field.refers][key] for key in _sequence(held))
    if field.kind is Kind.LINES:
        return "\n".join(_sequence(held))
    if field.kind is Kind.YES_NO:
        return "true" if held else "false"
    return str(held.value) if field.kind is Kind.TERM else str(held)


def _sequence(held: Any) -> Sequence[str]:
    return tuple(held)
