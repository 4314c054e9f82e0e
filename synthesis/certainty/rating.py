"""The rating: where the evidence starts, what each domain takes away, and the level that is left.

Never rates up (large effects, dose-response): that takes a person who has looked for every other explanation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.errors import InvalidInput
from corpus.protocol import CertaintyThresholds
from synthesis.certainty.domains import inconsistency, indirectness, risk_of_bias, small_study_effects
from synthesis.certainty.evidence import Evidence
from synthesis.certainty.precision import imprecision
from synthesis.certainty.vocabulary import Certainty, Concern, Domain, Judgement, Override, Start

_LEVELS = tuple(Certainty)
_STARTS = {Start.RANDOMISED: Certainty.HIGH, Start.NON_RANDOMISED: Certainty.LOW}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """One domain: as computed and, where a person decided otherwise, that too; the latter counts."""

    computed: Judgement
    override: Override | None

    @property
    def domain(self) -> Domain:
        return self.computed.domain

    @property
    def concern(self) -> Concern:
        return self.computed.concern if self.override is None else self.override.level


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """Certainty of the evidence on one question."""

    start: Certainty
    start_reason: str
    domains: tuple[Rated, ...]  # in the order of Domain
    level: Certainty | None  # None without evidence
    at_most: bool  # some domain could not be judged, so the level is an upper limit
    summary: str


def rate(evidence: Evidence, thresholds: CertaintyThresholds, overrides: Sequence[Override] = ()) -> Rating:
    """Certainty of the evidence, domain by domain.

    Parameters
    ----------
    evidence
        Pooled result and what is coded on its effects; k = 0 gives no level.
    overrides
        At most one for each domain; shown beside the computed judgement and used in its place.

    Raises
    ------
    InvalidInput
        For two overrides of one domain, or a measure whose sizes the protocol does not state.

    References
    ----------
    Balshem et al. (2011), Journal of Clinical Epidemiology 64, 401-406; Cochrane Handbook, chapter 14. Evidence from
    comparisons that are not randomised starts low, as for instruments of risk of bias other than ROBINS-I.
    """
    by_domain = {override.domain: override for override in overrides}
    if len(by_domain) < len(overrides):
        raise InvalidInput("a domain of certainty is overridden twice; keep one override for each domain")
    thresholds.sizes_of(evidence.measure)
    computed = (
        risk_of_bias(evidence, thresholds),
        inconsistency(evidence, thresholds),
        indirectness(evidence, thresholds),
        imprecision(evidence, thresholds),
        small_study_effects(evidence, thresholds),
    )
    domains = tuple(Rated(computed=each, override=by_domain.get(each.domain)) for each in computed)
    start = _STARTS[evidence.start]
    level = None if evidence.k == 0 else _lowered(start, sum(rated.concern.down for rated in domains))
    unjudged = [rated.domain.value for rated in domains if rated.concern is Concern.NOT_ASSESSABLE]
    # Nothing lies below the lowest level, so there an open domain leaves nothing open.
    at_most = bool(unjudged) and level not in (None, Certainty.VERY_LOW)
    return Rating(
        start=start,
        start_reason=f"Evidence from {evidence.start.value} comparisons starts {start.value}.",
        domains=domains,
        level=level,
        at_most=at_most,
        summary=_summary(level, at_most, domains, unjudged),
    )


def _lowered(start: Certainty, down: int) -> Certainty:
    return _LEVELS[min(_LEVELS.index(start) + down, len(_LEVELS) - 1)]


def _summary(level: Certainty | None, at_most: bool, domains: Sequence[Rated], unjudged: Sequence[str]) -> str:
    if level is None:
        return "There is no evidence to rate."
    down = [f"{rated.concern.value} {rated.domain.value}" for rated in domains if rated.concern.down > 0]
    words = f"Certainty is {'at most ' if at_most else ''}{level.value}"
    words += f", lowered for {_listed(down)}." if down else "."
    return words + (f" Not judged: {_listed(unjudged)}." if unjudged else "")


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
