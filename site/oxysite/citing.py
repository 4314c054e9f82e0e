"""Short names of reports, and the address of the copy that was read.

Never makes up an author or a year: what is not known is said.
"""

import re

from corpus.domain import Missing, Report, Source

_INITIALS = re.compile(r"\s+[A-Z]{1,3}$")


def cited_as(report: Report) -> str:
    """ "Fisher et al. 2023", as a short name for lists and links."""
    year = str(report.year) if isinstance(report.year, int) else "no year"
    if isinstance(report.authors, Missing) or not report.authors:
        return f"{report.journal or report.kind.label}, {year}"
    names = [_family_name(author) for author in report.authors]
    if len(names) > 2:
        return f"{names[0]} et al., {year}"
    return f"{' and '.join(names)}, {year}"


def _family_name(author: str) -> str:
    """ "Fisher" of "Fisher, H." and of "Fisher H"; anything else as it stands."""
    return _INITIALS.sub("", author.partition(",")[0].strip())


def source_address(source: Source) -> str:
    """The address of the copy that was read, where it is an address."""
    return source.read_at.split(" ")[0] if source.read_at.startswith(("http://", "https://")) else ""
