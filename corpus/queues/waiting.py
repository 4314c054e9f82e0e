"""How much waits in each queue."""

from collections.abc import Mapping

from sqlmodel import Session

from corpus.domain.matters import MatterKind
from corpus.queues.authors import askings
from corpus.queues.duplicates import open_pairs
from corpus.queues.notices import notices
from corpus.store.current import current_corpus
from corpus.store.ledger import Ledger
from corpus.store.links import Links
from corpus.store.matters import Matters
from corpus.store.synced import Synced
from corpus.store.watch import Checks
from corpus.works.works import untraced


def waiting(session: Session) -> Mapping[str, int]:
    """Number of matters that wait for a person, by the name of their page."""
    corpus, links, matters = current_corpus(session), Links(session), Matters(session)
    dealt = matters.dealt(MatterKind.REPORTED)
    standing = notices(corpus.reports, Checks(session).all(), matters.dealt(MatterKind.NOTICE))
    asking = askings(corpus, matters.dealt(MatterKind.AUTHORS))
    return {
        "duplicates": open_pairs(session),
        "untraced": len(untraced(Ledger(session), links, matters)),
        "notices": sum(one.dealt is None for one in standing),
        "reported": sum(str(one.number) not in dealt for one in matters.told()),
        "authors": sum(one.dealt is None or not one.dealt.outcome.ends for one in asking),
        "files": len(Synced(session).conflicts()),
    }
