"""A draft: every value that was typed, by its path, and the study that they make once they fit.

A path is the names from the case down, with a number for each item of a list: ``study/outcomes/2/construct``. A reason in
place of a value stands below it: ``study/country/missing``, with ``study/country/note``. A reference holds the number of
the item it names. Never repairs: what does not fit comes back with its path.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.coding import judgements
from corpus.coding.keys import keys_of
from corpus.coding.shape import NAMED, Field, Group, Items, Kind, Part, part_at, shape
from corpus.coding.tidying import tidied
from corpus.coding.values import Values, items_of
from corpus.curation.binding import Bound, bind_node
from corpus.curation.nodes import Items as NodeItems
from corpus.curation.nodes import Node, Pairs, Scalar
from corpus.domain import Report, Sample, Source, Study
from corpus.domain.cases import Change
from corpus.errors import InvalidInput

PATH = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*")
LONGEST_PATH = 300
LONGEST_VALUE = 20_000
_PLAIN = (Kind.NUMBER, Kind.WHOLE, Kind.YES_NO, Kind.TERM, Kind.IDENTIFIER, Kind.CHOICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What does not fit, and where: the path of a field, or of the group that lacks one."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A report, its sample and its study, as far as they fit."""

    report: Report | None
    sample: Sample | None
    study: Study | None
    faults: tuple[Fault, ...]


def check_path(path: str) -> None:
    """Raises InvalidInput for a path that leads nowhere in the form."""
    if len(path) > LONGEST_PATH or not PATH.fullmatch(path) or not leads(path):
        raise InvalidInput(f"{path[:100]!r} is no field of the form")


def leads(path: str) -> bool:
    """Whether a path leads to a value of the form."""
    part: Part = shape()
    names = path.split("/")
    for at, name in enumerate(names):
        if isinstance(part, Items):
            if not name.isdigit():
                return False
            part = part.item
            continue
        if isinstance(part, Field):
            return part.may_miss and name in ("missing", "note") and at == len(names) - 1
        if name in NAMED.get(part.cls, ()):
            return len(names) - at == 2
        try:
            part = part.part(name)
        except KeyError:
            return False
    return isinstance(part, Field)


def taken_out(values: Values, item: str) -> list[Change]:
    """The changes by which an item leaves a draft: its own values, and every reference to it.

    Its number may be given to another item then, to which nothing must point by accident. Raises InvalidInput for a path
    that is no item of a list.
    """
    where, _, number = item.rpartition("/")
    if not number.isdigit() or not isinstance(part_at(where), Items):
        raise InvalidInput(f"{item[:100]!r} is no item of the form")
    lists = re.sub(r"/\d+", "", where)
    found = [Change(path=path, was=value, value="") for path, value in values.items() if path.startswith(f"{item}/")]
    for path, value in values.items():
        field = part_at(path)
        if isinstance(field, Field) and field.refers == lists and number in value.split():
            left = " ".join(one for one in value.split() if one != number)
            found.append(Change(path=path, was=value, value=left))
    return found


def coded(values: Values, extra: Mapping[str, Mapping[str, Node]]) -> Coded:
    """What the values make; ``extra`` are fields that nobody types, such as who coded the study, by part of the case."""
    values = tidied(values)
    made = _Made(values)
    faults: list[Fault] = []
    held: dict[str, object] = {}
    for part in shape().parts:
        assert isinstance(part, Group)
        node = made.group(part, part.name) or Pairs(1)
        added = extra.get(part.name, {})
        node = Pairs(1, [*node.pairs, *((_word(name), value) for name, value in added.items())])
        bound: Bound[object] = bind_node(node, part.cls, Path(part.name))
        faults += [Fault(path=made.path(part.name, problem.field), text=problem.text) for problem in bound.problems]
        held[part.name] = bound.values[0] if bound.values else None
    return Coded(
        report=held["report"] if isinstance(held["report"], Report) else None,
        sample=held["sample"] if isinstance(held["sample"], Sample) else None,
        study=held["study"] if isinstance(held["study"], Study) else None,
        faults=tuple(faults),
    )


class _Made:
    """Nodes out of values, and the way back from a node's place to the path of its value."""

    def __init__(self, values: Values) -> None:
        self.values = values
        keys = {f"{path}/key": key for path, key in keys_of(values).items()}
        self.filled_in = keys | judgements.levels(values)  # where nothing was typed

    def group(self, group: Group, path: str) -> Pairs | None:
        """The mapping of a group; None where nothing of it was typed."""
        pairs: list[tuple[Node, Node]] = []
        for part in group.parts:
            node = self.part(part, f"{path}/{part.name}")
            if node is not None:
                pairs.append((Scalar(part.name, plain=True, line=1), node))
        if pairs:
            pairs += self.named(group, path)
        if (
            group.cls is Source
            and pairs
            and not any(isinstance(name, Scalar) and name.text == "report" for name, _ in pairs)
        ):
            pairs.insert(0, (_word("report"), Scalar(self.values.get("report/key", "").strip(), plain=False, line=1)))
        made = Pairs(1, pairs)
        return made if pairs else None

    def part(self, part: Part, path: str) -> Node | None:
        if isinstance(part, Items):
            held = [self.group(part.item, f"{path}/{number}") for number in items_of(self.values, path)]
            found: list[Node] = [one for one in held if one is not None]
            return NodeItems(1, found) if found else None
        if isinstance(part, Group):
            return self.group(part, path)
        return self.field(part, path)

    def field(self, field: Field, path: str) -> Node | None:
        value = self.values.get(path, "").strip() or self.filled_in.get(path, "")
        if not value:
            reason = self.values.get(f"{path}/missing", "")
            if not reason:  # that none of a conflict's effects is chosen is an answer, not a gap
                return Scalar("", plain=False, line=1) if field.name == "chosen" else None
            pairs: list[tuple[Node, Node]] = [(_word("missing"), _word(reason))]
            if note := self.values.get(f"{path}/note", "").strip():
                pairs.append((_word("note"), Scalar(note, plain=False, line=1)))
            return Pairs(1, pairs)
        if field.kind is Kind.ITEMS:
            numbers = value.split()
            return NodeItems(1, [Scalar(self.key(field.refers, one), plain=False, line=1) for one in numbers])
        if field.kind is Kind.ITEM:
            return Scalar(self.key(field.refers, value), plain=False, line=1)
        if field.kind is Kind.LINES:
            lines = [line.strip() for line in value.splitlines() if line.strip()]
            return NodeItems(1, [Scalar(line, plain=False, line=1) for line in lines])
        if field.kind is Kind.TEXT:
            value = " ".join(value.split())  # a text of the corpus is one line
        return Scalar(value, plain=field.kind in _PLAIN, line=1)

    def named(self, group: Group, path: str) -> Iterator[tuple[Node, Node]]:
        for name in NAMED.get(group.cls, ()):
            begin = f"{path}/{name}/"
            held = {key[len(begin) :]: value for key, value in self.values.items() if key.startswith(begin) and value}
            if name == "answers":  # as the instrument numbers its questions: q4_2 before q4_10
                held = {key: held[key] for key in sorted(held, key=lambda key: (len(key), key))}
            if held or name == "inputs":
                pairs: list[tuple[Node, Node]] = [
                    (_word(key), Scalar(value.strip(), plain=name == "inputs", line=1)) for key, value in held.items()
                ]
                yield _word(name), Pairs(1, pairs)

    def key(self, where: str, number: str) -> str:
        """The key of the item of a list; its number where there is no such item, so that the fault names it."""
        return self.filled_in.get(f"{where}/{number}/key", number)

    def path(self, root: str, field: str) -> str:
        """The path of a value, from its place: ``outcomes[1].construct`` is ``study/outcomes/2/construct``."""
        at = root
        for name, place in re.findall(r"([^.\[\]]+)|\[(\d+)\]", field):
            if name:
                at = f"{at}/{name}"
            else:
                numbers = items_of(self.values, at)
                at = f"{at}/{numbers[int(place)]}" if int(place) < len(numbers) else at
        return at


def _word(text: str) -> Scalar:
    return Scalar(text, plain=True, line=1)
