"""What readers of the site told, beside what is coded there now.

Never takes a reader's word for a value: a person reads the source.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from corpus.domain import Effect, Study
from corpus.domain.matters import Dealt, MatterKind, ReaderReport
from corpus.store.current import current_corpus
from corpus.store.matters import Matters


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One reader's report, and what it is about."""

    report: ReaderReport
    study: Study | None  # None where the corpus has no such study (any more)
    effect: Effect | None
    dealt: Dealt | None


def told(session: Session) -> tuple[Told, ...]:
    """Everything that readers told, what nobody has answered first, then the oldest first."""
    matters = Matters(session)
    reports, dealt = matters.told(), matters.dealt(MatterKind.REPORTED)
    studies = {study.key: study for study in current_corpus(session).studies} if reports else {}
    found = [_told(report, studies, dealt.get(str(report.number))) for report in reports]
    return tuple(sorted(found, key=lambda one: (one.dealt is not None, one.report.number)))


def _told(report: ReaderReport, studies: Mapping[str, Study], dealt: Dealt | None) -> Told:
    kind, _, rest = report.about.partition("/")
    key, _, name = rest.partition("/")
    study = studies.get(key) if kind == "study" else None
    effect = next((one for one in study.effects if one.key == name), None) if study else None
    return Told(report=report, study=study, effect=effect, dealt=dealt)
