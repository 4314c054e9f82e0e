"""Curated files: YAML in git becomes the corpus and back, byte for byte.

Never touches the database.
"""

from corpus.curation.binding import CurationError, read_entity
from corpus.curation.folder import (
    curated_texts,
    is_curated,
    read_corpus,
    read_people,
    read_records,
    read_reports,
    read_samples,
    read_sources,
    read_studies,
    read_study,
    with_comments,
    write_corpus,
)
from corpus.curation.writing import dump

__all__ = [
    "CurationError",
    "curated_texts",
    "dump",
    "is_curated",
    "read_corpus",
    "read_entity",
    "read_people",
    "read_records",
    "read_reports",
    "read_samples",
    "read_sources",
    "read_studies",
    "read_study",
    "with_comments",
    "write_corpus",
]
