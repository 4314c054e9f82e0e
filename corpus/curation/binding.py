"""Binds a curated file to the domain's dataclasses, strictly, and names every fault with its line.

Never repairs and never guesses: what does not fit is reported with the value seen and what is allowed.
"""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from corpus.codebook import MissingReason, Term
from corpus.curation.nodes import Items, Node, Pairs, Problem, Scalar, UnreadableYaml, parse, parse_file
from corpus.domain import Identifier, Missing, Printed
from corpus.errors import InvalidInput

T = TypeVar("T")

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,8}")  # more digits than any count of people, and than a database integer
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_SHOWN = 80  # characters of a wrong value shown in its message
_MISSING_WORDS = frozenset(reason.value for reason in MissingReason)


class CurationError(InvalidInput):
    """Faults of curated files: how many, then one line for each."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: (str(problem.file), problem.line))
        count = "1 fault" if len(problems) == 1 else f"{len(problems)} faults"
        lines = "\n".join(str(problem) for problem in self.problems)
        super().__init__(f"{count} in the curated files; nothing was changed\n{lines}")


@dataclass(frozen=True, slots=True)
class Bound(Generic[T]):
    """What a file became: the values, the line of every field path, and what is wrong."""

    file: Path
    values: tuple[T, ...]
    lines: Mapping[str, int]
    problems: tuple[Problem, ...]

    def problem(self, path: str, text: str) -> Problem:
        """A fault found later, at the line where the field stands."""
        return Problem(self.file, self.lines.get(path, 1), path, text)


def bind_one(file: Path, cls: type[T]) -> Bound[T]:
    """A file that holds one value."""
    return _bind_file(file, lambda binder, node: (binder.bind(node, cls, ""),))


def bind_many(file: Path, cls: type[T]) -> Bound[T]:
    """A file that holds a list of values."""

    def bind(binder: "_Binder", node: Node) -> tuple[Any, ...]:
        values = binder.bind(node, tuple[cls, ...], "")  # type: ignore[valid-type]
        return values if isinstance(values, tuple) else (_FAILED,)

    return _bind_file(file, bind)


def bind_node(node: Node, cls: type[T], file: Path) -> Bound[T]:
    """What was read or typed elsewhere, as one value; ``file`` is the name that its problems bear."""
    binder = _Binder(file)
    value = binder.bind(node, cls, "")
    return Bound(file, () if value is _FAILED else (value,), binder.lines, tuple(binder.problems))


def read_entity(cls: type[T], text: str) -> T:
    """One entity from its own YAML. Raises CurationError."""
    file = Path("text")
    try:
        node = parse(text)
    except UnreadableYaml as error:
        raise CurationError([Problem(file, error.line, "", str(error))]) from error
    bound = bind_node(node, cls, file)
    if bound.problems:
        raise CurationError(list(bound.problems))
    return bound.values[0]


class _Failed:
    """Stands where a value could not be bound; the problem is already noted."""


_FAILED = _Failed()


def _bind_file(file: Path, bind: Callable[["_Binder", Node], tuple[Any, ...]]) -> Bound[Any]:
    binder = _Binder(file)
    try:
        values = bind(binder, parse_file(file))
    except UnreadableYaml as error:
        return Bound(file, (), {}, (Problem(file, error.line, "", str(error)),))
    good = tuple(value for value in values if value is not _FAILED)
    return Bound(file, good, binder.lines, tuple(binder.problems))


class _Binder:
    """One pass over one file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}

    def bind(self, node: Node, kind: Any, path: str) -> Any:
        self.lines[path] = node.line
        members = _members(kind)
        fitting = [member for member in members if _takes(member, node)]
        if not fitting:
            return self._wrong(node, path, kind)
        member = fitting[0]
        if Missing in members and isinstance(node, Scalar) and node.text in _MISSING_WORDS - _words(member):
            return self._note(
                node, path, f"saw {node.text}; a value that is not there is written {{missing: {node.text}}}"
            )
        if isinstance(node, Pairs):
            if is_dataclass(member):
                return self._dataclass(node, member, path)
            return self._mapping(node, get_args(member)[1], path)
        if isinstance(node, Items):
            return self._items(node, get_args(member)[0], path)
        return self._scalar(node, member, path, kind)

    def _dataclass(self, node: Pairs, cls: Any, path: str) -> Any:
        known = {item.name: item for item in fields(cls)}
        nodes = self._unique(node, path)
        for name, (key_line, _) in nodes.items():
            if name not in known:
                where = _join(path, name)
                self.problems.append(
                    Problem(self.file, key_line, where, f"unknown field; {cls.__name__} allows {', '.join(known)}")
                )
        values = {}
        for name, item in known.items():
            if name in nodes:
                values[name] = self.bind(nodes[name][1], _hints(cls)[name], _join(path, name))
            elif _required(item):
                allowed = _describe(_hints(cls)[name])
                self.problems.append(
                    Problem(self.file, node.line, _join(path, name), f"required and not given; allowed: {allowed}")
                )
                values[name] = _FAILED
        return _FAILED if _FAILED in values.values() else cls(**values)

    def _mapping(self, node: Pairs, kind: Any, path: str) -> Any:
        values = {
            name: self.bind(value, kind, _join(path, name)) for name, (_, value) in self._unique(node, path).items()
        }
        return _FAILED if _FAILED in values.values() else values

    def _unique(self, node: Pairs, path: str) -> dict[str, tuple[int, Node]]:
        found: dict[str, tuple[int, Node]] = {}
        for key, value in node.pairs:
            if not isinstance(key, Scalar) or not key.text:
                self._note(key, path, f"saw {_show(key)} as the name of a field; allowed: a plain word")
            elif key.text in found:
                self._note(key, _join(path, key.text), f"given twice; first in line {found[key.text][0]}")
            else:
                found[key.text] = (key.line, value)
        return found

    def _items(self, node: Items, kind: Any, path: str) -> Any:
        values = tuple(self.bind(item, kind, f"{path}[{index}]") for index, item in enumerate(node.nodes))
        return _FAILED if any(value is _FAILED for value in values) and path else values

    def _scalar(self, node: Scalar, cls: Any, path: str, kind: Any) -> Any:
        text = node.text.strip()
        if cls is types.NoneType:
            return None
        if cls is bool:
            return text == "true" if text in ("true", "false") and node.plain else self._wrong(node, path, kind)
        if cls is int:
            return int(text) if _INTEGER.fullmatch(text) and node.plain else self._wrong(node, path, kind)
        if cls is date:
            try:
                return date.fromisoformat(text) if len(text) == 10 else self._wrong(node, path, kind)
            except ValueError:
                return self._wrong(node, path, kind)
        if issubclass(cls, Term):
            return cls(text) if text in {term.value for term in cls} else self._wrong(node, path, kind)
        if _CONTROL.search(text):
            return self._note(node, path, f"saw {_show(node)}; one line of text without control characters is expected")
        if issubclass(cls, Identifier | Printed):
            try:
                return cls(text)
            except InvalidInput as error:
                return self._note(node, path, str(error))
        if node.meaning:
            quoted = "'" + text.replace("'", "''") + "'"
            return self._note(
                node, path, f"saw {text or 'nothing'}, {node.meaning} to YAML; as text it is written {quoted}"
            )
        return text

    def _wrong(self, node: Node, path: str, kind: Any) -> _Failed:
        return self._note(node, path, f"saw {_show(node)}; allowed: {_describe(kind)}")

    def _note(self, node: Node, path: str, text: str) -> _Failed:
        self.problems.append(Problem(self.file, node.line, path, text))
        return _FAILED


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


@cache
def _members(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def _takes(member: Any, node: Node) -> bool:
    if isinstance(node, Pairs):
        return is_dataclass(member) or get_origin(member) is Mapping
    if isinstance(node, Items):
        return get_origin(member) is tuple
    empty = node.plain and node.meaning == "nothing"
    if member is types.NoneType:
        return empty
    return isinstance(member, type) and not is_dataclass(member) and get_origin(member) is None and not empty


def _words(member: Any) -> set[str]:
    return {term.value for term in member} if issubclass(member, Term) else set()


def _required(item: Field[Any]) -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _show(node: Node) -> str:
    if isinstance(node, Pairs):
        return "a mapping with " + (", ".join(k.text for k, _ in node.pairs if isinstance(k, Scalar)) or "no fields")
    if isinstance(node, Items):
        return f"a list of {len(node.nodes)}"
    if node.plain and node.meaning == "nothing":
        return "nothing"
    return repr(node.text if len(node.text) <= _SHOWN else node.text[:_SHOWN] + "…")


_WORDS: Mapping[Any, str] = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    date: "a date such as 2026-11-23",
    Printed: "a number in its printed digits",
    Missing: "{missing: " + " | ".join(reason.value for reason in MissingReason) + "}",
    types.NoneType: "or leave the field out",
}


def _describe(kind: Any) -> str:
    """What a field takes, for a reader of an error message."""
    members = _members(kind)
    if len(members) > 1:
        return ", or ".join(_describe(member).removeprefix("or ") for member in members)
    if kind in _WORDS:
        return _WORDS[kind]
    if get_origin(kind) is tuple:
        return f"a list, each item {_describe(get_args(kind)[0])}"
    if get_origin(kind) is Mapping:
        return f"a mapping of names to {_describe(get_args(kind)[1])}"
    if is_dataclass(kind):
        return "a mapping with " + ", ".join(item.name + ("" if _required(item) else "?") for item in fields(kind))
    if issubclass(kind, Term):
        return ", ".join(term.value for term in kind)
    return f"a {kind.name}, for example {kind.example}" if issubclass(kind, Identifier) else kind.__name__
