"""What a page is: its place in the site, its template, and what the template needs.

Never knows other pages; links are made by ``oxysite.links``.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One file of the site."""

    path: str  # relative to the root of the site, with forward slashes
    template: str
    title: str
    nav: str  # key of the entry of the navigation that is current
    crumbs: tuple[tuple[str, str], ...] = ()  # (text, path) of the pages above
    context: Mapping[str, object]

    @property
    def root(self) -> str:
        """The way from this page back to the root: "" or "../"."""
        return "../" * self.path.count("/")
