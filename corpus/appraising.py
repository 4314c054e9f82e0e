"""What the instruments make of a study's judgements: their algorithms beside what was judged, and which result each is for.

Never changes a judgement: people judge, and say why where they depart from an algorithm.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.codebook import BiasLevel
from corpus.domain import BiasJudgement, Missing, Study
from corpus.instruments import OVERALL, Domain, Instrument, Judged, Kind, instruments, judge, worst


@dataclass(frozen=True, slots=True)
class Appraised:
    """One judgement with what its instrument makes of the answers."""

    judgement: BiasJudgement
    instrument: Instrument
    domain: Domain
    judged: Judged
    suggested: BiasLevel | None  # by the algorithm; None where it has not come so far, or there is none

    @property
    def departs(self) -> bool:
        """Whether somebody judged otherwise than the algorithm."""
        return (
            self.suggested is not None
            and isinstance(self.judgement.level, BiasLevel)
            and self.judgement.level is not self.suggested
        )


def appraised(study: Study) -> tuple[Appraised, ...]:
    """Every judgement of a study whose instrument and domain are known."""
    known = instruments()
    found = []
    for judgement in study.risk_of_bias:
        instrument = known.get(judgement.instrument)
        domain = instrument.domains.get(judgement.domain) if instrument else None
        if instrument is None or domain is None:
            continue  # told by ``corpus.curation.references``
        judged = judge(domain, judgement.answers)
        others = _beside(study.risk_of_bias, judgement) if domain.key == OVERALL else {}
        suggested = over_all(instrument, others) if domain.key == OVERALL else judged.level
        found.append(Appraised(judgement, instrument, domain, judged, suggested))
    return tuple(found)


def over_all(instrument: Instrument, levels: Mapping[str, BiasLevel | None]) -> BiasLevel | None:
    """What the domains' levels make together; None while a domain is without one."""
    return worst(levels.get(key) for key in instrument.domains if key != OVERALL)


def levels_for(study: Study, outcome: str, effect: str) -> Sequence[BiasLevel | Missing]:
    """The levels of bias that bear on an effect: those of the study, of its outcome, and of the effect itself."""
    known = instruments()
    return [
        one.level
        for one in study.risk_of_bias
        if one.outcome in ("", outcome) and one.effect in ("", effect) and known[one.instrument].kind is Kind.BIAS
    ]


def findings(study: Study) -> Iterator[tuple[bool, str]]:
    """What does not fit in a study's judgements, each with whether it is an error."""
    for one in appraised(study):
        judgement = one.judgement
        about = judgement.effect or judgement.outcome
        where = f"{one.instrument.name}, {one.domain.name}" + (f" ({about})" if about else "")
        if one.departs and not judgement.reason:
            assert one.suggested is not None
            assert isinstance(judgement.level, BiasLevel)
            ours, its = one.instrument.says(judgement.level), one.instrument.says(one.suggested)
            yield (
                True,
                f"{where}: judged {ours}, where the algorithm says {its}; give the reason, or take the algorithm's",
            )
        for key in one.judged.not_asked:
            yield True, f"{where}: {key} has an answer, but after the other answers it is not asked; take it out"
        begun = judgement.answers or isinstance(judgement.level, BiasLevel)
        if begun and one.judged.open:
            numbers = ", ".join(question.number for question in one.judged.open)
            yield False, f"{where}: not answered: {numbers}"


def _beside(judgements: Sequence[BiasJudgement], overall: BiasJudgement) -> Mapping[str, BiasLevel | None]:
    """The levels of the other domains for the same result."""
    return {
        one.domain: one.level if isinstance(one.level, BiasLevel) else None
        for one in judgements
        if (one.instrument, one.outcome, one.effect) == (overall.instrument, overall.outcome, overall.effect)
    }
