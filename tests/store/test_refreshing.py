"""The refresh runs its stages in order, goes on after a kill, and lets no stage stop the others."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from corpus.database import only_run, transactions
from corpus.domain.runs import RunState
from corpus.errors import InvalidInput, Locked
from corpus.refreshing import TAKEN_UP, StageFailed, document, exit_code, refresh
from corpus.store.runs import Runs


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


class Recorder:
    """Stages that tell in which order they ran."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def stage(self, name: str, error: BaseException | None = None) -> tuple[str, Callable[[], Mapping[str, Any]]]:
        def work() -> Mapping[str, Any]:
            self.ran.append(name)
            if error is not None:
                raise error
            return {"did": name}

        return name, work


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def run(url: str, *stages: tuple[str, Callable[[], Mapping[str, Any]]]) -> Any:
    return refresh(url, stages, said=lambda line: None)


def test_stages_run_in_order_and_are_told(url: str, recorder: Recorder) -> None:
    done = run(url, recorder.stage("harvest"), recorder.stage("build"))
    assert recorder.ran == ["harvest", "build"]
    assert (done.state, done.told("build"), exit_code(done)) == (RunState.DONE, {"did": "build"}, 0)
    told = document(done)
    assert [stage["stage"] for stage in told["stages"]] == ["harvest", "build"]


def test_a_failed_stage_is_said_and_the_others_run(url: str, recorder: Recorder) -> None:
    done = run(
        url,
        recorder.stage("harvest", StageFailed("failed: openalex", {"sources": {"openalex": "x"}})),
        recorder.stage("link", InvalidInput("wrong")),
        recorder.stage("build"),
    )
    assert [stage.state for stage in done.stages] == [RunState.FAILED, RunState.FAILED, RunState.DONE]
    assert done.stages[0].message == "failed: openalex"
    assert done.told("harvest") == {"sources": {"openalex": "x"}}
    assert (done.state, exit_code(done)) == (RunState.FAILED, 3)


def test_a_site_that_was_not_renewed_has_its_own_code(url: str, recorder: Recorder) -> None:
    assert exit_code(run(url, recorder.stage("harvest"), recorder.stage("build", InvalidInput("broken link")))) == 4


def test_a_killed_run_goes_on_where_it_was(url: str, recorder: Recorder) -> None:
    with pytest.raises(Killed):
        run(url, recorder.stage("harvest"), recorder.stage("link", Killed()), recorder.stage("build"))
    done = run(url, recorder.stage("harvest"), recorder.stage("link"), recorder.stage("build"))
    assert recorder.ran == ["harvest", "link", "link", "build"]
    assert (done.state, len(done.stages)) == (RunState.DONE, 3)
    with transactions(url) as opened, opened() as session:
        assert len(Runs(session).last(10)) == 1


def test_a_run_killed_long_ago_is_not_taken_up(url: str, recorder: Recorder) -> None:
    with transactions(url) as opened, opened() as session:
        Runs(session).begin(datetime.now(UTC) - TAKEN_UP - timedelta(minutes=1))
    run(url, recorder.stage("harvest"))
    with transactions(url) as opened, opened() as session:
        assert [one.state for one in Runs(session).last(10)] == [RunState.DONE, RunState.ABANDONED]


def test_a_second_run_at_the_same_time_is_refused(url: str, recorder: Recorder) -> None:
    with transactions(url):
        pass
    with only_run(url), pytest.raises(Locked, match="another run is under way"):
        run(url, recorder.stage("harvest"))
    assert recorder.ran == []
