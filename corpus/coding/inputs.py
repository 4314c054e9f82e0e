"""What the values of a printed result are called and mean, as the form shows them, and which of them are still lacking.

Never checks a value: that is done where the estimate is computed.
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from corpus.effectsizes import KINDS

# Counts that several measures are made from.
_AS = {"risk-ratio": "counts", "risk-difference": "counts"}
_OF_THE_SAME_PEOPLE = frozenset({"crossover"})  # their two columns are conditions, not groups
# Keys that take a word of a list.
CHOICES: Mapping[str, Sequence[tuple[str, str]]] = {
    "direction": (("+", "group 1 scores higher"), ("-", "group 1 scores lower")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One value that a kind of result takes."""

    key: str  # as formulas have it: sd1
    name: str  # "SD, group 1"
    definition: str
    needed: bool
    explained_at: str  # the first key that means the same, of the other group
    choices: Sequence[tuple[str, str]] = ()


@cache
def inputs_of(kind: str) -> Sequence[Input]:
    """What a kind takes, those first that it cannot do without; nothing for an unknown kind."""
    if kind not in KINDS:
        return ()
    return tuple(_input(kind, key, key in KINDS[kind].required) for key in KINDS[kind].keys)


def input_name(kind: str, key: str) -> str:
    """What one value is called; its key where the kind does not take it."""
    return next((one.name for one in inputs_of(kind) if one.key == key), key)


def lacking(kind: str, given: Collection[str]) -> str:
    """What a kind still needs, in words; "" where nothing is lacking."""
    if kind not in KINDS:
        return ""
    missing = [input_name(kind, key) for key in KINDS[kind].required if key not in given]
    if missing:
        return f"Still needed: {'; '.join(missing)}."
    groups = KINDS[kind].one_of
    if groups and not any(all(key in given for key in group) for group in groups):
        ways = " or ".join(" with ".join(input_name(kind, key) for key in group) for group in groups)
        return f"One of these is needed too: {ways}."
    return ""


@cache
def _texts() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads(files("corpus.codebook").joinpath("inputs.toml").read_text(encoding="utf-8"))


def _input(kind: str, key: str, needed: bool) -> Input:
    own, common = _texts().get(_AS.get(kind, kind), {}), _texts()["keys"]
    group = ""
    if (key not in own and key not in common) or (key[-1] in "12" and key[:-1] in own):
        group = f", {'condition' if kind in _OF_THE_SAME_PEOPLE else 'group'} {key[-1]}"
    stem = key[:-1] if group else key
    name, definition = own.get(stem) or common[stem]
    explained_at = f"{stem}1" if group and f"{stem}1" in KINDS[kind].keys else key
    return Input(
        key=key,
        name=f"{name}{group}",
        definition=definition,
        needed=needed,
        explained_at=explained_at,
        choices=CHOICES.get(key, ()),
    )
