"""The tables of the database; importing this package fills one metadata.

Never imported outside ``corpus``: everyone else sees domain values.
"""

from corpus.tables import desk, effects, harvest, reports, shared, studies
from corpus.tables.base import NAMING, Row

metadata = Row.metadata

__all__ = ["NAMING", "Row", "desk", "effects", "harvest", "metadata", "reports", "shared", "studies"]
