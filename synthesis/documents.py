"""An answer as one JSON document, for the command line and for download.

Never rounds, and never holds NaN: what is not there is null.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum

from corpus.domain import Study
from synthesis.answers import Answer
from synthesis.selection import Candidate


def document(answer: Answer) -> dict[str, object]:
    """The answer with every effect it rests on and every effect it leaves out."""
    selection = answer.selection
    return {
        "id": answer.question.id,
        "number": answer.question.number,
        "question": answer.question.title,
        "registered": answer.question.registered.isoformat(),
        "measure": answer.question.measure,
        "verdict": answer.verdict.value,
        "headline": answer.headline,
        "in_numbers": answer.in_numbers,
        "main": plain(answer.main),
        "pooled": plain(answer.pooled),
        "by_method": [plain(pooled) for pooled in answer.by_method],
        "leave_one_out": [plain(row) for row in answer.leave_one_out],
        "all_eligible_robust": plain(answer.robust),
        "least_favourable": plain(answer.least_favourable),
        "most_favourable": plain(answer.most_favourable),
        "combined_p": [plain(combined) for combined in answer.combined],
        "sign_test": plain(answer.sign),
        "examination": plain(answer.examination),
        "tier_a": _effects(selection.tier_a),
        "tier_b": _effects(selection.tier_b),
        "tier_c": _effects(selection.tier_c),
        "left_out": [
            {"study": left.study.key, "effect": left.effect.key, "reason": left.reason} for left in selection.left_out
        ],
    }


def plain(value: object) -> object:
    """A dataclass, tuple or number as JSON holds it."""
    if isinstance(value, Study):
        return value.key  # its own file holds the rest
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


def _effects(candidates: Sequence[Candidate]) -> list[dict[str, object]]:
    return [
        {
            "study": candidate.study.key,
            "effect": candidate.effect.key,
            "cluster": candidate.cluster,
            "outcome": candidate.outcome.construct,
            "direction": candidate.effect.direction.value,
            "as_reported": candidate.effect.as_reported,
            "yi": candidate.estimate.yi if candidate.estimate else None,
            "vi": candidate.estimate.vi if candidate.estimate else None,
        }
        for candidate in candidates
    ]
