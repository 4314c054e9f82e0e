"""The picture of a mediation: predictor, mediator, outcome, and what is known of each path between them.

Never computes a product of paths: the indirect effect is what was reported.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """One path; ``figures`` is empty where only a direction was reported, and the arrow is then dashed."""

    letter: str  # "a", "b", "indirect"
    figures: str
    words: str  # what it says, such as "higher after more negative sessions"
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathFigure:
    """A mediation with its indirect effect and, where reported, its direct one."""

    id: str
    title: str
    predictor: str
    mediator: str
    outcome: str
    a: PathStep
    b: PathStep
    indirect: PathStep
    direct: PathStep | None = None


@dataclass(frozen=True, slots=True)
class PathArrow:
    """An arrow between two boxes, solid where figures were reported."""

    step: PathStep
    solid: bool
    words: str


@dataclass(frozen=True, slots=True)
class PathGeometry:
    """Boxes and arrows in the order of reading: box, arrow, box, arrow, box; then the paths over the whole."""

    boxes: tuple[str, str, str]
    arrows: tuple[PathArrow, PathArrow]
    over: tuple[PathArrow, ...]
    description: str


def path_geometry(figure: PathFigure) -> PathGeometry:
    """Puts the paths in order."""
    boxes = (figure.predictor, figure.mediator, figure.outcome)
    a = _arrow(figure.a, boxes[0], boxes[1])
    b = _arrow(figure.b, boxes[1], boxes[2])
    over = [_arrow(figure.indirect, boxes[0], boxes[2])]
    if figure.direct is not None:
        over.append(_arrow(figure.direct, boxes[0], boxes[2]))
    description = ". ".join(arrow.words for arrow in (a, b, *over)) + "."
    return PathGeometry(boxes, (a, b), tuple(over), description)


def _arrow(step: PathStep, start: str, end: str) -> PathArrow:
    told = step.figures or "direction only, no figures reported"
    return PathArrow(step, bool(step.figures), f"Path {step.letter}, from {start} to {end}: {told}")
