"""Ranks the queue anew while people decide: in a process of its own, with less right to the machine than they have.

Never more than one ranking at a time, never one without new decisions, and never for more than a tenth of the time: a
ranking of 100,000 records takes minutes.
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

_LOG = logging.getLogger(__name__)


class Renewal:
    """Counts decisions, and renews the queue of one database after every few of them."""

    def __init__(self, url: str, every: int = EVERY, rest: float = REST) -> None:
        self._url = url
        self._every = every
        self._rest = rest
        self._since = 0
        self._turn = threading.Lock()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._watching: threading.Thread | None = None
        self._closed = False
        self._not_before = 0.0

    @property
    def running(self) -> bool:
        """Whether the queue is being renewed."""
        return self._process is not None

    def decided(self) -> None:
        """One more decision was kept."""
        with self._turn:
            self._since += 1
            if self._since < self._every or self.running or time.monotonic() < self._not_before:
                return
            self._since = 0
            # A daemon: the desk does not wait for it when it is ended.
            self._process = multiprocessing.get_context("spawn").Process(target=renew, args=(self._url,), daemon=True)
            self._process.start()
            self._watching = threading.Thread(target=self._watch, args=(self._process, time.monotonic()), daemon=True)
            self._watching.start()

    def wait(self) -> None:
        """Wait until the renewal that runs, if one does, has ended."""
        if self._watching is not None:
            self._watching.join()

    def close(self) -> None:
        """Wait for nobody: what was not renewed will be after the next start."""
        with self._turn:
            self._closed = True
            if self._process is not None:
                self._process.terminate()
        self.wait()

    def _watch(self, process: multiprocessing.process.BaseProcess, began: float) -> None:
        process.join()
        with self._turn:
            self._process = None
            self._not_before = time.monotonic() + self._rest * (time.monotonic() - began)
            if process.exitcode and not self._closed:
                _LOG.warning("the queue could not be ranked anew (exit code %s)", process.exitcode)


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
