"""A harvested record as one canonical text: equal records are equal texts, on every machine.

Never holds a time or a place of the run: what differs between two runs over the same replies stays out.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from corpus.domain.harvested import Author, HarvestedRecord, Relation, RelationKind
from corpus.domain.identifiers import Doi, NctId, Pmcid, Pmid

_ONE = {"doi": Doi, "pmid": Pmid, "pmcid": Pmcid}


def to_text(record: HarvestedRecord) -> str:
    """Canonical JSON: keys sorted, what is empty left out."""
    return json.dumps(_plain(record), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_text(text: str) -> HarvestedRecord:
    """The record of a text that `to_text` made."""
    data: dict[str, Any] = json.loads(text)
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    values["authors"] = tuple(Author(**author) for author in data.get("authors", ()))
    values["relations"] = tuple(_relation(relation) for relation in data.get("relations", ()))
    values["nct"] = tuple(NctId(number) for number in data.get("nct", ()))
    values |= {name: kind(data[name]) for name, kind in _ONE.items() if name in data}
    return HarvestedRecord(**values)


def digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def record_id(record: HarvestedRecord) -> str:
    """The source's own number; where it gives none, one made from the content, so that a second reading finds it again."""
    return record.source_id or f"sha256:{digest(to_text(record))[:24]}"


def _plain(value: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for field in fields(value):
        held = getattr(value, field.name)
        if held is None or held in ("", (), False):
            continue
        if isinstance(held, tuple):
            plain[field.name] = [_plain(item) if isinstance(item, Author | Relation) else str(item) for item in held]
        else:
            plain[field.name] = held if isinstance(held, bool | int) else str(held)
    return plain


def _relation(data: Mapping[str, str]) -> Relation:
    return Relation(
        kind=RelationKind(data["kind"]),
        doi=Doi(data["doi"]) if "doi" in data else None,
        pmid=Pmid(data["pmid"]) if "pmid" in data else None,
        text=data.get("text", ""),
    )
