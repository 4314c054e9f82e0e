"""Reads the small part of YAML that curated files use: mappings, lists and scalars, each with its line.

Never resolves anchors, tags or several documents: a curated file says what it means in one place.
"""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

MAX_BYTES = 4_000_000  # the largest curated file is two orders of magnitude smaller
MAX_DEPTH = 24  # the domain nests eight deep

_BOOL, _INT, _FLOAT, _NULL, _DATE = (
    f"tag:yaml.org,2002:{name}" for name in ("bool", "int", "float", "null", "timestamp")
)
_MEANINGS = {_BOOL: "a yes/no value", _INT: "a number", _FLOAT: "a number", _NULL: "nothing", _DATE: "a date"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one file."""

    file: Path
    line: int
    field: str
    text: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: "
        return f"{where}{self.field}: {self.text}" if self.field else where + self.text


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text, and whether it stood without quotes."""

    text: str
    plain: bool
    line: int

    @property
    def meaning(self) -> str:
        """What any YAML reader takes the text for when it is not text, or ""."""
        return plain_meaning(self.text) if self.plain else ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    line: int
    nodes: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping in the order of the file, repeated keys included."""

    line: int
    pairs: list[tuple["Node", "Node"]] = field(default_factory=list)


Node = Scalar | Items | Pairs


class UnreadableYaml(Exception):
    """A text outside that part of YAML; carries the line."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


def plain_meaning(text: str) -> str:
    """What YAML 1.1 takes an unquoted text for: "a number", "a yes/no value", …; "" for text."""
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers
    for tag, pattern in resolvers.get(text[:1], []) + resolvers.get(None, []):
        if pattern.match(text):
            return _MEANINGS.get(tag, "a special word of YAML")
    return ""


def parse_file(path: Path) -> Node:
    """The one document of a file. Raises UnreadableYaml with the line."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableYaml(1, f"{size} bytes; a curated file has at most {MAX_BYTES}")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableYaml(1, f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UnreadableYaml(
            line, f"not UTF-8 (byte {error.object[error.start]:#04x}); save the file as UTF-8"
        ) from error
    return parse(text)


def parse(text: str) -> Node:
    """The one document of a text. Raises UnreadableYaml with the line."""
    try:
        return _compose(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        told = " ".join(part for part in (error.context, error.problem) if part)
        raise UnreadableYaml(mark.line + 1 if mark else 1, f"not valid YAML: {told}") from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1 if isinstance(error.position, int) else 1
        raise UnreadableYaml(line, f"not valid YAML: {error.reason}") from error
    except yaml.YAMLError as error:
        raise UnreadableYaml(1, f"not valid YAML: {error}") from error


def _compose(text: str) -> Node:
    # Built from events with a stack of our own, so that neither depth nor aliases can run away with us.
    root: list[Node] = []
    open_nodes: list[Items | Pairs] = []
    waiting: list[Node | None] = []  # for each open mapping: the key whose value comes next

    def place(node: Node) -> None:
        if not open_nodes:
            root.append(node)
            return
        parent = open_nodes[-1]
        if isinstance(parent, Items):
            parent.nodes.append(node)
        elif waiting[-1] is None:
            waiting[-1] = node
        else:
            parent.pairs.append((waiting[-1], node))
            waiting[-1] = None

    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent) and root:
            raise UnreadableYaml(line, "a second document begins here; one file holds one document")
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            raise UnreadableYaml(line, f"anchor or alias {anchor!r}; write the value out where it is needed")
        if tag is not None:
            raise UnreadableYaml(line, f"tag {tag!r}; curated files use none")
        if isinstance(event, yaml.ScalarEvent):
            place(Scalar(event.value, plain=event.implicit[0] and not event.style, line=line))
        elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            node = Items(line) if isinstance(event, yaml.SequenceStartEvent) else Pairs(line)
            if len(open_nodes) >= MAX_DEPTH:
                raise UnreadableYaml(line, f"nested more than {MAX_DEPTH} deep")
            place(node)
            open_nodes.append(node)
            waiting.append(None)
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            open_nodes.pop()
            waiting.pop()
    if not root:
        raise UnreadableYaml(1, "the file is empty; an empty list is written []")
    return root[0]
