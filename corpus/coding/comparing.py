"""Two codings of one study side by side: items that mean the same are brought together, then value is held against value.

Never settles anything, and never takes two words for one because they look alike: only blanks and the case of letters in
words of our own are overlooked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from corpus.coding import judgements
from corpus.coding.shape import Field, Group, Items, Kind, Part, shape
from corpus.coding.values import Values, items_of

# Words of ours, which two people never choose alike: they are shown, but what the first wrote stands unless it is changed.
OURS = frozenset(
    {
        "key", "label", "summary", "reason", "note", "description", "basis", "about", "as_reported", "timepoint",
        "direction_basis", "positive_basis", "support", "locator", "read_at", "design_note", "gaps", "name", "construct",
        "adjustment", "condition", "predictor", "moderator", "timing_detail",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value on which two codings differ."""

    path: str  # as the first coder's draft has it
    first: str
    second: str
    ours: bool  # words of our own, not what the paper says


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two codings, the second's items renumbered to those of the first that mean the same."""

    first: Values
    second: Values
    same: int  # values on which they agree
    differences: tuple[Difference, ...]

    @property
    def open(self) -> tuple[Difference, ...]:
        """The differences that somebody must settle."""
        return tuple(one for one in self.differences if not one.ours)


def compare(first: Values, second: Values) -> Comparison:
    """Hold two drafts against each other; of a judgement, what was asked and answered, and what departs from the algorithm."""
    first = judgements.tidied(first)
    turned = align(first, judgements.tidied(second))
    differences, same = [], 0
    for path in sorted(first.keys() | turned.keys(), key=place):
        ours, theirs = first.get(path, ""), turned.get(path, "")
        if _plain(path, ours) == _plain(path, theirs):
            same += 1
        else:
            names = path.split("/")
            own = names[-1] in OURS or (names[-1] == "note" and len(names) > 1)
            differences.append(Difference(path=path, first=ours, second=theirs, ours=own))
    return Comparison(first=first, second=turned, same=same, differences=tuple(differences))


def align(first: Values, second: Values) -> dict[str, str]:
    """The second draft with its items numbered like the first's where they mean the same, references included."""
    turned = dict(second)
    numbers: dict[str, dict[str, str]] = {}
    for where in _lists():
        numbers[where] = _numbers(first, turned, where, numbers)
        turned = _renumbered(turned, where, numbers[where])
        turned = _refer(turned, where, numbers[where])
    return turned


def place(path: str) -> tuple[tuple[int, str], ...]:
    """The order in which paths stand in the form."""
    part: Part | None = shape()
    found = []
    for name in path.split("/"):
        if isinstance(part, Group):
            names = [one.name for one in part.parts]
            found.append((names.index(name) if name in names else len(names), name))
            part = part.part(name) if name in names else None
        elif isinstance(part, Items):
            found.append((int(name) if name.isdigit() else 0, name))
            part = part.item
        else:
            # Questions stand in the order of their numbers: q4_2 before q4_10.
            number = name.rpartition("_")[2]
            found.append((int(number) if number.isdigit() else 0, name))
            part = None
    return tuple(found)


def _lists() -> Iterator[str]:
    """The lists of the form, those that others refer to first."""

    def walk(part: Part, path: str) -> Iterator[str]:
        if isinstance(part, Items):
            yield path
        elif isinstance(part, Group):
            for below in part.parts:
                yield from walk(below, f"{path}/{below.name}" if path else below.name)

    referred = ["study/arms", "study/ot_given", "study/ot_measured", "study/outcomes", "study/effects"]
    yield from referred
    yield from (path for path in walk(shape(), "") if path not in referred)


def _numbers(first: Values, second: Values, where: str, done: Mapping[str, dict[str, str]]) -> dict[str, str]:
    """The new number of each of the second's items: that of the first's item it is likest, or one beyond all of them."""
    ours, theirs = items_of(first, where), items_of(second, where)
    if not theirs:
        return {}
    likeness = np.array([[_likeness(first, second, f"{where}/{a}", f"{where}/{b}") for b in theirs] for a in ours])
    pairs: dict[str, str] = {}
    if ours:
        for row, column in zip(*linear_sum_assignment(-likeness), strict=True):
            if likeness[row, column] > 0:
                pairs[theirs[column]] = ours[row]
    beyond = max([0, *(int(one) for one in ours)]) + 1
    for number in theirs:
        if number not in pairs:
            pairs[number] = str(beyond)
            beyond += 1
    return pairs


def _likeness(first: Values, second: Values, a: str, b: str) -> float:
    """How much two items say alike: what the paper says counts whole, words of ours a little."""
    if a.startswith(f"{judgements.WHERE}/"):
        return _same_judgement(first, second, a, b)
    ours = {path[len(a) :]: value for path, value in first.items() if path.startswith(f"{a}/")}
    theirs = {path[len(b) :]: value for path, value in second.items() if path.startswith(f"{b}/")}
    shared = [
        path for path in ours if path in theirs and _plain(a + path, ours[path]) == _plain(b + path, theirs[path])
    ]
    return sum(0.1 if path.rsplit("/", 1)[-1] in OURS else 1.0 for path in shared) + (
        2.0 if any(path.endswith(("/instrument", "/kind")) for path in shared) else 0.0
    )


def _same_judgement(first: Values, second: Values, a: str, b: str) -> float:
    """Judgements are alike where they are of one domain, and the more so if for one result; their answers do not count."""
    same = [name for name in ("instrument", "domain") if first.get(f"{a}/{name}", "") == second.get(f"{b}/{name}", "")]
    if len(same) < 2:
        return 0.0
    return 1.0 + sum(first.get(f"{a}/{name}", "") == second.get(f"{b}/{name}", "") for name in ("outcome", "effect"))


def _renumbered(values: Values, where: str, numbers: Mapping[str, str]) -> dict[str, str]:
    begin = f"{where}/"
    found = {}
    for path, value in values.items():
        if path.startswith(begin):
            number, _, rest = path[len(begin) :].partition("/")
            path = f"{begin}{numbers.get(number, number)}/{rest}"
        found[path] = value
    return found


def _refer(values: Values, where: str, numbers: Mapping[str, str]) -> dict[str, str]:
    """References to the items of a list, with the new numbers."""
    found = dict(values)
    for path, value in values.items():
        field = _field(path)
        if field is not None and field.refers == where:
            found[path] = " ".join(numbers.get(one, one) for one in value.split())
    return found


def _field(path: str) -> Field | None:
    part: Part = shape()
    for name in path.split("/"):
        if isinstance(part, Items):
            part = part.item
        elif isinstance(part, Group):
            try:
                part = part.part(name)
            except KeyError:
                return None
        else:
            return None
    return part if isinstance(part, Field) else None


def _plain(path: str, value: str) -> str:
    """What is compared: blanks do not count, nor the order of a set; letters do not in what is typed as text."""
    field = _field(path)
    text = " ".join(value.split())
    if field is not None and field.kind is Kind.ITEMS and not path.startswith("study/effects/"):
        return " ".join(sorted(text.split()))
    return text.casefold() if field is None or field.kind in (Kind.TEXT, Kind.LINES) else text
