"""What an effect-size formula gives: the estimate, its variance, and everything needed to retrace both.

Never computes an estimate: that is done by the formulas beside this file.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from corpus.effectsizes.notation import show


class Measure(StrEnum):
    """Effect measures, in metafor's spelling; ratios are on the log scale."""

    SMD = "SMD"  # standardised mean difference between groups or conditions, Hedges g
    SMCR = "SMCR"  # standardised mean change inside one group, raw-score (baseline SD) scale
    MD = "MD"  # mean difference, in the units of the instrument
    ROM = "ROM"  # log ratio of means
    ZCOR = "ZCOR"  # Fisher z of a correlation
    ZPCOR = "ZPCOR"  # Fisher z of a partial correlation
    LOR = "OR"  # log odds ratio
    RR = "RR"  # log risk ratio
    RD = "RD"  # risk difference
    IRR = "IRR"  # log incidence rate ratio


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value that went in without being reported, the band it may lie in, and why it was taken."""

    name: str
    value: float
    low: float | None
    high: float | None
    reason: str

    def __str__(self) -> str:
        band = f" ({show(self.low)} to {show(self.high)})" if self.low is not None and self.high is not None else ""
        return f"{self.name} = {show(self.value)}{band}: {self.reason}"


@dataclass(frozen=True, slots=True)
class EffectSize:
    """An estimate on its measure's own scale (log for ratios), with formula, numbers, reference and assumptions."""

    measure: Measure
    yi: float
    vi: float
    formula: str
    substituted: str
    reference: str
    inputs: Mapping[str, float]
    assumptions: tuple[Assumption, ...] = ()

    def negated(self, because: str) -> "EffectSize":
        """The same estimate with the opposite sign; the reason is written behind the formula."""
        turned = 0.0 - self.yi  # unlike −yi this never gives a negative zero
        return replace(
            self,
            yi=turned,
            formula=f"{self.formula}; sign turned: {because}",
            substituted=f"{self.substituted}; sign turned to {show(turned)}: {because}",
        )

    def document(self) -> dict[str, object]:
        """The JSON document of ``oxysynth effect``."""
        return asdict(self) | {"measure": self.measure.value, "assumptions": [asdict(a) for a in self.assumptions]}
