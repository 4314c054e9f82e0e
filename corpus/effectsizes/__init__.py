"""Effect sizes from what papers print: pure formulas, each with its steps, reference, inputs and assumptions.

Never reads or writes a file, and never decides which direction is good.
"""

from corpus.effectsizes.conversions import convert
from corpus.effectsizes.kinds import KINDS, Kind, compute
from corpus.effectsizes.result import Assumption, EffectSize, Measure

__all__ = ["KINDS", "Assumption", "EffectSize", "Kind", "Measure", "compute", "convert"]
