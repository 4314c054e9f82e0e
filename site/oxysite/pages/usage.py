"""What each effect does in each question: counted in which tier, or left out and why.

Never selects; it reads what ``synthesis.selection`` decided.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synthesis.answers import Answer
from synthesis.questions import Question

EffectKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Use:
    """The part of one effect in one question."""

    question: Question
    counted: bool
    text: str


def effect_uses(answers: Sequence[Answer]) -> Mapping[EffectKey, tuple[Use, ...]]:
    """Uses of every effect that comes near a question, by (study, effect)."""
    uses: dict[EffectKey, list[Use]] = defaultdict(list)
    for answer in answers:
        selection = answer.selection
        for text, candidates in (
            ("pooled", selection.tier_a),
            ("its p is combined", selection.tier_b),
            ("its direction is counted", selection.tier_c),
        ):
            for candidate in candidates:
                uses[candidate.study.key, candidate.effect.key].append(Use(answer.question, True, text))
        for left in selection.left_out:
            if left.near:
                uses[left.study.key, left.effect.key].append(Use(answer.question, False, left.reason))
    return {key: tuple(value) for key, value in uses.items()}
