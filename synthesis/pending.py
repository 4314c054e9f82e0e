"""Registered trials that may yet answer a question, with their planned sizes.

Never invents a size or an outcome: a trial whose outcome or size was not read is listed with that reason, and not counted.
"""

from dataclasses import dataclass

from corpus.codebook import AllocationUnit, EffectRole, ReportStatus, TrialStatus
from corpus.domain import Corpus, Missing, Study
from synthesis.questions import Form, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingTrial:
    """One planned or running trial. Arm sizes are given where the trial is counted."""

    study: Study
    planned: int | None  # in all arms, as coded
    n_oxytocin: int | None
    n_comparator: int | None
    halved: bool  # the arms are not stated, and equal ones are assumed
    why_not: str  # why it is not counted; empty where it is


def pending_trials(corpus: Corpus, question: Question) -> tuple[PendingTrial, ...]:
    """The trials that give oxytocin, pass the question's scope and design, and have no result yet; by key of the study."""
    if question.form is not Form.POOL or question.select.role != (EffectRole.TREATMENT_EFFECT,):
        return ()
    status = {report.key: report.status for report in corpus.reports}
    found = []
    for study in sorted(corpus.studies, key=lambda study: study.key):
        waiting = any(status.get(report) is ReportStatus.ONGOING for report in study.reports)
        if study.plan is None or not study.ot_given or study.effects or not waiting:
            continue
        scope, design = question.select.scope, question.select.design
        if (scope and study.scope not in scope) or (design and study.plan.design not in design):
            continue
        found.append(_pending(study, question))
    return tuple(found)


def _pending(study: Study, question: Question) -> PendingTrial:
    plan = study.plan
    assert plan is not None  # the caller's condition
    planned = plan.n if isinstance(plan.n, int) else None
    why_not = _why_not(study, question)
    arms = (plan.n_oxytocin, plan.n_comparator)
    stated = all(isinstance(n, int) for n in arms)
    counted = not why_not and planned is not None
    oxytocin = arms[0] if isinstance(arms[0], int) and stated else (planned or 0) // 2
    comparator = arms[1] if isinstance(arms[1], int) and stated else (planned or 0) - (planned or 0) // 2
    return PendingTrial(
        study=study,
        planned=planned,
        n_oxytocin=oxytocin if counted else None,
        n_comparator=comparator if counted else None,
        halved=counted and not stated,
        why_not=why_not,
    )


def _why_not(study: Study, question: Question) -> str:
    plan = study.plan
    assert plan is not None
    if plan.status is TrialStatus.TERMINATED:
        return "stopped before its planned size"
    if not study.outcomes:
        return "no outcome of it was read"
    if question.select.domain and not any(outcome.domain in question.select.domain for outcome in study.outcomes):
        domains = ", ".join(sorted({outcome.domain.label for outcome in study.outcomes}))
        return f"its outcomes read ({domains}) are not the question's"
    if isinstance(plan.n, Missing):
        return "its planned size is not certain" if plan.n.note else "its planned size was not read"
    if plan.unit is not AllocationUnit.PERSON:
        return "its size is not given in persons allocated one by one"
    return ""
