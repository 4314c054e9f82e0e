"""Instruments that judge bias and trust: questions, answers and algorithms as data, and the engine that follows them.

Never answers a question, and never reads a study.
"""

from corpus.instruments.instrument import Condition, Domain, Instrument, Kind, Per, Question, Rule
from corpus.instruments.judging import OVERALL, Judged, Step, judge, worst
from corpus.instruments.reading import instruments

__all__ = [
    "OVERALL",
    "Condition",
    "Domain",
    "Instrument",
    "Judged",
    "Kind",
    "Per",
    "Question",
    "Rule",
    "Step",
    "instruments",
    "judge",
    "worst",
]
