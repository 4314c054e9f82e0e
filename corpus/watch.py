"""From the answers of the sources to the standing of each report, and what a retraction does to the corpus.

Never asks a source, and never takes silence for an answer: what failed today leaves standing what was said before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from corpus.codebook import HoldReason
from corpus.domain import Corpus, Report, Study
from corpus.domain.effects import Effect, Hold
from corpus.domain.watch import Answered, Check, Notice, NoticeKind


class Standing(StrEnum):
    """The worst that an answering source says of a report, the worst first."""

    RETRACTED = "retracted"
    EXPRESSION_OF_CONCERN = "expression of concern"
    CORRECTED = "corrected"
    CLEAR = "no notice"
    UNKNOWN = "unknown"


_BY_NOTICE = {
    NoticeKind.RETRACTION: Standing.RETRACTED,
    NoticeKind.EXPRESSION_OF_CONCERN: Standing.EXPRESSION_OF_CONCERN,
    NoticeKind.CORRECTION: Standing.CORRECTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStanding:
    """What is known of one report's standing."""

    report: str
    standing: Standing
    checks: tuple[Check, ...]  # the last answer of each source that ever answered, by name of the source
    silent: tuple[Check, ...]  # sources whose newest check is without an answer

    @property
    def notices(self) -> tuple[tuple[str, Notice], ...]:
        """(source, notice) of every notice that stands."""
        return tuple((check.source, notice) for check in self.checks for notice in check.notices)


def standings(reports: Sequence[Report], checks: Sequence[Check]) -> Mapping[str, ReportStanding]:
    """The standing of every report, by key. The last answer of a source replaces its earlier ones."""
    by_report: dict[str, dict[str, list[Check]]] = {report.key: {} for report in reports}
    for check in sorted(checks, key=lambda check: check.on):
        if check.report in by_report:
            by_report[check.report].setdefault(check.source, []).append(check)
    return {key: _standing(key, by_source) for key, by_source in by_report.items()}


def withdraw(corpus: Corpus, known: Mapping[str, ReportStanding]) -> Corpus:
    """The corpus with every effect held that rests on a retracted report.

    An effect rests on the report it was read in, and on the first report of its study, which tells of the trial itself:
    what a later review tabulates of a retracted trial goes with the trial. Effects that are held already stay as they are.
    """
    retracted = {key: found for key, found in known.items() if found.standing is Standing.RETRACTED}
    if not retracted:
        return corpus
    return replace(corpus, studies=tuple(_without(study, retracted) for study in corpus.studies))


def _standing(report: str, by_source: Mapping[str, Sequence[Check]]) -> ReportStanding:
    answered, silent = [], []
    for _, checks in sorted(by_source.items()):
        told = [check for check in checks if check.answered is not Answered.UNKNOWN]
        answered += told[-1:]
        if checks[-1].answered is Answered.UNKNOWN:
            silent.append(checks[-1])
    found = {_BY_NOTICE[notice.kind] for check in answered for notice in check.notices}
    found.add(Standing.CLEAR if answered else Standing.UNKNOWN)
    worst = next(standing for standing in Standing if standing in found)
    return ReportStanding(report=report, standing=worst, checks=tuple(answered), silent=tuple(silent))


def _without(study: Study, retracted: Mapping[str, ReportStanding]) -> Study:
    main = study.reports[0] if study.reports else ""

    def held(effect: Effect) -> Effect:
        resting = next((key for key in (effect.source.report, main) if key in retracted), None)
        if resting is None or effect.hold is not None:
            return effect
        return replace(effect, hold=Hold(reason=HoldReason.RETRACTED, note=_note(retracted[resting])))

    return replace(study, effects=tuple(held(effect) for effect in study.effects))


def _note(found: ReportStanding) -> str:
    told = [check for check in found.checks if any(one.kind is NoticeKind.RETRACTION for one in check.notices)]
    sources = " and ".join(check.source for check in told)
    where = next((one.where for check in told for one in check.notices if one.kind is NoticeKind.RETRACTION), "")
    notice = f", notice {where}" if where else ""
    return f"{found.report} is retracted by {sources} as of {max(check.on for check in told)}{notice}"
