"""Writes domain values as YAML in one canonical form: what is read and written again is the same, byte for byte.

Never wraps a line: one value stands on one line, so that a change shows as one line of a diff.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from typing import Any

import yaml

from corpus.codebook import Term
from corpus.curation.nodes import plain_meaning
from corpus.domain import Identifier, Printed

_NEVER = 2**31 - 1  # column at which the emitter would wrap


def dump(value: object) -> str:
    """YAML of a dataclass or of a sequence of them; fields in their order, those equal to their default left out."""
    events: list[yaml.Event] = [
        yaml.StreamStartEvent(),
        yaml.DocumentStartEvent(explicit=False),
        *_events(value),
        yaml.DocumentEndEvent(explicit=False),
        yaml.StreamEndEvent(),
    ]
    text: str = yaml.emit(events, Dumper=yaml.CSafeDumper, width=_NEVER, allow_unicode=True)
    return text


def _events(value: Any) -> Iterator[yaml.Event]:
    if is_dataclass(value):
        yield from _mapping(_written(value))
    elif isinstance(value, Mapping):
        yield from _mapping(value)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield yaml.SequenceStartEvent(None, None, implicit=True, flow_style=not value)
        for item in value:
            yield from _events(item)
        yield yaml.SequenceEndEvent()
    else:
        yield _scalar(value)


def _mapping(pairs: Mapping[str, object]) -> Iterator[yaml.Event]:
    yield yaml.MappingStartEvent(None, None, implicit=True, flow_style=not pairs)
    for name, value in pairs.items():
        yield _scalar(name)
        yield from _events(value)
    yield yaml.MappingEndEvent()


def _written(value: Any) -> dict[str, object]:
    written = {}
    for item in fields(value):
        held = getattr(value, item.name)
        default = item.default_factory() if item.default_factory is not MISSING else item.default
        if default is MISSING or held != default:
            written[item.name] = held
    return written


def _scalar(value: object) -> yaml.Event:
    if isinstance(value, bool):
        text, plain = str(value).lower(), True
    elif isinstance(value, Term):
        text, plain = value.value, not plain_meaning(value.value)
    elif isinstance(value, Printed | Identifier | int):
        text, plain = str(value), True
    elif isinstance(value, date):
        text, plain = value.isoformat(), True
    elif isinstance(value, str):
        text, plain = value, not plain_meaning(value)
    else:
        raise TypeError(f"no YAML form for {type(value).__name__}")
    return yaml.ScalarEvent(None, None, (plain, True), text, style=None)
