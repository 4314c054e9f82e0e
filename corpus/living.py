"""The corpus of the day: what may be synthesised, what is known of each report's standing, and the last runs.

Never reads a database; `corpus.commands` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.domain import Corpus
from corpus.domain.matters import Heard
from corpus.domain.runs import Run
from corpus.watch import ReportStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class Living:
    """The corpus, with every effect held that rests on a retracted report, and what keeps it alive."""

    corpus: Corpus
    standings: Mapping[str, ReportStanding] = field(default_factory=dict)  # by key of the report
    heard: tuple[Heard, ...] = ()  # what became of what readers held to be wrong
    runs: tuple[Run, ...] = ()  # of the refresh, the newest first; the one under way among them
