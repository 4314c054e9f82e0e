"""How each source is asked and read: addresses of requests, and where the next one begins.

Never sends anything: transports do, the spiders' and PubMed's.
"""

from harvest.sources.crossref import Crossref
from harvest.sources.ctgov import ClinicalTrials
from harvest.sources.europepmc import EuropePmc
from harvest.sources.job import Job, Source
from harvest.sources.journal import Journal
from harvest.sources.oai import Oai
from harvest.sources.openalex import OpenAlex
from harvest.sources.pages import Pages
from harvest.sources.pubmed import PubMed

ALL: tuple[Source, ...] = (
    PubMed(),
    EuropePmc(),
    Crossref(),
    OpenAlex(),
    ClinicalTrials(),
    Oai(),
    Journal(),
    Pages(),
)

__all__ = ["ALL", "Job", "Source", "source_named"]


def source_named(name: str) -> Source:
    """The source of a name that a contract exists for."""
    return next(source for source in ALL if source.name == name)
