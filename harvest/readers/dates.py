"""Printed dates as ISO dates, as exact as printed and no more.

Never guesses: a season or an unclear order of day and month leaves the year alone.
"""

import calendar
import re
from functools import lru_cache

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if number}
_SEASONS = "spring|summer|autumn|fall|winter"
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_NUMERIC = re.compile(r"(\d{4})(?:[-/.](\d{1,2})?(?:[-/.](\d{1,2})?(?:[-/.].*|[T ].*)?)?)?")
_WORDED = re.compile(r"(\d{4})[\s/-]+([A-Za-z]{3,9})\.?(?:[\s/]+(\d{1,2})(?!\d))?(.*)", re.DOTALL)
_WORD_FIRST = re.compile(r"(?:(\d{1,2})\s+)?([A-Za-z]{3,9})\.?(?:\s+(\d{1,2}))?,?\s+(\d{4})")


@lru_cache(maxsize=1 << 14)  # the days of a few decades
def iso(year: str | int | None, month: str | int | None = None, day: str | int | None = None) -> str:
    """ISO date of three printed parts; empty without a year of four digits, shorter where a part is no month or day."""
    text = str(year or "").strip()
    if not re.fullmatch(r"[12]\d{3}", text):
        return ""
    number = month_number(str(month or "").strip())
    if number is None:
        return text
    days = str(day or "").strip()
    if not (days.isascii() and days.isdigit()) or not 1 <= int(days[:3]) <= calendar.monthrange(int(text), number)[1]:
        return f"{text}-{number:02d}"
    return f"{text}-{number:02d}-{int(days):02d}"


def month_number(text: str) -> int | None:
    """1 to 12 for a month printed as a number or by its English name."""
    if text.isascii() and text.isdigit():
        number = int(text[:3])
        return number if 1 <= number <= 12 else None
    return _MONTHS.get(text[:3].lower()) if text and not re.match(_SEASONS, text, re.IGNORECASE) else None


def printed(text: str) -> str:
    """ISO date of a date in one string: `2022 Oct 7`, `2001/09/01/`, `2019//`, `14 March 2015`, `1998 Dec-1999 Jan`.

    Of a span the year of its beginning is kept; empty when the string holds no year.
    """
    text = text.strip()
    if match := _NUMERIC.fullmatch(text):
        return iso(*match.groups())
    if match := _WORDED.fullmatch(text):
        year, month, day, rest = match.groups()
        return iso(year) if rest.strip(" .,;") else iso(year, month, day)
    if match := _WORD_FIRST.fullmatch(text):
        before, month, after, year = match.groups()
        return iso(year, month, before or after)
    found = _YEAR.search(text)
    return found[1] if found else ""
