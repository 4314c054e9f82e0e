"""The candidate list of a question: every effect of the corpus that some specification of its grid may use.

Never filters by a rule of its own: what is eligible, and what is preferred, is what `synthesis.selection` says.
"""

from dataclasses import replace

from corpus.appraising import levels_for
from corpus.codebook import Phase
from corpus.domain import Corpus, Missing
from corpus.validity import grade
from synthesis.multiverse.grid import Grid, TimepointOption
from synthesis.multiverse.rows import Row
from synthesis.questions import Question
from synthesis.selection import Candidate, preference, select

# Kinds of `oxysynth effect` whose estimate compares gains, not levels.
_CHANGE_KINDS = frozenset({"change", "pre-post-control", "change-scores", "pre-post"})
_PHASES = tuple(Phase)  # in the order of treatment


def rows_of(corpus: Corpus, question: Question, grid: Grid) -> tuple[Row, ...]:
    """Every effect that some specification of the grid may use, in the order of the rule."""
    widened = _widened(question) if TimepointOption.LATEST in grid.timepoint else question
    unchosen = replace(widened, choices=())
    admitted = {_key(candidate) for candidate in select(corpus, question, {}).eligible_a}
    rows = [
        _row(candidate, widened, unchosen, in_question=_key(candidate) in admitted)
        for candidate in select(corpus, widened, {}).eligible_a
    ]
    return tuple(sorted(rows, key=lambda row: row.rank))


def _widened(question: Question) -> Question:
    """The question with follow-up let in behind its own phases."""
    phases = question.select.phase
    if not phases or Phase.FOLLOW_UP in phases:
        return question
    return replace(question, select=replace(question.select, phase=(*phases, Phase.FOLLOW_UP)))


def _key(candidate: Candidate) -> tuple[str, str]:
    return candidate.study.key, candidate.effect.key


def _row(candidate: Candidate, question: Question, unchosen: Question, *, in_question: bool) -> Row:
    study, effect, estimate = candidate.study, candidate.effect, candidate.estimate
    if estimate is None:
        raise ValueError(f"{study.key}/{effect.key} has no estimate: eligible effects of tier A always have one")
    measure = next((measure for measure in study.ot_measured if measure.key == effect.ot_measure), None)
    levels = levels_for(study, effect.outcome, effect.key)
    without_choices = preference(unchosen, candidate)
    return Row(
        study=study.key,
        effect=effect.key,
        sample=candidate.cluster,
        outcome=effect.outcome,
        yi=estimate.yi,
        vi=estimate.vi,
        n=effect.n if isinstance(effect.n, int) else 0,
        design=study.design,
        source=effect.source.tier,
        validity=grade(measure).grade if measure else None,
        bias=tuple(level for level in levels if not isinstance(level, Missing)),
        judged=bool(levels) and not any(isinstance(level, Missing) for level in levels),
        assumed=bool(estimate.assumptions),
        change=effect.computation is not None and effect.computation.kind in _CHANGE_KINDS,
        phase=-1 if isinstance(effect.phase, Missing) else _PHASES.index(effect.phase),
        in_question=in_question,
        primary=candidate.outcome.primary is True,
        rank=preference(question, candidate),
        rank_without_choices=without_choices,
        tie=without_choices[0],
    )
