"""What the practice desk is filled with, read from the files beside this one.

Never real: every title, name, journal and number is made up and says so.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from corpus.domain.harvested import Author, HarvestedRecord
from corpus.domain.identifiers import Doi
from corpus.domain.links import LinkVerdict, RecordLink, in_order
from corpus.domain.screening import Verdict

SOURCE = "practice"  # of every record
KIM, LEE = "kim", "lee"
_OPINIONS = (KIM, LEE, "full_text")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a made-up colleague says of a record."""

    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that is screened, and what the colleagues say of it."""

    people: Mapping[str, str]  # short name, name
    names: Mapping[str, str]  # the records that the guided case speaks of: what they are there for, id
    records: Sequence[HarvestedRecord]
    links: Sequence[RecordLink]
    opinions: Mapping[str, Mapping[str, Opinion]]  # by colleague (or "full_text", Kim's there) and id of the record


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCoding:
    """The coding of the trial: what Kim typed, and what is left for whoever practises."""

    values: Mapping[str, str]
    misread: Mapping[str, str]
    left: tuple[str, ...]  # beginnings of paths

    @property
    def by_kim(self) -> Mapping[str, str]:
        """Kim's own coding, with the number that Kim misread."""
        return {**self.values, **self.misread}

    @property
    def prepared(self) -> Mapping[str, str]:
        """What stands in the draft of whoever practises before they begin."""
        return {path: value for path, value in self.values.items() if not path.startswith(self.left)}

    @property
    def open(self) -> Mapping[str, str]:
        """What they type, and what they would type if they read as the model did."""
        return {path: value for path, value in self.values.items() if path.startswith(self.left)}


@cache
def material() -> Material:
    """The records of the practice desk."""
    data = read("records.toml")
    opinions: dict[str, dict[str, Opinion]] = {name: {} for name in _OPINIONS}
    for one in data["record"]:
        for name in _OPINIONS:
            if name in one:
                opinions[name][_id(one["id"])] = _opinion(one[name])
    return Material(
        people=data["people"],
        names={name: _id(record) for name, record in data["names"].items()},
        records=tuple(_record(one) for one in data["record"]),
        links=tuple(_link(one) for one in data["link"]),
        opinions=opinions,
    )


@cache
def model_coding() -> ModelCoding:
    """The coding of the trial of the guided case."""
    data = read("case.toml")
    return ModelCoding(values=data["values"], misread=data["misread"], left=tuple(data["left"]))


@cache
def read(name: str) -> Mapping[str, Any]:
    """One of the files beside this one."""
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _id(name: str) -> str:
    return f"{SOURCE}:{name}"


def _opinion(word: str) -> Opinion:
    return Opinion(Verdict(word)) if word in tuple(Verdict) else Opinion(Verdict.EXCLUDE, word)


def _record(one: Mapping[str, Any]) -> HarvestedRecord:
    family_given = [name.partition(", ") for name in one["authors"]]
    return HarvestedRecord(
        source=SOURCE,
        source_id=one["id"],
        title=one["title"],
        authors=tuple(Author(family=family, given=given) for family, _, given in family_given),
        year=one["year"],
        journal=one["journal"],
        volume=one.get("volume", ""),
        pages=one.get("pages", ""),
        doi=Doi(one["doi"]) if "doi" in one else None,
        abstract=" ".join(one.get("abstract", "").split()),
        types=tuple(one["types"]),
        keywords=tuple(one.get("keywords", ())),
        retracted=one.get("retracted", False),
    )


def _link(one: Mapping[str, Any]) -> RecordLink:
    a, b = in_order(_id(one["a"]), _id(one["b"]))
    return RecordLink(
        a=a,
        b=b,
        verdict=LinkVerdict(one["verdict"]),
        reason=one["reason"],
        relation=one.get("relation", ""),
        score=one.get("score", 1.0),
    )
