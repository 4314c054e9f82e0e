"""Ranks the queue anew while people decide: in a process of its own, with less right to the machine than they have.

Never more than one ranking at a time, never one without new decisions, and never for more than a tenth of the time: a
ranking of 100,000 records takes minutes. Beyond that no decision waits for long: after twenty of them a ranking is due at
once, so it is when somebody's queue runs empty, and a few that are followed by nothing are taken in after some minutes.
"""

import contextlib
import logging
import multiprocessing
import os
import signal
import threading
import time

EVERY = 20  # decisions
REST = 9.0  # after a renewal, times as long as it took
PATIENCE = 180.0  # seconds that fewer decisions wait for others

_LOG = logging.getLogger(__name__)


class Renewal:
    """Counts decisions, and renews the queue of one database when a renewal is due."""

    def __init__(self, url: str, every: int = EVERY, rest: float = REST, patience: float = PATIENCE) -> None:
        self._url = url
        self._every = every
        self._rest = rest
        self._patience = patience
        self._since = 0
        self._turn = threading.Lock()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._watching: threading.Thread | None = None
        self._closed = False
        self._not_before = 0.0
        self._due: threading.Timer | None = None
        self._due_at = 0.0

    @property
    def running(self) -> bool:
        """Whether the queue is being renewed."""
        return self._process is not None

    def decided(self, number: int = 1) -> None:
        """More decisions were kept."""
        with self._turn:
            self._since += number
            self._plan(0.0 if self._since >= self._every else self._patience)

    def emptied(self) -> None:
        """Nothing waits for somebody any more: whoever looks now wants to know what is left."""
        with self._turn:
            self._plan(0.0)

    def wait(self) -> None:
        """Wait until the renewal that runs, if one does, has ended."""
        if self._watching is not None:
            self._watching.join()

    def close(self) -> None:
        """Wait for nobody: what was not renewed will be some minutes after the next start."""
        with self._turn:
            self._closed = True
            self._forget_plan()
            if self._process is not None:
                self._process.terminate()
        self.wait()

    def _plan(self, seconds: float) -> None:
        """Renew in so many seconds, or when the rest is over; an earlier plan stands. The caller holds the turn."""
        if not self._since or self.running or self._closed:
            return  # what comes in while it runs is seen to when it ends
        at = max(time.monotonic() + seconds, self._not_before)
        if at <= time.monotonic():
            self._begin()
        elif self._due is None or at < self._due_at:
            self._forget_plan()
            self._due, self._due_at = threading.Timer(at - time.monotonic(), self._fall_due), at
            self._due.daemon = True
            self._due.start()

    def _fall_due(self) -> None:
        with self._turn:
            self._due = None
            self._plan(0.0)

    def _forget_plan(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _begin(self) -> None:
        self._forget_plan()
        self._since = 0
        # A daemon: the desk does not wait for it when it is ended.
        self._process = multiprocessing.get_context("spawn").Process(target=renew, args=(self._url,), daemon=True)
        self._process.start()
        self._watching = threading.Thread(target=self._watch, args=(self._process, time.monotonic()), daemon=True)
        self._watching.start()

    def _watch(self, process: multiprocessing.process.BaseProcess, began: float) -> None:
        process.join()
        with self._turn:
            self._process = None
            self._not_before = time.monotonic() + self._rest * (time.monotonic() - began)
            if process.exitcode and not self._closed:
                _LOG.warning("the queue could not be ranked anew (exit code %s)", process.exitcode)
            self._plan(0.0)


def renew(url: str) -> None:
    """Renew the queue of a database, in a process that is only there for it."""
    from corpus.database import transactions
    from corpus.protocol import read_protocol
    from corpus.works.queueing import renew_queue

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the desk, which ends this process itself
    stand_back()
    with transactions(url) as opened:
        renew_queue(opened, read_protocol())


def stand_back() -> None:
    """Let this process have the processor only when nobody else wants it."""
    os.nice(19)
    with contextlib.suppress(AttributeError, PermissionError):  # Linux has it; some containers forbid it
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
