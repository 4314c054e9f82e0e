"""The store: the only package that knows both the domain and the tables.

Never opens a database by itself; see ``corpus.database``.
"""

from corpus.store.ledger import Ledger
from corpus.store.store import Store
from corpus.store.values import UnreadableRow

__all__ = ["Ledger", "Store", "UnreadableRow"]
