"""What would change a question's conclusion: effects taken away, a next trial, and the trials that are registered.

Never predicts what a trial will find: it says what would follow if it found this or that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.domain import Corpus
from synthesis.pending import PendingTrial, pending_trials
from synthesis.pooling.pool import Pooled
from synthesis.prospects.conditional_power import ConditionalPower, conditional_power
from synthesis.prospects.fragility import Fragility, fragility
from synthesis.prospects.next_trial import LeastTrial, NextTrial, least_trial, next_trial
from synthesis.questions import Question
from synthesis.selection import Candidate

SEED = 20261123  # of the simulated trials; fixed, so that a rebuild gives the same page
# Trials of psychotherapy with oxytocin have had 8 to 96 in an arm; ten times the median is as far as it makes sense to look.
SIZES = (15, 30, 60, 120, 240)
EFFECTS = (-0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.8)
_LARGEST = 2000  # per arm: no single trial of this field comes near


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """None where it is not defined: one study cannot turn, and sizes of trials make sense for mean differences only."""

    fragility: Fragility | None
    next_trial: NextTrial | None
    least_trial: tuple[LeastTrial, ...]
    pending: tuple[PendingTrial, ...]
    power: ConditionalPower | None  # of the pending trials that are counted


def outlook(corpus: Corpus, question: Question, candidates: Sequence[Candidate], pooled: Pooled | None) -> Outlook:
    """The outlook on one question."""
    pending = pending_trials(corpus, question)
    if pooled is None or pooled.k < 2:
        return Outlook(fragility=None, next_trial=None, least_trial=(), pending=pending, power=None)
    estimates = [candidate.estimate for candidate in candidates if candidate.estimate is not None]
    yi, vi = [estimate.yi for estimate in estimates], [estimate.vi for estimate in estimates]
    method, test, smallest = question.method, question.test, question.smallest_effect
    trials = question.measure == "SMD"
    counted = [(trial.n_oxytocin, trial.n_comparator) for trial in pending]
    sizes = [(n1, n2) for n1, n2 in counted if n1 is not None and n2 is not None]
    return Outlook(
        fragility=fragility(yi, vi, method=method, test=test),
        next_trial=next_trial(yi, vi, effects=EFFECTS, sizes=SIZES, method=method, test=test, smallest=smallest)
        if trials
        else None,
        least_trial=least_trial(yi, vi, effects=EFFECTS, largest=_LARGEST, method=method, test=test, smallest=smallest)
        if trials
        else (),
        pending=pending,
        power=conditional_power(
            yi,
            vi,
            [n1 for n1, _ in sizes],
            [n2 for _, n2 in sizes],
            seed=SEED,
            method=method,
            test=test,
            smallest=smallest,
        )
        if trials and sizes
        else None,
    )
