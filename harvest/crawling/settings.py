"""Scrapy's settings for one source, from its contract.

Never holds a default that a contract states.
"""

from importlib.metadata import version

from scrapy.settings import Settings as ScrapySettings

from corpus.settings import Settings
from harvest.contract import Contract
from harvest.crawling.patience import TRIES


def scrapy_settings(contract: Contract, settings: Settings) -> ScrapySettings:
    """One request at a time, at the contract's pace, within its limits of size and time."""
    package = "harvest.crawling"
    return ScrapySettings(
        {
            "USER_AGENT": f"OxySynth/{version('oxysynth')} (living review; mailto:{settings.email})",
            "CONCURRENT_REQUESTS": 1,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": contract.seconds,
            "DOWNLOAD_DELAY_JITTER": 0,  # it would shorten every second pause
            "AUTOTHROTTLE_ENABLED": True,  # slower than the contract where the server is slow, never faster
            "AUTOTHROTTLE_START_DELAY": contract.seconds,
            "DOWNLOAD_TIMEOUT": contract.timeout,
            "DOWNLOAD_MAXSIZE": contract.largest,  # of what is unpacked too
            "DOWNLOAD_WARNSIZE": 0,
            "DOWNLOAD_FAIL_ON_DATALOSS": True,
            "RETRY_TIMES": TRIES - 1,
            "RETRY_HTTP_CODES": [429, 500, 502, 503, 504, 522, 524],
            "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",  # the ledger says it
            "HTTPERROR_ALLOW_ALL": True,  # the spider says what a status means
            "REDIRECT_MAX_TIMES": 5,
            "ROBOTSTXT_OBEY": contract.robots,
            "COOKIES_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "ERROR",
            "HTTPCACHE_ENABLED": False,
            "DOWNLOADER_MIDDLEWARES": {
                "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
                f"{package}.robots.Robots": 100,
                "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
                f"{package}.patience.Patience": 550,
                f"{package}.borders.Borders": 610,
            },
        }
    )
