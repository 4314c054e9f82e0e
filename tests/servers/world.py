"""Every source on one local server, and the settings that point at it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from corpus.settings import Settings
from tests.servers.apis import ClinicalTrials, Crossref, EuropePmc, Oai, OpenAlex
from tests.servers.eutils import EUtils
from tests.servers.faulty import FaultyServer
from tests.servers.pages import Journal, Pages
from tests.servers.works import Work

ARTICLES = 4  # of the journal's issue


@contextmanager
def world(works: Sequence[Work]) -> Iterator[FaultyServer]:
    """A server that answers as all sources do."""
    with FaultyServer() as server:
        server.mount("/eutils", EUtils(works))
        server.mount("/europepmc", EuropePmc(works))
        server.mount("/crossref", Crossref(works))
        server.mount("/openalex", OpenAlex(works))
        server.mount("/ctgov", ClinicalTrials(works))
        server.mount("/oai", Oai(works))
        server.mount("/journal", Journal(works[:ARTICLES]))
        server.mount("/pages", Pages(works))
        yield server


def settings_of(server: FaultyServer, database: str, timeout: float = 30.0) -> Settings:
    """Settings under which every source is the local one."""
    return Settings(
        database=database,
        email="reviewer@example.org",
        openalex_api_key="made-up",
        pubmed_url=f"{server.url}/eutils",
        europepmc_url=f"{server.url}/europepmc",
        crossref_url=f"{server.url}/crossref",
        openalex_url=f"{server.url}/openalex",
        ctgov_url=f"{server.url}/ctgov",
        oai_url=f"{server.url}/oai",
        journal_url=f"{server.url}/journal/issue/current",
        timeout=str(timeout),
    )
