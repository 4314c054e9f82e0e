"""The order in which new records are worth reading, with the reason for each place.

Never leaves a record out, never decides one, and never looks at anything but words (and the year, between equals).
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from corpus.errors import InvalidInput
from corpus.screening.linear import Labels, Rows, Scores, Separation, Texts
from corpus.screening.records import ScreeningRecord
from corpus.screening.terms import ColdStart, Named, TermFinder
from corpus.screening.unseen import Calibration, Unseen, unknown, unseen

# Fewer decisions of either kind, and the ranking rests on the cold start: docs/ranking.md has the measurement.
LEAST_RELEVANT = 10
LEAST_IRRELEVANT = 10
LIKELY = 0.5  # "likely relevant" means: more likely than not
REASONS = 4  # words told for and against each record


class Basis(StrEnum):
    """What the ranking was learned from."""

    COLD = "cold"  # terms and texts given; and what decisions there are
    LEARNED = "learned"  # the decisions alone


class Reason(NamedTuple):
    """A word or pair of words of the record, and what it adds to the score."""

    term: str
    adds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One waiting record and its place, counted from 1. Scores compare within one ranking only."""

    key: str
    place: int
    score: float
    probability: float | None  # of being relevant; None under a cold start
    likely: bool
    lifted: tuple[Reason, ...]  # strongest first
    lowered: tuple[Reason, ...]
    named: tuple[str, ...]  # terms of the cold start's groups in the record
    absent: tuple[str, ...]  # groups none of whose terms is in the record

    @property
    def reason(self) -> str:
        """Why this place, in one line."""
        parts = (
            ("names", [f"“{term}”" for term in self.named]),
            ("names no term for", list(self.absent)),
            ("lifted by", [f"“{reason.term}”" for reason in self.lifted]),
            ("lowered by", [f"“{reason.term}”" for reason in self.lowered]),
        )
        said = [f"{word} {', '.join(terms)}" for word, terms in parts if terms]
        return "; ".join(said) or "no word that was seen before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """All waiting records in order, and how many relevant ones are probably among them."""

    basis: Basis
    relevant: int  # decisions it rests on
    irrelevant: int
    records: tuple[Ranked, ...]
    unseen: Unseen


def rank(
    records: Sequence[ScreeningRecord],
    decisions: Mapping[str, bool],
    *,
    cold: ColdStart | None = None,
    drawn: AbstractSet[str] | None = None,
) -> Ranking:
    """Rank the records without a decision, by what those with one have in common.

    Parameters
    ----------
    records
        Decided and waiting ones, in any order: the ranking does not depend on it.
    decisions
        Key to relevant.
    cold
        What to go by while there are fewer than `LEAST_RELEVANT` relevant or `LEAST_IRRELEVANT` irrelevant decisions:
        more groups named comes first, then the score of a model of the texts given and the decisions so far.
    drawn
        Keys of decided records that came to be decided without regard to what the decision would be, where others did
        not: those of a corpus, or added because they are relevant. All are learned from, but only these tell what
        share is relevant at a score, and whether there are enough decisions. Default: all decided ones.

    Raises
    ------
    InvalidInput
        For two records with one key, a decision about a record that is not given, or a term that cannot be looked for.
    """
    return Ranker(records, cold=cold).rank(decisions, drawn=drawn)


class Ranker:
    """Records whose texts are read once, to be ranked anew whenever decisions arrive."""

    def __init__(self, records: Sequence[ScreeningRecord], *, cold: ColdStart | None = None) -> None:
        self._records = sorted(records, key=lambda record: record.key)
        self._rows = {record.key: row for row, record in enumerate(self._records)}
        if len(self._rows) < len(self._records):
            keys = [record.key for record in self._records]
            twice = next(key for key, other in pairwise(keys) if key == other)
            raise InvalidInput(f"two records have the key {twice!r}; link them, or give each a key of its own")
        cold = cold or ColdStart()
        given = [*cold.core, *cold.adjacent]
        self._finder = TermFinder(cold.groups)
        self._found: dict[int, Named] = {}
        self._groups = len(cold.groups)
        self._texts = Texts([*(record.text for record in self._records), *given])
        self._given = np.arange(len(self._records), len(self._records) + len(given))
        self._core = np.arange(len(given)) < len(cold.core)

    def rank(self, decisions: Mapping[str, bool], *, drawn: AbstractSet[str] | None = None) -> Ranking:
        """Learn from the decisions and rank the rest; raises InvalidInput for a decision about an unknown record."""
        unknown_keys = sorted(decisions.keys() - self._rows.keys())
        if unknown_keys:
            raise InvalidInput(
                f"{len(unknown_keys)} decisions are about records that were not given (first: {unknown_keys[0]!r}); "
                "give the decided records too, their words are what is learned from"
            )
        decided = np.array(sorted(self._rows[key] for key in decisions), dtype=np.intp)
        relevant = np.array([decisions[self._records[row].key] for row in decided], dtype=bool)
        waiting = np.setdiff1d(np.arange(len(self._records)), decided)
        blind = np.array([drawn is None or self._records[row].key in drawn for row in decided], dtype=bool)
        few = relevant[blind].sum() < LEAST_RELEVANT or (~relevant[blind]).sum() < LEAST_IRRELEVANT
        basis = Basis.COLD if few else Basis.LEARNED
        if few:
            ranked, left = self._cold(decided, relevant, waiting)
        else:
            ranked, left = self._learned(decided, relevant, waiting, blind)
        return Ranking(
            basis=basis,
            relevant=int(relevant.sum()),
            irrelevant=int((~relevant).sum()),
            records=ranked,
            unseen=left,
        )

    def _named(self, row: int) -> Named:
        if row not in self._found:
            self._found[row] = self._finder.named(self._records[row].text)
        return self._found[row]

    def _learned(
        self, decided: Rows, relevant: Labels, waiting: Rows, blind: Labels
    ) -> tuple[tuple[Ranked, ...], Unseen]:
        separation = self._texts.separate(decided, relevant)
        scores = self._texts.scores(separation, waiting)
        calibration = Calibration(self._texts.held_out_scores(decided, relevant)[blind], relevant[blind])
        probability = calibration.probability(scores)
        ranked = self._in_order(waiting, scores, separation, probability, probability >= LIKELY)
        return ranked, unseen(calibration, scores)

    def _cold(self, decided: Rows, relevant: Labels, waiting: Rows) -> tuple[tuple[Ranked, ...], Unseen]:
        known, kinds = np.concatenate([decided, self._given]), np.concatenate([relevant, self._core])
        separation = self._texts.separate(known, kinds) if kinds.any() and not kinds.all() else None
        margins = self._texts.scores(separation, waiting) if separation else np.zeros(len(waiting))
        named = np.array([self._groups - len(self._named(int(row)).absent) for row in waiting], dtype=np.float64)
        likely = named == self._groups if self._groups else margins > 0
        # The margin squeezed between 0 and 1 orders records that name equally many groups, and only those.
        scores = named + 1 / (1 + np.exp(-margins))
        return self._in_order(waiting, scores, separation, None, likely), unknown(len(waiting))

    def _in_order(
        self, waiting: Rows, scores: Scores, separation: Separation | None, probability: Scores | None, likely: Labels
    ) -> tuple[Ranked, ...]:
        """Highest score first; between equals the more terms named, the newer, then the key."""

        def place(at: int) -> tuple[float, int, int, str]:
            record, named = self._records[waiting[at]], self._named(int(waiting[at]))
            return -scores[at], -len(named.terms), -(record.year or 0), record.key

        return tuple(
            self._ranked(
                int(waiting[at]),
                number,
                separation,
                score=float(scores[at]),
                probability=None if probability is None else float(probability[at]),
                likely=bool(likely[at]),
            )
            for number, at in enumerate(sorted(range(len(waiting)), key=place), 1)
        )

    def _ranked(
        self,
        row: int,
        place: int,
        separation: Separation | None,
        *,
        score: float,
        probability: float | None,
        likely: bool,
    ) -> Ranked:
        named = self._named(row)
        lifted, lowered = self._texts.reasons(separation, row, REASONS) if separation else ((), ())
        return Ranked(
            key=self._records[row].key,
            place=place,
            score=score,
            probability=probability,
            likely=likely,
            lifted=tuple(Reason(*told) for told in lifted),
            lowered=tuple(Reason(*told) for told in lowered),
            named=named.terms,
            absent=named.absent,
        )
