"""The ways in which a paper prints a result, in a coder's words: what each makes of an effect, and which values it asks for.

Never computes: that is ``corpus.effectsizes``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.coding.values import Values
from corpus.effectsizes import KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of printing a result."""

    key: str
    label: str
    tier: str
    kind: str = ""  # of `oxysynth effect`; "" where no estimate can be computed
    says: str = ""  # what stands in for the figures, where there are none


WAYS: tuple[Way, ...] = (
    Way(key="two-groups", label="Means and SDs of two groups", tier="A", kind="two-groups"),
    Way(key="pre-post-control", label="Means and SDs before and after, two groups", tier="A", kind="pre-post-control"),
    Way(key="change-scores", label="Mean changes and their SDs, two groups", tier="A", kind="change-scores"),
    Way(key="change", label="Before and after, each group by its own baseline SD", tier="A", kind="change"),
    Way(key="crossover", label="Means and SDs of two conditions of the same people", tier="A", kind="crossover"),
    Way(key="pre-post", label="Before and after in one group", tier="A", kind="pre-post"),
    Way(key="difference", label="A mean difference with SE or interval", tier="A", kind="difference"),
    Way(key="d", label="Cohen's d", tier="A", kind="d"),
    Way(key="g", label="Hedges g", tier="A", kind="g"),
    Way(key="t", label="t of two groups", tier="A", kind="t"),
    Way(key="f", label="F with one degree of freedom", tier="A", kind="f"),
    Way(key="p", label="An exact p of two groups of known size", tier="A", kind="p"),
    Way(key="correlation", label="A correlation r", tier="A", kind="correlation"),
    Way(key="fisher-z", label="Fisher's z", tier="A", kind="fisher-z"),
    Way(key="regression", label="A regression coefficient b (SE, t or df)", tier="A", kind="regression"),
    Way(key="counts", label="Counts of a 2×2 table", tier="A", kind="counts"),
    Way(key="odds-ratio", label="An odds ratio with its interval", tier="A", kind="odds-ratio"),
    Way(key="medians", label="Medians with quartiles or range", tier="A", kind="medians"),
    Way(key="p_and_direction", label="Only a p, exact or bounded, with a direction", tier="B"),
    Way(key="significant", label="“Significant”, no number", tier="C", says="significant, no number"),
    Way(key="not_significant", label="“Not significant”, no number", tier="C", says="not significant, no number"),
    Way(key="direction", label="A direction only", tier="C", says="direction only"),
)
BY_KEY: Mapping[str, Way] = {way.key: way for way in WAYS}
WORDS_OF: Mapping[str, str] = {"direction": "group 1 scores higher (+) or lower (-)"}  # keys that take a word


def way_of(values: Values, effect: str) -> Way | None:
    """The way that an effect of a draft is printed in, as far as it has been said."""
    kind = values.get(f"{effect}/computation/kind", "")
    if kind:
        return BY_KEY.get(kind) or Way(key=kind, label=kind, tier="A", kind=kind)
    tier, said = values.get(f"{effect}/tier", ""), values.get(f"{effect}/as_reported", "")
    if tier == "B":
        return BY_KEY["p_and_direction"]
    if tier == "C":
        return next((way for way in WAYS if way.says and said.startswith(way.says)), BY_KEY["direction"])
    return None


def choose(values: Values, effect: str, way: Way) -> dict[str, str]:
    """What becomes of the values of an effect when its way is chosen: "" for those that the new way does not take."""
    begin = f"{effect}/computation/"
    changed = {path: "" for path in values if path.startswith(begin)} if not way.kind else {}
    if way.kind:
        taken = set(asked(way.kind))
        for path in values:
            if path.startswith((f"{begin}inputs/", f"{begin}options/")) and path.rsplit("/", 1)[1] not in taken:
                changed[path] = ""
        changed[f"{begin}kind"] = way.kind
    changed[f"{effect}/tier"] = way.tier
    said = values.get(f"{effect}/as_reported", "")
    if way.says and (not said or any(said == one.says for one in WAYS)):
        changed[f"{effect}/as_reported"] = way.says
    elif any(said and said == one.says for one in WAYS):
        changed[f"{effect}/as_reported"] = ""
    return changed


def asked(kind: str) -> Sequence[str]:
    """The keys that a kind takes, those it needs first."""
    return KINDS[kind].keys if kind in KINDS else ()


def path_of(effect: str, key: str) -> str:
    """Where the value of a key stands in a draft."""
    return f"{effect}/computation/{'options' if key in WORDS_OF else 'inputs'}/{key}"
