"""How the form of a case is divided into pages, and what its items are called.

Never holds a value longer than a request.
"""

import re
from collections.abc import Mapping

from corpus.coding.judgements import WHERE, rows
from corpus.coding.keys import MADE_FROM, keys_of
from corpus.coding.shape import Group, Items, Part, shape
from corpus.coding.values import Values
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
    part: Part = shape()
    for name in path.split("/"):
        if isinstance(part, Items) and name.isdigit():
            part = part.item
            continue
        try:
            part = part.part(name) if isinstance(part, Group) else part.item.part(name)  # type: ignore[union-attr]
        except (KeyError, AttributeError):
            raise InvalidInput(f"{path[:100]!r} is no part of the form") from None
    return part


def judgement_part(name: str) -> Part:
    """A part of one judgement's form."""
    return part_at(f"{WHERE}/1/{name}")


def labels_of(values: Values) -> Mapping[str, Mapping[str, str]]:
    """What the items of each list are called: list, number, words."""
    keys = keys_of(values)
    found: dict[str, dict[str, str]] = {where: {} for where in MADE_FROM}
    for path, key in keys.items():
        where, _, number = path.rpartition("/")
        said = (
            values.get(f"{path}/name", "")
            or values.get(f"{path}/instrument", "")
            or values.get(f"{path}/construct", "")
        )
        if where == "study/effects":  # an effect is called after its outcome: "FOSS, end of treatment"
            outcome = found["study/outcomes"].get(values.get(f"{path}/outcome", ""), "")
            said = ", ".join(one for one in (outcome, values.get(f"{path}/phase", "").replace("_", " ")) if one)
        found[where][number] = said or key
    for row in rows(values):
        about = found["study/effects"].get(row.effect, "") or found["study/outcomes"].get(row.outcome, "")
        told = (row.instrument.name, row.domain.name, about)
        found.setdefault(WHERE, {})[row.path.rpartition("/")[2]] = ", ".join(part for part in told if part)
    return found


def in_words(path: str, labels: Mapping[str, Mapping[str, str]]) -> str:
    """Where a path leads: "Outcome FOSS › higher is better"."""
    part: Part | None = shape()
    words: list[str] = []
    at = ""
    for name in path.split("/"):
        if isinstance(part, Items):
            words[-1] = f"{part.singular} {labels.get(at, {}).get(name, name)}"
            part = part.item
        elif isinstance(part, Group) and any(one.name == name for one in part.parts):
            part = part.part(name)
            if name not in _UNSAID:
                words.append(part.label)
        else:  # the values of a computation, and what stands in place of a missing value
            part = None
            if name not in _UNSAID:
                words.append({"missing": "reason why it is missing"}.get(name, name))
        at = f"{at}/{name}".strip("/")
    said = " › ".join(words) or path
    return said[:1].upper() + said[1:]


def fault_in_words(text: str) -> str:
    """What does not fit, for somebody at the form and not before a file."""
    text = re.sub(r"\{missing: [^}]*\}", "a reason why it is missing", text)
    return text.replace("required and not given; allowed:", "not given yet; it takes")
