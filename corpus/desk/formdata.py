"""How the form of a case is divided into pages, and what its items are called.

Never holds a value longer than a request.
"""

import re
from collections.abc import Mapping, Sequence

from corpus.codebook import BiasAnswer, MissingReason
from corpus.coding import shape
from corpus.coding.inputs import CHOICES, input_name
from corpus.coding.judgements import WHERE, rows
from corpus.coding.keys import MADE_FROM, keys_of
from corpus.coding.shape import Field, Group, Items, Kind, Part, label
from corpus.coding.values import Values
from corpus.coding.ways import WAYS
from corpus.errors import InvalidInput

# Address, title, and the paths of the parts that a section shows.
SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("report", "Report", ("report",)),
    ("people", "People", ("sample", "study/population", "study/sizes")),
    ("study", "Study", ("study",)),
    ("arms", "Arms and therapy", ("study/arms", "study/therapies")),
    ("oxytocin", "Oxytocin", ("study/ot_given", "study/ot_measured")),
    ("outcomes", "Outcomes", ("study/outcomes",)),
    ("effects", "Effects", ("study/effects", "study/conflicts")),
    ("bias", "Bias and trust", ("study/risk_of_bias",)),
    ("finish", "Finish", ()),
)
_UNSAID = frozenset({"study", "report", "sample", "computation", "inputs", "options"})
_KINDS = "kinds"  # among the labels: how each effect is printed
_APART = frozenset(path for name, _, paths in SECTIONS if name != "study" for path in paths)


def section_parts(name: str) -> list[tuple[str, Part]]:
    """(path, part) of everything that a section shows. Raises InvalidInput for an unknown one."""
    for key, _, paths in SECTIONS:
        if key == name == "study":
            study = part_at("study")
            assert isinstance(study, Group)
            return [(f"study/{part.name}", part) for part in study.parts if f"study/{part.name}" not in _APART]
        if key == name:
            return [(path, part_at(path)) for path in paths]
    raise InvalidInput(f"{name[:60]!r} is no section of the form; there are {', '.join(key for key, _, _ in SECTIONS)}")


def section_of(path: str) -> str:
    """The section in which a value stands."""
    for key, _, paths in SECTIONS:
        if key != "study" and any(path == one or path.startswith(f"{one}/") for one in paths):
            return key
    return "study"


def part_at(path: str) -> Part:
    """The part of the form at a path without numbers; with them, the list's item. Raises InvalidInput."""
    part = shape.part_at(path)
    if part is None:
        raise InvalidInput(f"{path[:100]!r} is no part of the form")
    return part


def judgement_part(name: str) -> Part:
    """A part of one judgement's form."""
    return part_at(f"{WHERE}/1/{name}")


def labels_of(values: Values) -> Mapping[str, Mapping[str, str]]:
    """What the items of each list are called: list, number, words."""
    found: dict[str, dict[str, str]] = {where: {} for where in MADE_FROM}
    for path, key in keys_of(values).items():
        where, _, number = path.rpartition("/")
        said = (
            values.get(f"{path}/name", "")
            or values.get(f"{path}/instrument", "")
            or values.get(f"{path}/construct", "")
        )
        if where == "study/effects":  # an effect is called after its outcome: "FOSS, end of treatment"
            outcome = found["study/outcomes"].get(values.get(f"{path}/outcome", ""), "")
            said = ", ".join(one for one in (outcome, values.get(f"{path}/phase", "").replace("_", " ")) if one)
        unnamed = re.fullmatch(rf"{where.rsplit('/', 1)[1].rstrip('s')}(_\d+)?", key)
        found[where][number] = said or (number if unnamed else key)
    numbers = found["study/effects"]
    found[_KINDS] = {number: values.get(f"study/effects/{number}/computation/kind", "") for number in numbers}
    for row in rows(values):
        about = found["study/effects"].get(row.effect, "") or found["study/outcomes"].get(row.outcome, "")
        told = (row.instrument.name, row.domain.name, about)
        found.setdefault(WHERE, {})[row.path.rpartition("/")[2]] = ", ".join(part for part in told if part)
    return found


def in_words(path: str, labels: Mapping[str, Mapping[str, str]]) -> str:
    """Where a path leads: "Outcome FOSS › higher is better"."""
    part: Part | None = shape.shape()
    words: list[str] = []
    at = ""
    for name in path.split("/"):
        if isinstance(part, Items):
            words[-1] = f"{part.singular} {labels.get(at, {}).get(name, name)}"
            part = part.item
        elif isinstance(part, Group) and any(one.name == name for one in part.parts):
            part = part.part(name)
            if name not in _UNSAID:
                # An effect's tier is chosen with the way in which it is printed, and nowhere else.
                is_tier = name == "tier" and re.fullmatch(r"study/effects/\d+", at)
                words.append("what the paper prints" if is_tier else part.label)
        else:  # the values of a computation, and what stands in place of a missing value
            figures = at.endswith(("/inputs", "/options"))
            part = None
            if name not in _UNSAID:
                told = {"missing": "reason why it is missing"}.get(name, name)
                words.append(_figure(labels, at, name) if figures else told)
        at = f"{at}/{name}".strip("/")
    said = " › ".join(words) or path
    return said[:1].upper() + said[1:]


def value_in_words(path: str, value: str, labels: Mapping[str, Mapping[str, str]]) -> str:
    """A value as a person reads it: a term by its word, an item of a list by what it is called."""
    words = dict(choices_at(path, labels))
    if value in words:
        return words[value]
    return " and ".join(words.get(one, one) for one in (value.split() if _refers(path) else [value]))


def choices_at(path: str, labels: Mapping[str, Mapping[str, str]]) -> Sequence[tuple[str, str]]:
    """What can stand at a path that takes one of a list: value and words; nothing for a field that is typed."""
    if path.endswith("/missing"):
        return [(term.value, term.label) for term in MissingReason]
    if path.startswith("study/effects/") and path.endswith("/computation/kind"):
        return [(way.key, way.label) for way in WAYS]
    if "/answers/" in path:
        return [(term.value, term.label) for term in BiasAnswer]
    part = shape.part_at(path)
    if not isinstance(part, Field):
        kind_of = dict(CHOICES)
        return kind_of.get(path.rpartition("/")[2], ()) if path.rpartition("/")[0].endswith("/options") else ()
    if part.kind is Kind.TERM:
        return [(term.value, term.label) for term in part.terms]
    if part.kind is Kind.CHOICE:
        return part.choices
    if part.kind is Kind.YES_NO:
        return [("true", "yes"), ("false", "no")]
    return list(labels.get(part.refers, {}).items()) if part.refers else ()


def _refers(path: str) -> bool:
    part = shape.part_at(path)
    return isinstance(part, Field) and part.kind is Kind.ITEMS


def _figure(labels: Mapping[str, Mapping[str, str]], at: str, key: str) -> str:
    """What the value of a computation is called in the way in which its effect is printed, with its sign in formulas."""
    name = input_name(labels.get(_KINDS, {}).get(at.split("/")[2], ""), key)
    return f"{name} ({key})" if name != key else key


def fault_in_words(text: str) -> str:
    """What does not fit, for somebody at the form and not before a file."""
    may_miss = "{missing:" in text
    text = re.sub(r",?(?: or)? *\{missing: [^}]*\}", "", text)
    if text.startswith("required and not given"):
        inside = re.search(r"a mapping with (.*)", text)
        lacks = f": {', '.join(label(one.strip(' ?')) for one in inside.group(1).split(','))}" if inside else ""
        return f"needed{lacks}{', or the reason why it is missing' if may_miss else ''}"
    text = text.replace("; allowed: ", "; it takes ")
    return re.sub(r"(?<=[a-z])_(?=[a-z])", " ", text) + (", or a reason why it is missing" if may_miss else "")
