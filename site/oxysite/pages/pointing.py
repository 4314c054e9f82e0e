"""Where every eligible result of any tier points: the albatross plot, and the effect directions of each domain.

Never gives an effect size, and never leaves a result out; every row says in what kind of text it was read.
"""

from dataclasses import dataclass

from markupsafe import Markup

from corpus.codebook import SourceTier
from oxysite.figures import AlbatrossContour, AlbatrossPlot, AlbatrossPoint, draw_albatross
from oxysite.links import study_path
from oxysite.numbers import number, p_value
from oxysite.pages.drawn import ROOT, sides
from synthesis.answers import Answer
from synthesis.without_pooling.albatross import Albatross, Point
from synthesis.without_pooling.directions import Direction, DirectionRow, DomainDirections
from synthesis.without_pooling.source import Source
from synthesis.wording import count

_UNIT = ("sample", "samples")
# One shape per direction, as elsewhere on the pages; the word always stands beside it.
_SHAPES = {Direction.TOWARDS: "▲", Direction.AWAY: "▼", Direction.NONE: "●", Direction.CONFLICTING: "◆"}
# What is the same along a contour of the albatross plot.
_EFFECTS = {"SMD": "standardised difference", "ZCOR": "correlation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PointingRow:
    """One sample in one domain."""

    name: str
    href: str
    shape: str
    direction: str
    outcomes: str
    n: str
    sources: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointingDomain:
    """One domain of outcome: its sentence, and the rows behind it."""

    domain: str
    sentence: str
    rows: tuple[PointingRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointingView:
    """Where every eligible result of any tier points."""

    albatross: Markup | None
    domains: tuple[PointingDomain, ...]


def pointing_view(answer: Answer) -> PointingView | None:
    """Every eligible result by domain and direction, or None where there is none."""
    found = answer.examination.without_variance if answer.examination else None
    if found is None or not found.directions:
        return None
    plot = found.albatross
    return PointingView(
        albatross=draw_albatross(_albatross(answer, plot)) if plot is not None and _placed(plot) else None,
        domains=tuple(_domain(answer, domain) for domain in found.directions),
    )


def _placed(plot: Albatross) -> list[Point]:
    """The points with a place: a bound that allows every p on either side has none."""
    return [point for point in plot.points if point.position != (None, None)]


def _albatross(answer: Answer, plot: Albatross) -> AlbatrossPlot:
    candidates = {f"{one.study.key}/{one.effect.key}": one for one in answer.selection.eligible}
    points = []
    for point in _placed(plot):
        candidate = candidates[point.key]
        printed = candidate.effect.p
        points.append(
            AlbatrossPoint(
                name=point.label,
                context=candidate.outcome.construct,
                n=point.n,
                position=point.position,
                printed=f"p {printed.relation.value} {printed.value}" if printed else "",
                href=ROOT + study_path(candidate.study.key, candidate.effect.key),
            )
        )
    everywhere = [point for point in plot.points if point.position == (None, None)]
    return AlbatrossPlot(
        id=f"albatross-{answer.question.id}",
        title="Results with a p, by their size",
        points=tuple(points),
        contours=tuple(
            AlbatrossContour(
                label=number(contour.effect),
                n=tuple(n for n, at in zip(contour.n, contour.position, strict=True) if at is not None),
                position=tuple(at for at in contour.position if at is not None),
            )
            for contour in plot.contours
        ),
        effect=_EFFECTS[answer.question.measure],
        sides=sides(answer.question),
        left_out=(
            *((left.label, f"{left.reason} ({_tier(left.source)})") for left in plot.left_out),
            *((point.label, f"its bound allows every p ({_tier(point.source)})") for point in everywhere),
        ),
    )


def _domain(answer: Answer, domain: DomainDirections) -> PointingDomain:
    samples = count(len(domain.rows), *_UNIT)
    sign = domain.sign
    if sign is None:
        told = f"{samples} without a side to count." if len(domain.rows) > 1 else "One sample, without a side to count."
    else:
        low, high = (number(100 * bound, 0) for bound in sign.ci)
        both = sides(answer.question)
        which = "the one that points" if sign.n == 1 else f"{sign.favouring} of the {sign.n} that point"
        where = both.low if sign.n == 1 and sign.favouring == 0 else both.high
        verb = "points" if sign.n == 1 else "point"
        told = (
            f"{samples}: {which} somewhere {verb} to “{where}” "
            f"(share to “{both.high}” {low}% to {high}%, sign test {p_value(sign.p)})."
        )
    return PointingDomain(
        domain=domain.domain, sentence=told, rows=tuple(_pointing_row(answer, row) for row in domain.rows)
    )


def _pointing_row(answer: Answer, row: DirectionRow) -> PointingRow:
    first = next(one for one in answer.selection.eligible if one.cluster == row.key)
    both = sides(answer.question)
    words = {
        Direction.TOWARDS: both.high,
        Direction.AWAY: both.low,
        Direction.NONE: "no direction",
        Direction.CONFLICTING: "conflicting",
    }
    counts = (
        (row.towards, _SHAPES[Direction.TOWARDS]),
        (row.away, _SHAPES[Direction.AWAY]),
        (row.without, _SHAPES[Direction.NONE]),
    )
    return PointingRow(
        name=row.label,
        href=ROOT + study_path(first.study.key),
        shape=_SHAPES[row.direction],
        direction=words[row.direction],
        outcomes=" ".join(f"{n} {shape}" for n, shape in counts if n),
        n="–" if row.n is None else str(row.n),
        sources=", ".join(dict.fromkeys(_tier(source) for source in row.sources)),
    )


def _tier(source: Source) -> str:
    return next(tier.label for tier in SourceTier if tier.value == source.tier)
