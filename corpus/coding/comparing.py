"""Two codings of one study side by side: items that mean the same are brought together, then value is held against value.

Never settles anything, and never takes two words for one because they look alike: only blanks and the case of letters in
words of our own are overlooked.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from corpus.coding import judgements
from corpus.coding.shape import Field, Group, Items, Kind, Part, part_at, shape
from corpus.coding.tidying import tidied
from corpus.coding.values import Values, items_of

# Words of ours, which two people never choose alike: both are shown, and what the first wrote stands unless it is settled
# otherwise.
OURS = frozenset(
    {
        "key", "label", "summary", "reason", "note", "description", "basis", "about", "timepoint", "direction_basis",
        "positive_basis", "support", "read_at", "design_note", "gaps", "construct", "timing_detail",
    }
)  # fmt: skip
KEEP = "keep"  # how a whole item that only one coder has is settled; "" leaves it out
_APART = frozenset({judgements.WHERE})  # a judgement that only one has is settled answer by answer
# What two items must share to be one: two results are not one because they share a role and a level.
_ONE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "study/effects": (("outcome", "phase"),),
    "study/outcomes": (("instrument",), ("construct",)),
    "study/ot_measured": (("whose", "matrix"),),
    "study/ot_given": (("route",),),
}
_NAMES = frozenset({"/name", "/instrument", "/construct"})
_ALIKE = 0.5  # share of their words that two names have in common
_FIGURES = 3  # printed numbers in common that make two results one, whatever they are filed under
_NUMBER = re.compile(r"\d*[.,]?\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value on which two codings differ, or a whole item that only one of them has."""

    path: str  # as the first coder's draft has it
    first: str
    second: str
    ours: bool = False  # words of our own, not what the paper says
    whole: bool = False  # an item: KEEP stands for the one who has it


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

    def item(self, path: str) -> dict[str, str]:
        """The values of a whole item, whoever has it, in the order of the form."""
        held = {**self.second, **self.first}
        return {name: held[name] for name in sorted(held, key=place) if name.startswith(f"{path}/")}


def compare(first: Values, second: Values) -> Comparison:
    """Hold two drafts against each other; of a judgement, what was asked and answered, and what departs from the algorithm."""
    first = tidied(first)
    turned = align(first, tidied(second))
    alone = sorted(_alone(first, turned), key=place)
    within = tuple(f"{path}/" for path in alone)
    differences = [_whole(path, first) for path in alone]
    same = 0
    for path in sorted(first.keys() | turned.keys(), key=place):
        if path.startswith(within):
            continue
        ours, theirs = first.get(path, ""), turned.get(path, "")
        if _plain(path, ours) == _plain(path, theirs):
            same += 1
        else:
            differences.append(Difference(path=path, first=ours, second=theirs, ours=_own_words(path, ours, theirs)))
    differences.sort(key=lambda one: place(one.path))
    return Comparison(first=first, second=turned, same=same, differences=tuple(differences))


def _whole(path: str, first: Values) -> Difference:
    has = any(name.startswith(f"{path}/") for name in first)
    return Difference(path=path, first=KEEP if has else "", second="" if has else KEEP, whole=True)


def _alone(first: Values, second: Values) -> set[str]:
    """Paths of the items that only one of the two has, without items within them."""
    found: set[str] = set()
    for where in sorted(_places(first) | _places(second), key=len):
        if where in _APART or any(where.startswith(f"{path}/") for path in found):
            continue
        one_has = set(items_of(first, where)) ^ set(items_of(second, where))
        found |= {f"{where}/{number}" for number in one_has}
    return found


def _places(values: Values) -> set[str]:
    """Every list of a draft that has items, those within items included."""
    found = set()
    for path in values:
        names = path.split("/")
        found |= {"/".join(names[:at]) for at, name in enumerate(names) if name.isdigit()}
    return found


def _own_words(path: str, first: str, second: str) -> bool:
    """Whether a difference is one of wording only."""
    names = path.split("/")
    name = names[-1]
    if name == "as_reported":  # in tiers B and C it is all there is of the result
        return _numbers_in(first) == _numbers_in(second)
    if name == "locator":  # "Table 2" and "Table 2, page 4" are one place, Table 2 and Table 3 are not
        ours, theirs = _numbers_in(first), _numbers_in(second)
        return bool(first and second) and (ours <= theirs or theirs <= ours)
    return name in OURS or (name == "name" and names[-3] == "arms")


def _numbers_in(text: str) -> set[str]:
    return {found.replace(",", ".").lstrip("0") or "0" for found in _NUMBER.findall(text)}


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
    """How much two items say alike, 0 where they cannot be one: what the paper says counts whole, words of ours a little."""
    where = a.rpartition("/")[0]
    if where == judgements.WHERE:
        return _same_judgement(first, second, a, b)
    ours = {path[len(a) :]: value for path, value in first.items() if path.startswith(f"{a}/")}
    theirs = {path[len(b) :]: value for path, value in second.items() if path.startswith(f"{b}/")}
    shared = {
        path for path in ours if path in theirs and _plain(a + path, ours[path]) == _plain(b + path, theirs[path])
    }
    figures = sum("/inputs/" in path for path in shared)
    if where in _ONE and figures < _FIGURES and not any(_share(ours, theirs, shared, names) for names in _ONE[where]):
        return 0.0
    alike = sum(0.1 if path.rsplit("/", 1)[-1] in OURS else 1.0 for path in shared)
    named = max(
        (_words_alike(ours[path], theirs[path]) for path in _NAMES if path in ours and path in theirs), default=0.0
    )
    return alike + named + (2.0 if any(path.endswith(("/instrument", "/kind")) for path in shared) else 0.0)


def _share(ours: Values, theirs: Values, shared: Collection[str], names: Sequence[str]) -> bool:
    """Whether two items have all of these in common: given and the same, or a name told in much the same words."""

    def common(name: str) -> bool:
        path = f"/{name}"
        if path in _NAMES:
            return _words_alike(ours.get(path, ""), theirs.get(path, "")) >= _ALIKE
        return path in shared or f"{path}/missing" in shared

    return all(common(name) for name in names)


def _words_alike(one: str, other: str) -> float:
    """Share of the words of two texts that both have, from 0 to 1."""
    ours, theirs = (set(re.findall(r"\w+", text.casefold())) for text in (one, other))
    return len(ours & theirs) / len(ours | theirs) if ours and theirs else 0.0


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
    part = part_at(path)
    return part if isinstance(part, Field) else None


def _plain(path: str, value: str) -> str:
    """What is compared: blanks do not count, nor the order of a set; letters do not in what is typed as text."""
    field = _field(path)
    text = " ".join(value.split())
    if field is None or field.kind is Kind.NUMBER:  # .50 and 0.50 are one number; 0.5 and 0.50 are not printed alike
        text = re.sub(r"^([-+−]?)0+(?=\.\d)", r"\1", text)
    if field is not None and field.kind is Kind.ITEMS and not path.startswith("study/effects/"):
        return " ".join(sorted(text.split()))
    return text.casefold() if field is None or field.kind in (Kind.TEXT, Kind.LINES) else text
