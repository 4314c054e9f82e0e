"""The form of everything that is coded, read from the domain's own classes and the codebook.

Never holds a value: a new field of the domain is a new field of the form, with its definition.
"""

import tomllib
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Union, get_args, get_origin, get_type_hints

from corpus.codebook import Term
from corpus.domain import (
    Arm,
    BiasJudgement,
    Computation,
    Conflict,
    Effect,
    Identifier,
    Missing,
    OtAdministration,
    OtMeasure,
    Outcome,
    Printed,
    Report,
    ReportLink,
    Sample,
    SampleOverlap,
    Source,
    Study,
    Therapy,
)
from corpus.instruments import instruments

# Fields that the desk fills in itself, or that are coded another way.
HIDDEN: Mapping[type, frozenset[str]] = {
    Report: frozenset({"study", "searches", "claims", "retraction", "evidence"}),
    Study: frozenset({"reports", "sample", "coding", "not_coded"}),
    Effect: frozenset({"evidence"}),
    Computation: frozenset({"inputs", "options"}),
    BiasJudgement: frozenset({"answers"}),
}
# Values that a group holds by names of their own: ``computation/inputs/m1``, ``risk_of_bias/2/answers/q1_1``.
NAMED: Mapping[type, tuple[str, ...]] = {Computation: ("inputs", "options"), BiasJudgement: ("answers",)}
# Fields that are filled in where they are left empty: keys from what an item says, a source's report from the case.
FILLED_IN = frozenset({(cls, "key") for cls in (Arm, OtAdministration, OtMeasure, Outcome, Effect, Conflict)}) | {
    (Source, "report"),
    (BiasJudgement, "level"),  # by the algorithm
}
# Fields that name an item of a list of the same case, or one of the corpus ("reports", "samples").
REFERS: Mapping[tuple[type, str], str] = {
    (Therapy, "arms"): "study/arms",
    (OtAdministration, "arms"): "study/arms",
    (Effect, "outcome"): "study/outcomes",
    (Effect, "arms"): "study/arms",
    (Effect, "ot_given"): "study/ot_given",
    (Effect, "ot_measure"): "study/ot_measured",
    (Conflict, "effects"): "study/effects",
    (Conflict, "chosen"): "study/effects",
    (BiasJudgement, "outcome"): "study/outcomes",
    (BiasJudgement, "effect"): "study/effects",
    (ReportLink, "to"): "reports",
    (SampleOverlap, "sample"): "samples",
    (Source, "report"): "reports",
}
_LONG = frozenset(
    {"summary", "reason", "note", "support", "as_reported", "description", "basis", "about", "adverse_events", "title"}
)


# Names of fields that say little by themselves, in words; and what one item of a list is called.
_SAID = {
    "dose iu": "dose (IU)",
    "n": "number of people",
    "p": "p value",
    "hold": "held back",
    "key": "short name",
    "tier": "kind of text",
    "read at": "where it was read",
    "percent female": "women, in percent",
    "positive means": "what a positive number means",
    "positive basis": "where that was read",
    "to": "convert to",
    "assumed": "assumed values",
}
_ONE = {
    "therapies": "therapy",
    "ot_given": "oxytocin given",
    "ot_measured": "oxytocin measured",
    "assumed": "assumed value",
    "risk_of_bias": "judgement",
}


# Measures that an estimate can be converted to.
_SCALES = (
    ("smd", "standardised mean difference (Hedges g)"),
    ("zcor", "correlation (Fisher z)"),
    ("lor", "log odds ratio"),
)


class Kind(StrEnum):
    """What a field takes."""

    TEXT = "text"
    LINES = "lines"  # several texts, one a line
    NUMBER = "number"  # in its printed digits
    WHOLE = "whole"
    YES_NO = "yes_no"
    TERM = "term"
    CHOICE = "choice"  # one of the codebook's instruments or domains
    ITEM = "item"  # one item of a list of the case
    ITEMS = "items"  # several of them
    KEY = "key"  # a key of the corpus, typed
    IDENTIFIER = "identifier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value."""

    name: str
    kind: Kind
    definition: str
    required: bool
    may_miss: bool  # a reason may stand in its place
    long: bool = False
    terms: tuple[Term, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()  # value, label
    refers: str = ""

    @property
    def label(self) -> str:
        """The field's name in words."""
        return label(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Values that belong together; an optional group may be absent as a whole."""

    name: str
    cls: type
    definition: str
    parts: tuple["Field | Group | Items", ...]
    optional: bool = False

    @property
    def label(self) -> str:
        """The group's name in words."""
        return label(self.name)

    def part(self, name: str) -> "Field | Group | Items":
        """One of the parts. Raises KeyError."""
        for one in self.parts:
            if one.name == name:
                return one
        raise KeyError(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list of groups."""

    name: str
    definition: str
    item: Group

    @property
    def label(self) -> str:
        """The list's name in words."""
        return label(self.name)

    @property
    def singular(self) -> str:
        """What one of its items is called."""
        return _ONE.get(self.name) or self.label.removesuffix("s")


Part = Field | Group | Items


@cache
def shape() -> Group:
    """The form of a case: report, sample and study."""
    parts = tuple(_group(name, cls, "") for name, cls in (("report", Report), ("sample", Sample), ("study", Study)))
    return Group(name="", cls=object, definition="", parts=parts)


def part_at(path: str) -> Part | None:
    """The part of the form that a path leads to, numbers of items or none in it; nothing where it leads nowhere."""
    part: Part = shape()
    for name in path.split("/"):
        if isinstance(part, Items):
            if name.isdigit():
                part = part.item
                continue
            part = part.item
        try:
            part = part.part(name)  # type: ignore[union-attr]  # a field has no parts
        except (KeyError, AttributeError):
            return None
    return part


@cache
def definitions() -> Mapping[str, Mapping[str, str]]:
    """The definition of every field, by class and name."""
    text = files("corpus.codebook").joinpath("fields.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def label(name: str) -> str:
    """A field's name in words."""
    words = name.replace("_", " ")
    for short, long in (
        ("ot ", "oxytocin "),
        ("doi", "DOI"),
        ("pmid", "PMID"),
        ("pmcid", "PMCID"),
        ("nct", "NCT number"),
        ("mesh", "MeSH heading"),
        ("iu", "IU"),
    ):
        words = long if words == short else (words.replace(short, long) if short.endswith(" ") else words)
    return _SAID.get(words, words)


def _group(name: str, cls: Any, definition: str, optional: bool = False) -> Group:
    hidden = HIDDEN.get(cls, frozenset())
    hints = get_type_hints(cls)
    parts = tuple(
        _part(cls, item.name, hints[item.name], item.default is MISSING and item.default_factory is MISSING)
        for item in fields(cls)
        if item.name not in hidden
    )
    return Group(name=name, cls=cls, definition=definition, parts=parts, optional=optional)


def _part(cls: Any, name: str, hint: Any, required: bool) -> Part:
    members = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    definition = definitions()[cls.__name__][name]
    required = required and (cls, name) not in FILLED_IN
    kind = next(one for one in members if one not in (Missing, types.NoneType))
    may_miss = Missing in members
    refers = REFERS.get((cls, name), "")
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        if is_dataclass(inner):
            return Items(name=name, definition=definition, item=_group(name, inner, definition))
        what = Kind.ITEMS if refers else Kind.LINES
        return Field(name=name, kind=what, definition=definition, required=required, may_miss=may_miss, refers=refers)
    if is_dataclass(kind):
        return _group(name, kind, definition, optional=types.NoneType in members)
    if cls is BiasJudgement and name in ("instrument", "domain"):
        return Field(
            name=name, kind=Kind.CHOICE, definition=definition, required=True, may_miss=False, choices=_choices(name)
        )
    if (cls, name) == (Computation, "to"):
        return Field(
            name=name, kind=Kind.CHOICE, definition=definition, required=False, may_miss=False, choices=_SCALES
        )
    if refers in ("reports", "samples"):
        return Field(
            name=name, kind=Kind.KEY, definition=definition, required=required, may_miss=may_miss, refers=refers
        )
    if refers:
        return Field(
            name=name, kind=Kind.ITEM, definition=definition, required=required, may_miss=may_miss, refers=refers
        )
    return Field(
        name=name,
        kind=_kind(kind),
        definition=definition,
        required=required,
        may_miss=may_miss,
        long=name in _LONG,
        terms=tuple(kind) if issubclass(kind, Term) else (),
    )


def _kind(kind: Any) -> Kind:
    if kind is bool:
        return Kind.YES_NO
    if kind is int:
        return Kind.WHOLE
    if issubclass(kind, Printed):
        return Kind.NUMBER
    if issubclass(kind, Identifier):
        return Kind.IDENTIFIER
    return Kind.TERM if issubclass(kind, Term) else Kind.TEXT


def _choices(name: str) -> tuple[tuple[str, str], ...]:
    known = instruments().values()
    if name == "instrument":
        return tuple((one.key, f"{one.name} ({one.version})") for one in known)
    return tuple((domain.key, f"{one.name}: {domain.name}") for one in known for domain in one.domains.values())
