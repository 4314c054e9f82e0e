"""Screening: new records in the order of their likely relevance, and how many relevant ones are probably still unseen.

Never takes a decision: every record keeps its place until a person has read it.
"""

from corpus.screening.ranking import Basis, Ranked, Ranker, Ranking, rank
from corpus.screening.records import ScreeningRecord
from corpus.screening.terms import ColdStart
from corpus.screening.unseen import Unseen

__all__ = ["Basis", "ColdStart", "Ranked", "Ranker", "Ranking", "ScreeningRecord", "Unseen", "rank"]
