"""What the answers are now, and which of them differ from those of the last refresh.

Never says why: attributing a difference is the affair of releases.
"""

from collections.abc import Mapping

from corpus.domain.runs import Run
from corpus.living import Living
from synthesis.answers import answer_questions

STAGE = "synthesise"


def compare(living: Living) -> Mapping[str, object]:
    """Each answer in numbers by question, and those that changed since the last refresh that had answers."""
    now = {answer.question.id: answer.in_numbers for answer in answer_questions(living.corpus)}
    before = _last(living.runs)
    changed = {
        name: {"before": before.get(name, "not asked"), "now": told}
        for name, told in now.items()
        if before and before.get(name) != told
    }
    return {"answers": now, "changed": changed}


def _last(runs: tuple[Run, ...]) -> Mapping[str, str]:
    for run in runs:
        if answers := run.told(STAGE).get("answers"):
            return dict(answers)
    return {}
