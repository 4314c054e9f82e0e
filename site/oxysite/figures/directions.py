"""The panel of results with a direction only (tier C): one mark per study, each shape a different answer.

Never weighs a mark: all are of one size, because nothing more is known of them.
"""

from collections import Counter
from dataclasses import dataclass

from oxysite.figures.marks import MARKS, Mark, Sides, Towards


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionDot:
    """One result that has a direction and no number."""

    name: str
    detail: str
    towards: Towards
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionPanel:
    """All of one question; ``id`` is unique on its page."""

    id: str
    title: str
    dots: tuple[DirectionDot, ...]
    sides: Sides | None = None  # what the two sides mean here, where "favours oxytocin" would not be it


@dataclass(frozen=True, slots=True)
class DirectionGroup:
    """The marks of one kind, drawn as one column of the panel."""

    towards: Towards
    mark: Mark
    words: str
    dots: tuple[DirectionDot, ...]


@dataclass(frozen=True, slots=True)
class DirectionGeometry:
    """The panel in order: towards, away, none, conditional, the rest; kinds that do not occur are left out."""

    groups: tuple[DirectionGroup, ...]
    description: str


def direction_geometry(panel: DirectionPanel) -> DirectionGeometry:
    """Groups the marks by direction, in the order given within a group."""
    counts = Counter(dot.towards for dot in panel.dots)
    groups = tuple(
        DirectionGroup(
            towards, mark, _words(panel, towards, mark), tuple(dot for dot in panel.dots if dot.towards is towards)
        )
        for towards, mark in MARKS.items()
        if counts[towards]
    )
    told = "; ".join(f"{len(group.dots)} {group.words}" for group in groups)
    return DirectionGeometry(groups, f"{len(panel.dots)} results: {told}." if groups else "No result.")


def _words(panel: DirectionPanel, towards: Towards, mark: Mark) -> str:
    if panel.sides is None or towards not in (Towards.OXYTOCIN, Towards.COMPARATOR):
        return mark.words
    return panel.sides.high if (towards is Towards.OXYTOCIN) == panel.sides.oxytocin_is_high else panel.sides.low
