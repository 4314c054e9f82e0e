"""The whole corpus as one value, and the clusters of people that share a sample.

Never fetched piecemeal: at this field's size everything fits in memory at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from corpus.domain.effects import Estimate
from corpus.domain.provenance import Person
from corpus.domain.reports import BibliographicSource, Record, Report
from corpus.domain.studies import Sample, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Everything coded, each kind in the order of its key."""

    people: tuple[Person, ...] = ()
    sources: tuple[BibliographicSource, ...] = ()
    records: tuple[Record, ...] = ()
    reports: tuple[Report, ...] = ()
    samples: tuple[Sample, ...] = ()
    studies: tuple[Study, ...] = ()
    estimates: tuple[Estimate, ...] = ()

    def clusters(self) -> Mapping[str, str]:
        """Cluster of each sample: samples that share people, however sure, fall into one, named by its first key.

        Taking a possible overlap as real costs a little precision; missing a real one would count people twice.
        """
        root = {sample.key: sample.key for sample in self.samples}

        def find(key: str) -> str:
            while root[key] != key:
                key = root[key]
            return key

        for sample in self.samples:
            for overlap in sample.overlaps:
                first, second = sorted((find(sample.key), find(overlap.sample)))
                root[second] = first
        return {key: find(key) for key in root}
