"""Texts as TF-IDF rows, and the linear support-vector machine that tells two kinds of them apart.

Never chooses what to learn from, and loads scikit-learn only when the first text is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# The setting that ASReview calls elas_u4, measured again by `bench/ranking.py`.
WORDS = (1, 2)  # single words and pairs
MOST_TEXTS = 0.95  # a word in more of the texts than this tells nothing
COST = 0.11  # of a text on the wrong side of the margin
BALANCE = 9.8  # all relevant texts together weigh so many times as much as all irrelevant ones
SEED = 0  # of the order in which the solver visits the texts: the same decisions give the same ranking
FOLDS = 5  # of the scores a text gets from models that have not seen its decision

Scores = NDArray[np.float64]
Rows = NDArray[np.intp]
Labels = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Separation:
    """A plane between relevant and irrelevant: a text's score is its distance, positive on the relevant side."""

    weights: Scores  # one for each word or pair of words
    intercept: float


class Texts:
    """Texts in TF-IDF form, read once and trained on as often as decisions arrive."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import (  # type: ignore[import-untyped]
            ENGLISH_STOP_WORDS,
            CountVectorizer,
            TfidfTransformer,
        )

        self.matrix: Any  # a sparse matrix of scipy, which has no types
        self.names: NDArray[np.object_]
        self._function_words: frozenset[str] = ENGLISH_STOP_WORDS
        counter = CountVectorizer(ngram_range=WORDS)
        if not any(map(counter.build_tokenizer(), texts)):
            self.matrix, self.names = _wordless(len(texts)), np.array([""], dtype=object)
            return
        counts = counter.fit_transform(texts)
        kept = np.diff(counts.tocsc().indptr) <= MOST_TEXTS * len(texts)
        if not kept.any():  # all texts are alike, or there are too few for a share to mean anything
            kept[:] = True
        self.matrix = TfidfTransformer(sublinear_tf=True).fit_transform(counts[:, kept]).tocsr()
        self.names = counter.get_feature_names_out()[kept]

    def separate(self, rows: Rows, relevant: Labels) -> Separation:
        """Train on some rows, at least one of each kind.

        References
        ----------
        Fan, Chang, Hsieh, Wang and Lin (2008), Journal of Machine Learning Research 9, 1871-1874: linear
        support-vector machine with squared hinge loss.
        """
        from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

        few, many = int(relevant.sum()), int((~relevant).sum())
        weight = np.where(relevant, 1.0, few / (BALANCE * many))
        model = LinearSVC(C=COST, random_state=SEED)
        model.fit(self.matrix[rows], relevant, sample_weight=weight * len(rows) / weight.sum())
        return Separation(np.asarray(model.coef_[0], dtype=np.float64), float(model.intercept_[0]))

    def scores(self, separation: Separation, rows: Rows) -> Scores:
        """The rows' distances from the plane."""
        found: Scores = self.matrix[rows] @ separation.weights + separation.intercept
        return found

    def held_out_scores(self, rows: Rows, relevant: Labels) -> Scores:
        """Each row's score from a model that was trained without it, in `FOLDS` folds with an equal share of each kind.

        Needs at least two of each kind: every fold must leave one of each to learn from.
        """
        fold = np.empty(len(rows), dtype=np.intp)
        for kind in (relevant, ~relevant):
            fold[kind] = np.arange(int(kind.sum())) % FOLDS
        scores = np.empty(len(rows))
        for held in np.unique(fold):
            rest = fold != held
            scores[~rest] = self.scores(self.separate(rows[rest], relevant[rest]), rows[~rest])
        return scores

    def reasons(
        self, separation: Separation, row: int, most: int
    ) -> tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]:
        """The words and pairs that lift a row's score most, and those that lower it most, with what each adds.

        Function words, alone or in a pair, count in the score but are no reason a reader could use.
        """
        start, end = self.matrix.indptr[row], self.matrix.indptr[row + 1]
        columns = self.matrix.indices[start:end]
        shares = self.matrix.data[start:end] * separation.weights[columns]
        order = np.argsort(shares, kind="stable")
        return (
            self._told(columns, shares, order[::-1], most, 1.0),
            self._told(columns, shares, order, most, -1.0),
        )

    def _told(
        self, columns: Rows, shares: Scores, order: Rows, most: int, sign: float
    ) -> tuple[tuple[str, float], ...]:
        told: list[tuple[str, float]] = []
        for place in order:
            if len(told) == most or sign * shares[place] <= 0:
                break
            name = str(self.names[columns[place]])
            if not any(word in self._function_words for word in name.split()):
                told.append((name, float(shares[place])))
        return tuple(told)


def _wordless(count: int) -> Any:
    """Rows of texts none of which has a word: all alike."""
    from scipy.sparse import csr_matrix

    return csr_matrix((count, 1), dtype=np.float64)
