"""What people made at the desk, read from its rows, in the words of the audit trail.

Never writes: it is what `oxysynth check` holds the trail against.
"""

from collections import defaultdict

from sqlmodel import Session

from corpus.audit import Held
from corpus.store import accounts, additions, cases, decisions, links, matters, proposals, queue
from corpus.store.kind import Kind
from corpus.store.trail import told

KINDS: tuple[Kind, ...] = (
    *accounts.KINDS,
    *additions.KINDS,
    *cases.KINDS,
    *matters.KINDS,
    decisions.KIND,
    links.KIND,
    proposals.KIND,
    queue.KIND,
)


def holding(session: Session) -> Held:
    """Everything that people made, as it is now."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    past: defaultdict[str, list[str]] = defaultdict(list)
    for kind in KINDS:
        for entity, values in kind.rows(session):
            found[entity].append(told(values))
        for entity, values in kind.past_rows(session):
            past[entity].append(told(values))
    return Held(
        told=found,
        past=past,
        keeping={kind.name: kind.kept_with for kind in KINDS if kind.past is not None},
        lasting=frozenset(kind.name for kind in KINDS if kind.lasts),
    )
