"""Which effects answer a question: filters in codebook words, then one effect per sample and tier, each omission with its reason.

Never pools, and never drops an effect silently: what is not selected stands in ``left_out``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corpus.codebook import Direction, EffectRole, Level, SourceTier, Tier
from corpus.domain import Corpus, Effect, Estimate, Outcome, Study
from corpus.errors import InvalidInput
from synthesis.questions import Filters, Form, Question

# A change score compares gains that hang on an assumed correlation; a post score stands by itself.
_CHANGE_KINDS = ("change", "change-scores", "pre-post-control")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An effect with all that is needed to place it."""

    study: Study
    effect: Effect
    outcome: Outcome
    estimate: Estimate | None
    cluster: str  # people who may be the same fall into one cluster


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An effect that does not count in the question's numbers, and why."""

    study: Study
    effect: Effect
    reason: str
    near: bool  # True where the effect passed every filter but one of kind (hold, choice, no estimate)


@dataclass(frozen=True, slots=True)
class Selection:
    """What answers a question, tier by tier; ``eligible_a`` holds every tier-A effect before one per sample was chosen."""

    tier_a: tuple[Candidate, ...]
    tier_b: tuple[Candidate, ...]
    tier_c: tuple[Candidate, ...]
    eligible_a: tuple[Candidate, ...]
    eligible: tuple[Candidate, ...]  # of every tier, before one per sample was chosen
    left_out: tuple[LeftOut, ...]


def select(corpus: Corpus, question: Question, refusals: Mapping[tuple[str, str], str]) -> Selection:
    """The effects of ``corpus`` that answer ``question``.

    ``refusals`` says, by (study, effect), why a tier-A effect has no estimate. Raises InvalidInput for a choice that
    names no effect of its study.
    """
    _refuse_dangling_choices(corpus, question)
    estimates = {(estimate.study, estimate.effect): estimate for estimate in corpus.estimates}
    clusters = corpus.clusters()
    passed: dict[Tier, list[Candidate]] = {tier: [] for tier in Tier}
    left_out: list[LeftOut] = []
    for study in corpus.studies:
        outcomes = {outcome.key: outcome for outcome in study.outcomes}
        for effect in study.effects:
            outcome = outcomes[effect.outcome]
            reason = _filtered(study, effect, outcome, question.select)
            if reason:
                left_out.append(LeftOut(study, effect, reason, near=False))
                continue
            estimate = estimates.get((study.key, effect.key))
            reason = _unusable(question, effect, estimate, refusals.get((study.key, effect.key), ""))
            if reason:
                left_out.append(LeftOut(study, effect, reason, near=True))
                continue
            cluster = clusters.get(study.sample, study.sample)
            passed[effect.tier].append(Candidate(study, effect, outcome, estimate, cluster))
    passed[Tier.A] = _one_level(question, passed[Tier.A], left_out)
    if question.form is Form.PATHS:
        chosen = {tier: tuple(sorted(candidates, key=_by_year)) for tier, candidates in passed.items()}
    else:
        chosen = {tier: _one_per_cluster(question, candidates, left_out) for tier, candidates in passed.items()}
    return Selection(
        tier_a=chosen[Tier.A],
        tier_b=chosen[Tier.B],
        tier_c=chosen[Tier.C],
        eligible_a=tuple(sorted(passed[Tier.A], key=_by_year)),
        eligible=tuple(sorted((candidate for tier in Tier for candidate in passed[tier]), key=_by_year)),
        left_out=tuple(left_out),
    )


def _refuse_dangling_choices(corpus: Corpus, question: Question) -> None:
    known = {study.key: {effect.key for effect in study.effects} for study in corpus.studies}
    for choice in question.choices:
        if choice.effect not in known.get(choice.study, {choice.effect}):
            raise InvalidInput(
                f"{question.id}.toml: the choice {choice.study}/{choice.effect} names no effect of the corpus; "
                "correct its keys or remove it"
            )


def _filtered(study: Study, effect: Effect, outcome: Outcome, filters: Filters) -> str:
    """Why the filters keep the effect out, or an empty text."""
    measure = next((m for m in study.ot_measured if m.key == effect.ot_measure), None)
    seen: Iterable[tuple[str, tuple[str, ...], object]] = (
        ("scope", filters.scope, study.scope),
        ("design", filters.design, study.design),
        ("role", filters.role, effect.role),
        ("level", filters.level, effect.level),
        ("outcome domain", filters.domain, outcome.domain),
        ("phase", filters.phase, effect.phase),
        ("whose oxytocin", filters.whose, measure.whose if measure else None),
        ("matrix", filters.matrix, measure.matrix if measure else None),
        ("oxytocin index", filters.ot_index, effect.ot_index),
    )
    for name, allowed, value in seen:
        if allowed and value not in allowed:
            shown = value.label if hasattr(value, "label") else "not coded"
            return f"{name} is {shown}"
    if filters.moderator and not any(word in effect.moderator.lower() for word in filters.moderator):
        return "does not test this moderator"
    return ""


def _unusable(question: Question, effect: Effect, estimate: Estimate | None, refusal: str) -> str:
    """Why an effect that passed the filters still cannot be synthesised in its tier, or an empty text."""
    if effect.hold is not None:
        return f"{effect.hold.reason.label}: {effect.hold.note}"
    if effect.tier is Tier.A:
        if estimate is None:
            return refusal or "no estimate could be computed"
        if estimate.measure != question.measure:
            return f"the estimate is a {estimate.measure}, the question pools {question.measure}"
    if question.form is Form.PATHS:
        return ""
    if effect.tier is Tier.B and effect.direction not in (Direction.FAVOURS_OXYTOCIN, Direction.FAVOURS_COMPARATOR):
        return f"its p has no direction to combine ({effect.direction.label})"
    return ""


def _one_level(question: Question, candidates: list[Candidate], left_out: list[LeftOut]) -> list[Candidate]:
    """Estimates of one level only: the first in the question's order of levels that has any.

    Randomised comparisons are one level: a crossover's contrast, standardised by the raw-score SD, estimates what a
    parallel trial's does (Cochrane Handbook 23.2.6).
    """
    if question.select.role == (EffectRole.TREATMENT_EFFECT,):
        return candidates
    present = [
        level for level in question.select.level or tuple(Level) if any(c.effect.level is level for c in candidates)
    ]
    for candidate in candidates:
        if candidate.effect.level is not present[0]:
            reason = f"levels are never pooled together: this is {candidate.effect.level.label}, the pool is {present[0].label}"
            left_out.append(LeftOut(candidate.study, candidate.effect, reason, near=True))
    return [candidate for candidate in candidates if candidate.effect.level is present[0]]


def _one_per_cluster(question: Question, candidates: list[Candidate], left_out: list[LeftOut]) -> tuple[Candidate, ...]:
    by_cluster: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_cluster[candidate.cluster].append(candidate)
    chosen = []
    for group in by_cluster.values():
        first, *others = sorted(group, key=lambda candidate: preference(question, candidate))
        chosen.append(first)
        for other in others:
            reason = f"one effect per sample: {first.study.label}, {first.effect.key} was chosen ({_why(question, first, other)})"
            left_out.append(LeftOut(other.study, other.effect, reason, near=True))
    return tuple(sorted(chosen, key=_by_year))


def _criteria(question: Question, candidate: Candidate) -> tuple[tuple[str, int], ...]:
    """The rule, in order: each criterion in words with the candidate's rank on it (lower is preferred)."""
    effect, outcome, filters = candidate.effect, candidate.outcome, question.select
    computation = effect.computation
    return (
        ("a reviewer's choice", 0 if _choice(question, candidate) else 1),
        ("order of outcome domains", filters.domain.index(outcome.domain) if filters.domain else 0),
        ("order of phases", filters.phase.index(effect.phase) if filters.phase else 0),
        ("outcome declared primary", 0 if outcome.primary is True else 1),
        ("outcome named by the source", 1 if hasattr(outcome.higher_is_better, "missing") else 0),
        ("post score before change score", 1 if computation and computation.kind in _CHANGE_KINDS else 0),
        ("source nearest to the data", list(SourceTier).index(effect.source.tier)),
        ("largest sample", -effect.n if isinstance(effect.n, int) else 0),
    )


def preference(question: Question, candidate: Candidate) -> tuple[tuple[int, ...], str, str]:
    """Where the rule puts an effect among those of its sample: the smallest is chosen."""
    ranks = tuple(rank for _, rank in _criteria(question, candidate))
    return ranks, candidate.study.key, candidate.effect.key


def _why(question: Question, chosen: Candidate, other: Candidate) -> str:
    choice = _choice(question, chosen)
    if choice:
        return choice
    for (words, mine), (_, theirs) in zip(_criteria(question, chosen), _criteria(question, other), strict=True):
        if mine != theirs:
            return words
    return "first by key"


def _choice(question: Question, candidate: Candidate) -> str:
    for choice in question.choices:
        if (choice.study, choice.effect) == (candidate.study.key, candidate.effect.key):
            return choice.reason
    return ""


def _by_year(candidate: Candidate) -> tuple[str, str]:
    digits = "".join(character for character in candidate.study.label if character.isdigit())
    return digits[:4], candidate.study.key
