"""How long a server's wish is waited for, and what is asked again at all."""

from datetime import UTC, datetime

import pytest

from corpus.settings import Settings
from harvest.contract import read_contract
from harvest.crawling.patience import retry_after
from harvest.crawling.settings import scrapy_settings
from harvest.crawling.wording import public

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("printed", "seconds"),
    [
        (None, None),
        (b"7", 7.0),
        (b" 120 ", 120.0),
        (b"Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        (b"Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        (b"soon", None),
        (b"-5", None),
        (b"\xff", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(printed: bytes | None, seconds: float | None) -> None:
    assert retry_after(printed, NOW) == seconds


def test_limits_come_from_the_contract() -> None:
    settings = Settings(email="reviewer@example.org")
    for name in ("pubmed", "journal"):
        contract = read_contract(name).at(settings)
        made = scrapy_settings(contract, settings)
        assert made.getfloat("DOWNLOAD_DELAY") == contract.seconds
        assert made.getint("DOWNLOAD_MAXSIZE") == contract.largest
        assert made.getfloat("DOWNLOAD_TIMEOUT") == contract.timeout
        assert made.getbool("ROBOTSTXT_OBEY") is contract.robots
        assert made.getbool("AUTOTHROTTLE_ENABLED")
        assert "mailto:reviewer@example.org" in str(made.get("USER_AGENT"))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/works?filter=x&mailto=b%40c.d&api_key=secret", "https://a.example/works?filter=x"),
        ("https://a.example/works?api_key=secret&cursor=*", "https://a.example/works?cursor=*"),
        ("https://a.example/page?p=12", "https://a.example/page?p=12"),
        ("https://a.example/e?email=b%40c.d", "https://a.example/e"),
    ],
)
def test_addresses_are_kept_without_keys_and_people(url: str, shown: str) -> None:
    assert public(url) == shown
