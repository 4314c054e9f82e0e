"""Reads the small replies of the E-utilities: how many a search found and where they wait, and which ids are linked.

Never lets Biopython look for a DTD: the document type is replaced by the one that ships with it.
"""

import json
import re
from io import BytesIO
from typing import Any

from harvest.readers.reading import BadReply, Reading

_TYPES = {
    b"eSearchResult": b'<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">',
    b"eLinkResult": b'<!DOCTYPE eLinkResult PUBLIC "-//NLM//DTD elink 20101123//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20101123/elink.dtd">',
}
_HEAD = re.compile(rb"\s*(?:<\?xml(?>.*?\?>))?\s*(?:<!DOCTYPE[^>\[]*>)?\s*<(eSearchResult|eLinkResult)\b", re.DOTALL)


def is_small(payload: bytes) -> bool:
    """Whether a reply is one of these, and no set of articles."""
    return _HEAD.match(payload[:4000]) is not None


def read_search(payload: bytes, url: str = "") -> Reading:
    """The total of a search; ``next`` holds the session under which its ids wait, as JSON."""
    found = _parsed(payload, url)
    try:
        total = int(found["Count"])
        session = {"webenv": str(found["WebEnv"]), "key": str(found["QueryKey"])} if total else {}
    except (KeyError, TypeError, ValueError) as error:
        raise BadReply(
            f"{url}: a search with Count, WebEnv and QueryKey expected; {error} is missing or no number"
        ) from error
    return Reading(records=(), total=total, next=json.dumps(session) if session else None)


def read_links(payload: bytes, url: str = "") -> Reading:
    """Ids that are linked to those asked for; ``next`` holds them as JSON, each once, the asked ones left out."""
    found = _parsed(payload, url)
    if not isinstance(found, list) or not found:  # one set for each id, also where nothing is linked
        raise BadReply(f"{url}: sets of links expected, one for each id")
    ids: dict[str, None] = {}
    asked: set[str] = set()
    for links in found:
        asked |= {str(number) for number in links.get("IdList", ())}
        for group in links.get("LinkSetDb", ()):
            ids |= dict.fromkeys(str(link["Id"]) for link in group.get("Link", ()))
    return Reading(records=(), next=json.dumps([number for number in ids if number not in asked]))


def _parsed(payload: bytes, url: str) -> Any:
    from Bio import Entrez
    from Bio.Entrez.Parser import CorruptedXMLError, ValidationError

    match = _HEAD.match(payload[:4000])
    if match is None:
        raise BadReply(f"{url}: a reply of the E-utilities expected; saw {payload[:60]!r}")
    whole = b'<?xml version="1.0" encoding="UTF-8"?>\n' + _TYPES[match[1]] + b"\n<" + match[1] + payload[match.end() :]
    try:
        return Entrez.read(BytesIO(whole))  # type: ignore[no-untyped-call, unused-ignore]
    except RuntimeError as error:  # the text of an <ERROR>
        raise BadReply(f"{url}: the server says: {' '.join(str(error).split())}") from error
    except (ValueError, CorruptedXMLError, ValidationError) as error:
        raise BadReply(f"{url}: not a whole reply of the E-utilities: {' '.join(str(error).split())[:200]}") from error
