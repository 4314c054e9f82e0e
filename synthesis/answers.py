"""Answers: what the corpus says to each question, tier by tier.

Never mixes tiers: estimates are pooled, p-values combined, directions counted, each by itself.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.codebook import Direction, Tier
from corpus.domain import Corpus
from corpus.errors import InvalidInput
from corpus.estimation import Refusal, estimate_effect
from corpus.protocol import Protocol, read_protocol
from synthesis.dependence.robust import Robust, robust
from synthesis.examination import Examination, arrays, examine
from synthesis.influence.deletion import LeaveOneOut, leave_one_out
from synthesis.models import MainModel, MainResult
from synthesis.pooling.pool import Method, Pooled, Test, pool
from synthesis.questions import Form, Question, load_questions
from synthesis.selection import Candidate, Selection, select
from synthesis.without_pooling.combine import CombinedP, OneSidedP, SignTest, combine_p, sign_test
from synthesis.wording import (
    combined_sentence,
    direction_sentence,
    null_sentence,
    pooled_sentence,
    together_sentence,
)


class Verdict(StrEnum):
    """What may be said, before any wording."""

    BETTER = "better"
    WORSE = "worse"
    UNSETTLED = "unsettled"
    SINGLE = "single"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the corpus says to one question."""

    question: Question
    selection: Selection
    verdict: Verdict
    headline: str
    in_numbers: str
    pooled: Pooled | None  # tier A, one effect per sample; None where there is no estimate at all
    by_method: tuple[Pooled, ...]  # the same data under every other estimator
    leave_one_out: tuple[LeaveOneOut, ...]
    robust: Robust | None  # every eligible effect, cluster-robust
    least_favourable: Pooled | None
    most_favourable: Pooled | None
    combined: tuple[CombinedP, ...]  # tier B
    sign: SignTest | None  # tier C
    examination: Examination | None  # None for the paths of a mediation

    @property
    def main(self) -> MainResult | None:
        """What the verdict rests on: the pool, or all effects together where the rule says so."""
        return self.examination.main if self.examination else None


def answer_questions(corpus: Corpus, ids: Sequence[str] = ()) -> tuple[Answer, ...]:
    """Answers to the questions named, or to all, in the order of their numbers. Raises InvalidInput for an unknown id."""
    questions = load_questions()
    known = [question.id for question in questions]
    for name in ids:
        if name not in known:
            raise InvalidInput(f"question {name!r} does not exist; there are {', '.join(known)}")
    refused = refusals(corpus)
    protocol = read_protocol()
    wanted = [question for question in questions if not ids or question.id in ids]
    return tuple(answer(corpus, question, refused, protocol) for question in wanted)


def answer(corpus: Corpus, question: Question, refused: dict[tuple[str, str], str], protocol: Protocol) -> Answer:
    """One answer; k = 0, 1 and 2 give honest results, never an error."""
    selection = select(corpus, question, refused)
    pooled: Pooled | None = None
    by_method: tuple[Pooled, ...] = ()
    leave: tuple[LeaveOneOut, ...] = ()
    robust_fit, least, most = None, None, None
    if selection.tier_a:
        yi, vi = arrays(selection.tier_a)
        pooled = pool(yi, vi, method=question.method, test=question.test)
        if pooled.k > 1:
            by_method = tuple(pool(yi, vi, method=m, test=Test.Z if m is Method.FE else question.test) for m in Method)
        if pooled.k > 2:
            leave = leave_one_out(yi, vi, method=question.method, test=question.test)
        if len(selection.eligible_a) > len(selection.tier_a):
            robust_fit, least, most = _alternatives(question, selection.eligible_a)
    values = [p for _, p in one_sided(selection.tier_b)] if question.form is Form.POOL else []
    combined = combine_p(values) if values else ()
    sign = _directions(selection.tier_c) if question.form is Form.POOL else None
    examination = examine(corpus, question, selection, pooled, protocol)
    main = examination.main if examination else None
    verdict = _paths_verdict(selection) if question.form is Form.PATHS else _verdict(pooled, main)
    return Answer(
        question=question,
        selection=selection,
        verdict=verdict,
        headline=getattr(question.headline, verdict.value),
        in_numbers=_in_numbers(question, pooled, main, combined, sign, selection),
        pooled=pooled,
        by_method=by_method,
        leave_one_out=leave,
        robust=robust_fit,
        least_favourable=least,
        most_favourable=most,
        combined=combined,
        sign=sign,
        examination=examination,
    )


def _verdict(pooled: Pooled | None, main: MainResult | None) -> Verdict:
    if pooled is None or main is None:
        return Verdict.NONE
    if pooled.k == 1:
        return Verdict.SINGLE
    low, high = main.ci
    return Verdict.BETTER if low > 0 else Verdict.WORSE if high < 0 else Verdict.UNSETTLED


def _paths_verdict(selection: Selection) -> Verdict:
    paths = [*selection.tier_a, *selection.tier_b, *selection.tier_c]
    clusters = {candidate.cluster for candidate in paths}
    if len(clusters) < 2:
        return Verdict.SINGLE if clusters else Verdict.NONE
    directions = {candidate.effect.direction for candidate in paths}
    if Direction.FAVOURS_COMPARATOR not in directions:
        return Verdict.BETTER
    return Verdict.UNSETTLED if Direction.FAVOURS_OXYTOCIN in directions else Verdict.WORSE


def _alternatives(question: Question, eligible: Sequence[Candidate]) -> tuple[Robust | None, Pooled, Pooled]:
    """All eligible effects with CR2, and the pools of each cluster's least and most favourable one."""
    yi, vi = arrays(eligible)
    clusters = [candidate.cluster for candidate in eligible]
    names = sorted(set(clusters))
    tau2 = pool(yi, vi, method=question.method, test=question.test).tau2
    robust_fit = robust(yi, vi, clusters, tau2=tau2 or 0.0) if len(names) > 1 else None
    extremes = []
    for pick in (min, max):
        chosen = [pick((y, v) for y, v, c in zip(yi, vi, clusters, strict=True) if c == name) for name in names]
        extremes.append(
            pool([y for y, _ in chosen], [v for _, v in chosen], method=question.method, test=question.test)
        )
    return robust_fit, extremes[0], extremes[1]


def one_sided(candidates: Sequence[Candidate]) -> tuple[tuple[Candidate, OneSidedP], ...]:
    """The printed p of each effect as one-sided in the direction towards; effects without a p are left out."""
    found = []
    for candidate in candidates:
        printed = candidate.effect.p
        if printed is not None:
            towards = candidate.effect.direction is Direction.FAVOURS_OXYTOCIN
            value, relation = printed.value.value, printed.relation.value
            p = OneSidedP.from_printed(value, relation, sided=printed.sided, towards=towards)
            found.append((candidate, p))
    return tuple(found)


def _directions(candidates: Sequence[Candidate]) -> SignTest | None:
    directions = [candidate.effect.direction for candidate in candidates]
    towards = directions.count(Direction.FAVOURS_OXYTOCIN)
    away = directions.count(Direction.FAVOURS_COMPARATOR)
    return sign_test(towards, towards + away) if towards + away else None


def _in_numbers(
    question: Question,
    pooled: Pooled | None,
    main: MainResult | None,
    combined: tuple[CombinedP, ...],
    sign: SignTest | None,
    selection: Selection,
) -> str:
    given = any(role.value == "treatment_effect" for role in question.select.role)
    unit = ("trial", "trials") if given else ("sample", "samples")
    if question.form is Form.PATHS:
        paths = [*selection.tier_a, *selection.tier_b, *selection.tier_c]
        people = {candidate.cluster: candidate.effect.n for candidate in paths if isinstance(candidate.effect.n, int)}
        return (
            f"{len(paths)} paths from {len({c.cluster for c in paths})} sample of {sum(people.values())} dyads."
            if paths
            else ""
        )
    parts = []
    if main is not None and main.model is MainModel.CORRELATED_HIERARCHICAL:
        parts.append(together_sentence(question.measure, main.estimate, main.ci, len(selection.eligible_a)))
    parts.append(pooled_sentence(question.measure, pooled, unit) if pooled else "")
    parts.append(combined_sentence(combined[0] if combined else None, unit))
    parts.append(direction_sentence(sign, unit))
    counts = Counter(candidate.effect.direction for candidate in selection.tier_c)
    parts.append(null_sentence(counts[Direction.NO_DIFFERENCE], counts[Direction.CONDITIONAL], unit))
    return " ".join(part for part in parts if part) or "Nothing readable to count yet."


def refusals(corpus: Corpus) -> dict[tuple[str, str], str]:
    """Why tier-A effects have no estimate, by (study, effect); those that have one are not computed again."""
    estimated = {(estimate.study, estimate.effect) for estimate in corpus.estimates}
    refused = {}
    for study in corpus.studies:
        for effect in study.effects:
            if effect.tier is Tier.A and (study.key, effect.key) not in estimated:
                result = estimate_effect(study, effect)
                if isinstance(result, Refusal):
                    refused[study.key, effect.key] = result.reason
    return refused
