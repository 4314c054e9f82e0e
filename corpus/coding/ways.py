"""The ways in which a paper prints a result, in a coder's words: what each makes of an effect, and which values it asks for.

Never computes: that is ``corpus.effectsizes``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from corpus.coding.inputs import CHOICES
from corpus.coding.values import Values, items_of
from corpus.effectsizes import KINDS
from corpus.effectsizes.parsing import normal_key

EFFECTS = "study/effects"
_FIGURES = frozenset({"inputs", "options"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of printing a result."""

    key: str
    label: str
    tier: str
    kind: str = ""  # of `oxysynth effect`; "" where no estimate can be computed
    says: str = ""  # what stands in for the figures, where there are none


def _estimated(kind: str, label: str) -> Way:
    return Way(key=kind, label=label, tier="A", kind=kind)


# In the order of a coder's list, under headings.
GROUPS: Mapping[str, tuple[Way, ...]] = {
    "Two groups": (
        _estimated("two-groups", "Means and SDs"),
        _estimated("standard-errors", "Means and standard errors"),
        _estimated("mean-intervals", "Means, each with its own interval"),
        _estimated("medians", "Medians with quartiles or range"),
        _estimated("difference", "A mean difference with SE or interval"),
        _estimated("mean-difference", "Means and SDs, compared in the instrument's own units"),
        _estimated("ratio-of-means", "Means and SDs, compared as a ratio"),
        _estimated("d", "Cohen's d"),
        _estimated("g", "Hedges g"),
        _estimated("t", "t"),
        _estimated("f", "F with one degree of freedom"),
        _estimated("p", "An exact p, and the sizes of the groups"),
    ),
    "Before and after": (
        _estimated("pre-post-control", "Means and SDs before and after, two groups"),
        _estimated("change-scores", "Mean changes and their SDs, two groups"),
        _estimated("change", "Before and after, each group by its own baseline SD"),
        _estimated("pre-post", "Before and after in one group"),
    ),
    "Two conditions of the same people": (
        _estimated("crossover", "Means and SDs of the conditions"),
        _estimated("paired-t", "A paired t"),
    ),
    "Correlation and regression": (
        _estimated("correlation", "A correlation r"),
        _estimated("partial-correlation", "A partial correlation"),
        _estimated("fisher-z", "Fisher's z"),
        _estimated("regression", "A regression coefficient b or β (SE, t or df)"),
    ),
    "Counts": (
        _estimated("counts", "Counts of a 2×2 table, as an odds ratio"),
        _estimated("risk-ratio", "Counts of a 2×2 table, as a risk ratio"),
        _estimated("risk-difference", "Counts of a 2×2 table, as a risk difference"),
        _estimated("odds-ratio", "An odds ratio with its interval"),
        _estimated("risk-ratio-interval", "A risk ratio with its interval"),
        _estimated("rates", "Events in person-time, as a rate ratio"),
    ),
    "No estimate can be computed": (
        Way(
            key="p_and_direction", label="Another statistic, or only a p, exact or bounded, with a direction", tier="B"
        ),
        Way(key="significant", label="“Significant”, no number", tier="C", says="significant, no number"),
        Way(key="not_significant", label="“Not significant”, no number", tier="C", says="not significant, no number"),
        Way(key="direction", label="A direction only", tier="C", says="direction only"),
    ),
}
WAYS: tuple[Way, ...] = tuple(way for group in GROUPS.values() for way in group)
BY_KEY: Mapping[str, Way] = {way.key: way for way in WAYS}


def way_of(values: Values, effect: str) -> Way | None:
    """The way that an effect of a draft is printed in, as far as it has been said."""
    kind = values.get(f"{effect}/computation/kind", "")
    if kind:
        return BY_KEY.get(kind) or _estimated(kind, kind)
    tier, said = values.get(f"{effect}/tier", ""), values.get(f"{effect}/as_reported", "")
    if tier == "B":
        return BY_KEY["p_and_direction"]
    if tier == "C":
        return next((way for way in WAYS if way.says and said.startswith(way.says)), BY_KEY["direction"])
    return None


def choose(values: Values, effect: str, way: Way) -> dict[str, str]:
    """What becomes of the values of an effect when its way is chosen.

    Figures that the new way does not take stay as they were typed, for whoever comes back to the other way; ``tidied``
    leaves them out of the study.
    """
    changed = {f"{effect}/computation/kind": way.kind, f"{effect}/tier": way.tier}
    said = values.get(f"{effect}/as_reported", "")
    if way.says and (not said or any(said == one.says for one in WAYS)):
        changed[f"{effect}/as_reported"] = way.says
    elif any(said and said == one.says for one in WAYS):
        changed[f"{effect}/as_reported"] = ""
    return changed


def tidied(values: Values) -> dict[str, str]:
    """A draft without the figures that the chosen way of printing does not take."""
    left = dict(values)
    for number in items_of(values, EFFECTS):
        begin = f"{EFFECTS}/{number}/computation/"
        kind = values.get(f"{begin}kind", "")
        for path in values:
            if not path.startswith(begin):
                continue
            group, _, key = path[len(begin) :].partition("/")
            if not kind or (group in _FIGURES and not _takes(kind, key)):
                del left[path]
    return left


def _takes(kind: str, key: str) -> bool:
    return kind not in KINDS or normal_key(key, KINDS[kind].keys) in KINDS[kind].keys


def path_of(effect: str, key: str) -> str:
    """Where the value of a key stands in a draft."""
    return f"{effect}/computation/{'options' if key in CHOICES else 'inputs'}/{key}"
