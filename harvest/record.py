"""The one shape in which every source, file and page hands over a record: defined in ``corpus.domain.harvested``.

Never holds anything of its own.
"""

from corpus.domain.harvested import Author, Deleted, HarvestedRecord, Rejected, Relation, RelationKind

__all__ = ["Author", "Deleted", "HarvestedRecord", "Rejected", "Relation", "RelationKind"]
