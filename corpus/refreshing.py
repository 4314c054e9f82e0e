"""Runs the stages of a refresh one after another: each is entered when it ends, so that a killed run goes on.

Never knows what a stage does, and never lets one that fails stop those behind it.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from corpus.database import Transactions, only_run, transactions
from corpus.domain.runs import Run, RunState, Stage
from corpus.errors import OxySynthError
from corpus.store.runs import Runs

# A killed run is taken up again within this time; later, what its first stages found is too old to build on.
TAKEN_UP = timedelta(hours=20)

Work = Callable[[], Mapping[str, Any]]


class StageFailed(OxySynthError):
    """A stage that could not do all of its work, with what it did of it."""

    exit_code = 3

    def __init__(self, message: str, told: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.told = told


def refresh(url: str, stages: Sequence[tuple[str, Work]], said: Callable[[str], None]) -> Run:
    """Run the stages that the last run has not done, in order.

    Raises Locked while another process runs; everything else a stage raises as OxySynthError or OSError is its failure.
    """
    with transactions(url) as opened, only_run(url):
        started_at = _begin(opened)
        with opened() as session:
            done = {stage.name for stage in Runs(session).last()[0].stages}
        for name, work in stages:
            if name not in done:
                said(f"{name} …")
                stage = _run(name, work)
                said(
                    f"{name}: {stage.state.value}, {stage.seconds:.1f} s"
                    + (f": {stage.message}" if stage.message else "")
                )
                with opened() as session:
                    Runs(session).add(started_at, stage)
        with opened() as session:
            runs = Runs(session)
            failed = any(stage.state is RunState.FAILED for stage in runs.last()[0].stages)
            runs.end(started_at, RunState.FAILED if failed else RunState.DONE, datetime.now(UTC))
            return runs.last()[0]


def document(run: Run) -> dict[str, Any]:
    """A run as JSON holds it."""
    return {
        "started_at": run.started_at.isoformat(timespec="seconds"),
        "ended_at": run.ended_at.isoformat(timespec="seconds") if run.ended_at else None,
        "state": run.state.value,
        "stages": [
            {
                "stage": stage.name,
                "state": stage.state.value,
                "seconds": round(stage.seconds, 3),
                "message": stage.message,
                **stage.told,
            }
            for stage in run.stages
        ],
    }


def exit_code(run: Run) -> int:
    """0 done; 4 the site was not renewed; 3 another stage failed, and the site was."""
    failed = {stage.name for stage in run.stages if stage.state is RunState.FAILED}
    if "build" in failed:
        return 4
    return 3 if failed else 0


def _begin(opened: Transactions) -> datetime:
    """When the run at hand began: a killed one that is young enough, or now."""
    now = datetime.now(UTC)
    with opened() as session:
        runs = Runs(session)
        last = next(iter(runs.last()), None)
        if last is not None and last.state is RunState.STARTED:
            if now - last.started_at <= TAKEN_UP:
                return last.started_at
            runs.end(last.started_at, RunState.ABANDONED, now)
        runs.begin(now)
    return now


def _run(name: str, work: Work) -> Stage:
    began = time.monotonic()
    state, message, told = RunState.DONE, "", dict[str, Any]()
    try:
        told = dict(work())
    except StageFailed as error:
        state, message, told = RunState.FAILED, str(error), dict(error.told)
    except (OxySynthError, OSError) as error:
        state, message = RunState.FAILED, str(error)
    return Stage(name=name, state=state, message=message, told=told, seconds=time.monotonic() - began)
