"""Runs of the weekly refresh and their stages: what each did, and how it ended.

Never says how a stage works.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class RunState(StrEnum):
    """How far a run or a stage is."""

    STARTED = "started"
    DONE = "done"
    FAILED = "failed"  # of a stage: it said why, and the run went on; of a run: at least one stage failed
    ABANDONED = "abandoned"  # killed, and too old to be taken up again


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of a run."""

    name: str
    state: RunState
    message: str  # why it failed
    told: Mapping[str, Any]  # what it says of itself, as JSON would hold it
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One refresh, its stages in order."""

    started_at: datetime
    ended_at: datetime | None
    state: RunState
    stages: tuple[Stage, ...]

    def told(self, stage: str) -> Mapping[str, Any]:
        """What a stage said; empty where it has not run."""
        return next((one.told for one in self.stages if one.name == stage), {})
