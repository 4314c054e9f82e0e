"""Screening a labelled set again as if nobody had read it: the order a reviewer would have met the records in.

Never used for a real decision: it shows what the ranking and the number of unseen records are worth.
"""

import math

import numpy as np

from corpus.errors import InvalidInput
from corpus.screening.linear import Labels, Rows, Texts
from corpus.screening.unseen import Calibration, Unseen, unseen

PRIOR_RELEVANT = 1  # known before the first ranking
PRIOR_IRRELEVANT = 10


def screen(texts: Texts, relevant: Labels, *, seed: int, batch: int) -> Rows:
    """Row numbers in the order of reading: the priors, then the best `batch` of the rest, trained anew for each batch.

    Once every relevant record is found the rest follows as last ranked: no later order could tell.

    Raises
    ------
    InvalidInput
        For fewer labels of either kind than the start needs, or a batch below 1.
    """
    if batch < 1:
        raise InvalidInput(f"batch is {batch}; read at least 1 record between two trainings")
    if relevant.sum() < PRIOR_RELEVANT or (~relevant).sum() < PRIOR_IRRELEVANT:
        raise InvalidInput(
            f"{int(relevant.sum())} relevant and {int((~relevant).sum())} irrelevant labels; "
            f"a simulation starts from {PRIOR_RELEVANT} and {PRIOR_IRRELEVANT}"
        )
    draw = np.random.default_rng(seed)
    known = draw.choice(np.flatnonzero(relevant), PRIOR_RELEVANT, replace=False)
    order = np.concatenate([known, draw.choice(np.flatnonzero(~relevant), PRIOR_IRRELEVANT, replace=False)])
    unread = np.setdiff1d(np.arange(len(relevant)), order)
    while len(unread):
        scores = texts.scores(texts.separate(order, relevant[order]), unread)
        ranked = unread[np.argsort(-scores, kind="stable")]
        taken = batch if relevant[unread].any() else len(unread)
        order, unread = np.concatenate([order, ranked[:taken]]), np.sort(ranked[taken:])
    return order


def work_saved(order: Rows, relevant: Labels, *, recall: float = 0.95) -> float:
    """WSS@95: the share of records not read when 95 % of the relevant ones are found, less the 5 % lost by chance.

    The priors count as read and found.

    References
    ----------
    Cohen, Hersh, Peterson and Yen (2006), Journal of the American Medical Informatics Association 13, 206-219.
    """
    found = np.cumsum(relevant[order])
    read = int(np.searchsorted(found, math.ceil(recall * found[-1]))) + 1
    return 1 - read / len(order) - (1 - recall)


def recall_at(order: Rows, relevant: Labels, *, share: float = 0.1) -> float:
    """Share of the relevant records found once this share of all has been read, priors included."""
    return float(relevant[order[: math.ceil(share * len(order))]].sum() / relevant.sum())


def left_after(texts: Texts, relevant: Labels, decided: Rows, waiting: Rows) -> tuple[Unseen, int]:
    """What would be said of the waiting records after these decisions, and how many relevant ones there truly are."""
    calibration = Calibration(texts.held_out_scores(decided, relevant[decided]), relevant[decided])
    scores = texts.scores(texts.separate(decided, relevant[decided]), waiting)
    return unseen(calibration, scores), int(relevant[waiting].sum())


def next_week(relevant: Labels, *, seed: int) -> tuple[Rows, Rows]:
    """Two halves of a set at random: what has come and been decided, and what comes new."""
    order = np.random.default_rng(seed).permutation(len(relevant))
    return order[: len(order) // 2], order[len(order) // 2 :]
