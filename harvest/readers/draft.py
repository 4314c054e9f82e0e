"""A record while it is being read: each reader fills what its format prints, and the warnings gather.

Never repairs a value: what is no identifier, date or name stays in the warnings as printed.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from corpus.domain.harvested import Author, HarvestedRecord, Relation, RelationKind
from corpus.domain.identifiers import Doi, InvalidIdentifier, NctId, Pmcid, Pmid

_ISSN = re.compile(r"(\d{4})-?(\d{3}[\dXx])")
_ORCID = re.compile(r"(?:(?:https?://)?(?:www\.)?orcid\.org/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])", re.IGNORECASE)


def squeezed(text: str | None) -> str:
    """The text with every run of white space made one blank."""
    return " ".join(text.split()) if text else ""


class Draft:
    """The fields of a record, open for writing."""

    __slots__ = (
        "abstract", "authors", "date", "doi", "issn", "issue", "journal", "journal_abbreviation", "keywords",
        "language", "mesh", "nct", "original_title", "pages", "pmcid", "pmid", "relations", "retracted", "source",
        "source_id", "title", "types", "url", "volume", "warnings",
    )  # fmt: skip

    def __init__(self, source: str) -> None:
        self.source = source
        self.source_id = self.title = self.original_title = self.date = ""
        self.journal = self.journal_abbreviation = self.volume = self.issue = self.pages = ""
        self.abstract = self.url = ""
        self.doi: Doi | None = None
        self.pmid: Pmid | None = None
        self.pmcid: Pmcid | None = None
        self.retracted = False
        self.authors: list[Author] = []
        self.issn: list[str] = []
        self.nct: list[NctId] = []
        self.language: list[str] = []
        self.types: list[str] = []
        self.mesh: list[str] = []
        self.keywords: list[str] = []
        self.relations: list[Relation] = []
        self.warnings: list[str] = []

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def give_doi(self, printed: str | None) -> None:
        """Keep a DOI; a second, different one is reported and not used."""
        found = self.checked_doi(printed)
        if found is None or found == self.doi:
            return
        if self.doi is None:
            self.doi = found
        else:
            self.warn(f"a second DOI, {found}, beside {self.doi}: the first is used")

    def give_pmid(self, printed: str | None) -> None:
        found = self.checked_pmid(printed)
        if found is None or found == self.pmid:
            return
        if self.pmid is None:
            self.pmid = found
        else:
            self.warn(f"a second PMID, {found}, beside {self.pmid}: the first is used")

    def give_pmcid(self, printed: str | None) -> None:
        if not (text := squeezed(printed)):
            return
        try:
            found = Pmcid(text)
        except InvalidIdentifier as error:
            self.warn(str(error))
            return
        if self.pmcid is None:
            self.pmcid = found
        elif found != self.pmcid:
            self.warn(f"a second PMCID, {found}, beside {self.pmcid}: the first is used")

    def give_nct(self, printed: str | None) -> None:
        if not (text := squeezed(printed)):
            return
        try:
            found = NctId(text)
        except InvalidIdentifier as error:
            self.warn(str(error))
            return
        if found not in self.nct:
            self.nct.append(found)

    def give_issn(self, printed: str | None) -> None:
        if not (text := squeezed(printed)):
            return
        found = _issn(text)
        if not found:
            self.warn(f"ISSN expected, for example 1063-3995; saw {text!r}")
        elif found not in self.issn:
            self.issn.append(found)

    def give_author(self, *, family: str = "", given: str = "", collective: str = "", orcid: str = "") -> None:
        if family or given or collective:
            self.authors.append(
                Author(family=family, given=given, collective=collective, orcid=self._orcid(orcid) if orcid else "")
            )

    def give_name(self, printed: str) -> None:
        """Keep an author printed as `Family, Given`; a name without a comma stays whole in the family name."""
        family, _, given = squeezed(printed).partition(",")
        self.give_author(family=family.strip(), given=given.strip())

    def relate(self, kind: RelationKind, *, doi: str | None = None, pmid: str | None = None, text: str = "") -> None:
        """Keep a relation; a bad identifier of the target is reported, and the printed text stands for it."""
        found_doi, found_pmid = self.checked_doi(doi), self.checked_pmid(pmid)
        if found_doi or found_pmid or text:
            self.relations.append(Relation(kind=kind, doi=found_doi, pmid=found_pmid, text=text))

    def checked_doi(self, printed: str | None) -> Doi | None:
        if not printed or not (text := squeezed(printed)):
            return None
        try:
            return Doi(text)
        except InvalidIdentifier as error:
            self.warn(str(error))
            return None

    def checked_pmid(self, printed: str | None) -> Pmid | None:
        if not printed or not (text := squeezed(printed)):
            return None
        try:
            return Pmid(text)
        except InvalidIdentifier as error:
            self.warn(str(error))
            return None

    def record(self) -> HarvestedRecord:
        """The record as it stands."""
        if not self.title:
            self.warn("no title")
        return HarvestedRecord(
            source=self.source,
            source_id=self.source_id,
            title=self.title,
            original_title=self.original_title,
            authors=tuple(self.authors),
            year=int(self.date[:4]) if self.date else None,
            date=self.date,
            journal=self.journal,
            journal_abbreviation=self.journal_abbreviation,
            issn=tuple(self.issn),
            volume=self.volume,
            issue=self.issue,
            pages=self.pages,
            doi=self.doi,
            pmid=self.pmid,
            pmcid=self.pmcid,
            nct=tuple(self.nct),
            abstract=self.abstract,
            language=tuple(self.language),
            types=tuple(self.types),
            mesh=tuple(self.mesh),
            keywords=tuple(self.keywords),
            relations=tuple(self.relations),
            retracted=self.retracted,
            url=self.url,
            warnings=tuple(dict.fromkeys(self.warnings)) if self.warnings else (),
        )

    def _orcid(self, printed: str) -> str:
        match = _ORCID.fullmatch(squeezed(printed).rstrip("/"))
        if match is None or not _orcid_checks("".join(match.groups()).upper()):
            self.warn(f"ORCID expected, for example 0000-0003-1208-2077; saw {squeezed(printed)!r}")
            return ""
        return "-".join(match.groups()).upper()


@lru_cache(maxsize=1 << 14)  # journals come again and again
def _issn(text: str) -> str:
    match = _ISSN.fullmatch(text)
    return f"{match[1]}-{match[2].upper()}" if match else ""


def unique(texts: Iterable[str]) -> list[str]:
    """The texts that are not empty, each once, in their order."""
    return [text for text in dict.fromkeys(texts) if text]


def _orcid_checks(digits: str) -> bool:
    """Whether the last character is the ISO 7064 MOD 11-2 check digit of the others."""
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == digits[-1]
