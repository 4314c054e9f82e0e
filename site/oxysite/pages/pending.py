"""Trials still to come: what is planned or running on a question, as it was read, and whether it will count.

Never counts a trial itself; ``synthesis.pending`` does.
"""

from dataclasses import dataclass

from corpus.domain import Corpus, Missing
from oxysite.links import study_path
from oxysite.numbers import count
from oxysite.pages.drawn import ROOT
from synthesis.pending import PendingTrial, pending_trials
from synthesis.questions import Question
from synthesis.wording import count as in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRow:
    """One trial that is planned or running."""

    name: str
    href: str
    planned: str
    status: str
    completion: str
    counted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingView:
    """Trials still to come on one question."""

    sentence: str
    rows: tuple[TrialRow, ...]


def pending_view(corpus: Corpus, question: Question) -> PendingView | None:
    """The trials that may yet answer a question, or None where there is none."""
    trials = pending_trials(corpus, question)
    if not trials:
        return None
    counted = [trial for trial in trials if not trial.why_not]
    people = sum(trial.planned or 0 for trial in counted)
    told = f"{in_words(len(trials), 'trial', 'trials')} registered or planned in the scope of this question, without a result yet. "
    if counted:
        verb = "gives" if len(counted) == 1 else "give"
        told += f"{in_words(len(counted), 'of them', 'of them')} {verb} a size and an outcome that can be counted towards it: "
        told += f"{count(people)} people planned."
    else:
        told += "None of them can be counted towards it, each for the reason beside it."
    return PendingView(sentence=told, rows=tuple(_row(trial) for trial in trials))


def _row(trial: PendingTrial) -> TrialRow:
    plan = trial.study.plan
    if plan is None:
        raise ValueError(f"{trial.study.key} is no planned trial: pending trials always have a plan")
    arms = f"{trial.n_oxytocin} and {trial.n_comparator}"
    halved = " (arms not stated, taken as equal)" if trial.halved else ""
    return TrialRow(
        name=trial.study.label,
        href=ROOT + study_path(trial.study.key),
        planned=count(trial.planned) if trial.planned is not None else "not read",
        status="not read" if isinstance(plan.status, Missing) else plan.status.label,
        completion="not read" if isinstance(plan.completion, Missing) else plan.completion,
        counted=f"no: {trial.why_not}" if trial.why_not else f"yes: {arms}{halved}",
    )
