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
        mount(server, "", works)
        yield server


def mount(
    server: FaultyServer, corner: str, works: Sequence[Work], *, registered: Sequence[Work] = (), page: int = 100
) -> None:
    """All sources below one corner of a server; the registry has works of its own where some are given."""
    server.mount(f"{corner}/eutils", EUtils(works))
    server.mount(f"{corner}/europepmc", EuropePmc(works))
    server.mount(f"{corner}/crossref", Crossref(works))
    server.mount(f"{corner}/openalex", OpenAlex(works))
    server.mount(f"{corner}/ctgov", ClinicalTrials(registered or works))
    server.mount(f"{corner}/oai", Oai(works, size=page))
    server.mount(f"{corner}/journal", Journal(works[:ARTICLES]))
    server.mount(f"{corner}/pages", Pages(works))


def settings_of(base: str, database: str = "", timeout: float = 30.0) -> Settings:
    """Settings under which every source is the one below an address."""
    return Settings(
        database=database,
        email="reviewer@example.org",
        openalex_api_key="made-up",
        pubmed_url=f"{base}/eutils",
        europepmc_url=f"{base}/europepmc",
        crossref_url=f"{base}/crossref",
        openalex_url=f"{base}/openalex",
        ctgov_url=f"{base}/ctgov",
        oai_url=f"{base}/oai",
        journal_url=f"{base}/journal/issue/current",
        timeout=str(timeout),
    )
