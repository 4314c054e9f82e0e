"""The harvest's stages of a refresh, each as a function that tells what it did.

Never takes a failed source for an empty one: the stage fails, with what the other sources brought.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from corpus.database import transactions
from corpus.protocol import read_protocol
from corpus.refreshing import StageFailed
from corpus.settings import Settings
from corpus.store import Store
from corpus.works.backlog import waiting_rows
from corpus.works.queueing import renew_queue
from harvest.checking import watch
from harvest.commands import SKIPPED, ask_sources, linked

SHOWN = 20  # waiting works that the report names


def harvest_stage(settings: Settings, today: date) -> Mapping[str, Any]:
    """Ask every source. Raises StageFailed where one failed."""
    told = ask_sources(settings, (), span=None, today=today)
    sources: Mapping[str, Any] = {"sources": told}
    failed = [name for name, one in told.items() if one["state"] == "failed"]
    if failed:
        answered = [name for name, one in told.items() if one["state"] not in ("failed", SKIPPED)]
        message = f"failed: {', '.join(failed)}" if answered else "no source answered: is there a network?"
        raise StageFailed(message, sources)
    return sources


def link_stage(settings: Settings) -> Mapping[str, Any]:
    """Link what is new."""
    with transactions(settings.database) as opened:
        with opened() as session:
            corpus = Store(session).load()
        return linked(opened, corpus)


def rank_stage(settings: Settings) -> Mapping[str, Any]:
    """Order what waits and renew the desk's queue; the first works by name, with the reason for their place."""
    with transactions(settings.database) as opened:
        held = renew_queue(opened, read_protocol()).backlog
    left = held.ranking.unseen
    return {
        "found": held.counts.found,
        "assessed": held.counts.assessed,
        "waiting": held.counts.waiting,
        "likely_relevant": held.likely,
        "unsure_pairs": held.unsure,
        "untraced_pages": held.untraced,
        "basis": held.ranking.basis.value,
        "decisions": {"relevant": held.ranking.relevant, "irrelevant": held.ranking.irrelevant},
        "relevant_left": {"expected": left.expected, "lowest": left.lowest, "highest": left.highest},
        "first": waiting_rows(held, SHOWN),
    }


def watch_stage(settings: Settings, today: date) -> Mapping[str, Any]:
    """Ask after notices. Raises StageFailed where a source did not answer."""
    told = watch(settings, today=today)
    failures = told["failures"]
    if isinstance(failures, dict) and failures:
        raise StageFailed("; ".join(f"{name}: {why}" for name, why in failures.items()), told)
    return told
