"""The contracts that ship, and what they refuse."""

import pytest

from corpus.errors import InvalidInput
from corpus.protocol import read_protocol
from corpus.settings import Settings, read_settings
from harvest.contract import SOURCES, parse_contract, read_contract
from harvest.sources import ALL

SETTINGS = Settings(email="reviewer@example.org")


def test_every_source_has_a_contract_and_a_way_to_ask() -> None:
    assert tuple(source.name for source in ALL) == SOURCES
    for name in SOURCES:
        contract = read_contract(name)
        assert contract.overlap >= 7 or name in ("journal", "pages")
        assert contract.publisher
        assert contract.licence
        assert contract.fewest < contract.most


@pytest.mark.parametrize("name", ["pubmed", "europepmc", "openalex", "ctgov"])
def test_a_query_names_every_term_of_the_protocol(name: str) -> None:
    search = read_protocol().search
    query = read_contract(name).asked(search)
    for term in (*search.oxytocin.terms, *search.psychotherapy.terms):
        assert f'"{term}"' in query
    assert ") AND (" in query
    assert query.count("(") == query.count(")")


def test_pubmed_is_asked_for_the_index_terms_too() -> None:
    assert '"Oxytocin"[mh]' in read_contract("pubmed").asked(read_protocol().search)


def test_a_local_copy_is_asked_faster_and_a_key_counts() -> None:
    pubmed = read_contract("pubmed")
    assert pubmed.at(SETTINGS).seconds == pubmed.seconds
    assert pubmed.at(Settings(ncbi_api_key="k")).seconds == pubmed.seconds_with_key
    local = pubmed.at(Settings(pubmed_url="http://127.0.0.1:8080/eutils/"))
    assert local.url == "http://127.0.0.1:8080/eutils"
    assert local.seconds < pubmed.seconds
    elsewhere = pubmed.at(Settings(pubmed_url="https://mirror.example.org/eutils"))
    assert elsewhere.seconds == pubmed.seconds


def test_what_is_lacking_is_named_as_a_variable() -> None:
    assert read_contract("openalex").lacking(Settings()) == ("OXYSYNTH_EMAIL", "OPENALEX_API_KEY")
    given = read_settings({"OXYSYNTH_EMAIL": "a@b", "OPENALEX_API_KEY": "k"})
    assert read_contract("openalex").lacking(given) == ()
    assert given.environment()["OPENALEX_API_KEY"] == "k"


def test_counts_outside_the_contract_are_said() -> None:
    pubmed = read_contract("pubmed")
    assert pubmed.against(7, 0) == ""
    assert "fewer than the 20" in pubmed.against(4000, 3)
    assert "more than the 60000" in pubmed.against(7, 60001)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"seconds": -1}, "seconds is -1"),
        ({"page": None}, "page is missing"),
    ],
)
def test_a_broken_contract_is_refused(change: dict[str, object], told: str) -> None:
    import tomllib
    from importlib.resources import files

    data = tomllib.loads(files("harvest").joinpath("contracts", "pubmed.toml").read_text())
    data = {key: value for key, value in {**data, **change}.items() if value is not None}
    with pytest.raises(InvalidInput, match=told):
        parse_contract("pubmed", data)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (Settings(pubmed_url="eutils"), "OXYSYNTH_PUBMED_URL is 'eutils'"),
        (Settings(timeout="soon"), "OXYSYNTH_TIMEOUT is 'soon'"),
        (Settings(timeout="-3"), "OXYSYNTH_TIMEOUT is '-3'"),
    ],
)
def test_bad_settings_are_named(settings: Settings, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        read_contract("pubmed").at(settings)


def test_an_unknown_source_is_named() -> None:
    with pytest.raises(InvalidInput, match="'pubmeed' is no source; known are pubmed"):
        read_contract("pubmeed")
