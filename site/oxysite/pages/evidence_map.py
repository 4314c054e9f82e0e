"""The evidence map: where how oxytocin was given or measured meets a class of outcome, and the effects behind each circle.

Never weighs: a circle counts samples, its mark says where most of their effects point.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.codebook import Direction, EffectRole, Matrix, OutcomeDomain, Scope
from corpus.domain import Corpus, Effect, Missing, Outcome, Study
from oxysite.figures import EvidenceMap, MapCell, Towards, draw_map
from oxysite.filters import token
from oxysite.pages.drawn import TOWARDS
from oxysite.pages.page import Page

# Columns of the map: domains that are near enough to be read as one class of outcome.
_COLUMNS: dict[str, tuple[OutcomeDomain, ...]] = {
    "Symptoms": (OutcomeDomain.SYMPTOMS, OutcomeDomain.SUBSTANCE_USE),
    "Functioning": (OutcomeDomain.FUNCTIONING, OutcomeDomain.PERSONALITY),
    "Alliance": (OutcomeDomain.ALLIANCE, OutcomeDomain.COHESION),
    "Session": (OutcomeDomain.SESSION_EXPERIENCE, OutcomeDomain.ATTENDANCE, OutcomeDomain.BEHAVIOUR),
    "Social cognition": (OutcomeDomain.SOCIAL_COGNITION,),
    "Oxytocin": (OutcomeDomain.OXYTOCIN,),
}
_NOT_ON_THE_MAP = (EffectRole.PUBLISHED_SYNTHESIS, EffectRole.WITHIN_GROUP_CHANGE)


@dataclass(frozen=True, slots=True)
class MapEntry:
    """A cell of the map with the effects behind it."""

    id: str
    label: str
    samples: str
    effects: tuple[tuple[Study, Effect, Outcome], ...]


@dataclass(frozen=True, slots=True)
class MapRow:
    """A row of the list behind the map."""

    label: str
    cells: tuple[MapEntry, ...]


def map_page(corpus: Corpus) -> Page:
    """The map with every effect behind it."""
    figure, rows = evidence_map(corpus)
    return Page(
        path="map.html",
        template="map.html",
        title="Evidence map",
        nav="answers",
        crumbs=(("Answers", "index.html"),),
        context={"evidence_map": draw_map(figure), "rows": rows},
    )


def evidence_map(corpus: Corpus) -> tuple[EvidenceMap, list[MapRow]]:
    """The figure, and the rows of effects behind it."""
    clusters = corpus.clusters()
    found: dict[str, dict[str, list[tuple[Study, Effect, Outcome]]]] = defaultdict(lambda: defaultdict(list))
    for study in corpus.studies:
        outcomes = {outcome.key: outcome for outcome in study.outcomes}
        for effect in study.effects:
            column = _column(outcomes[effect.outcome])
            if effect.role not in _NOT_ON_THE_MAP and column and study.scope is not Scope.BACKGROUND:
                found[_row(study, effect)][column].append((study, effect, outcomes[effect.outcome]))
    cells, rows = [], []
    for row in sorted(found):
        entries = []
        for column in _COLUMNS:
            effects = found[row].get(column, [])
            if effects:
                place = f"{token(row)}-{token(column)}"
                samples = len({clusters.get(study.sample, study.sample) for study, _, _ in effects})
                cells.append(
                    MapCell(
                        row=row,
                        column=column,
                        samples=samples,
                        towards=_most(effects, clusters),
                        href=f"map.html#{place}",
                    )
                )
                text = f"{samples} sample{'' if samples == 1 else 's'}, {len(effects)} effect{'' if len(effects) == 1 else 's'}"
                entries.append(MapEntry(place, column.lower(), text, tuple(effects)))
        rows.append(MapRow(row, tuple(entries)))
    figure = EvidenceMap(
        id="evidence-map",
        title="How oxytocin was given or measured, by class of outcome",
        rows=tuple(sorted(found)),
        columns=tuple(_COLUMNS),
        cells=tuple(cells),
    )
    return figure, rows


def _column(outcome: Outcome) -> str:
    return next((name for name, domains in _COLUMNS.items() if outcome.domain in domains), "")


def _row(study: Study, effect: Effect) -> str:
    measure = next((m for m in study.ot_measured if m.key == effect.ot_measure), None)
    if measure is None:
        given = next(
            (g for g in study.ot_given if g.key == effect.ot_given), study.ot_given[0] if study.ot_given else None
        )
        if given is None:
            return "Oxytocin not named with the effect"
        timing = "timing not known" if isinstance(given.timing, Missing) else given.timing.label
        return f"Given, {timing}"
    if isinstance(measure.matrix, Missing):
        return f"Measured, matrix not known, of {measure.whose.label}"
    matrix = "OXTR gene" if measure.matrix is Matrix.DNA else measure.matrix.label
    return f"Measured, {matrix} of {measure.whose.label}"


def _most(entries: Sequence[tuple[Study, Effect, Outcome]], clusters: Mapping[str, str]) -> Towards:
    """Where most samples point: each has one vote, that of most of its effects; a tie is no direction."""
    by_cluster: dict[str, list[Direction | None]] = defaultdict(list)
    free = [entry for entry in entries if entry[1].hold is None]
    for study, effect, _ in free or entries:  # copies and conflicts must not vote twice
        by_cluster[clusters.get(study.sample, study.sample)].append(effect.direction)
    votes = Counter(_first(Counter(directions)) for directions in by_cluster.values())
    winner = _first(votes)
    return Towards.CONDITIONAL if winner is None else TOWARDS[winner]


def _first(counts: Counter[Direction | None]) -> Direction | None:
    """The most frequent, or None where two share the first place."""
    ranked = counts.most_common(2)
    return None if len(ranked) > 1 and ranked[0][1] == ranked[1][1] else ranked[0][0]
