"""The keys of items, made from what they say where nobody gave one: two coders come to the same key.

Never changes a key that was given.
"""

import re
import unicodedata
from collections.abc import Mapping

# What the key of an item is made from, by its list.
MADE_FROM: Mapping[str, tuple[str, ...]] = {
    "study/arms": ("name",),
    "study/ot_given": ("route",),
    "study/ot_measured": ("whose", "matrix"),
    "study/outcomes": ("instrument", "construct"),
    "study/effects": ("outcome", "phase"),
    "study/conflicts": ("about",),
}
_ALL = frozenset(
    {"study/ot_measured", "study/effects"}
)  # made from all of these, elsewhere from the first that is given
_LONGEST = 40


def slug(text: str) -> str:
    """A text as a key: small letters, digits and _."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST].strip("_")


def keys_of(values: Mapping[str, str]) -> dict[str, str]:
    """The key of every item that has one, by the path of the item."""
    keys: dict[str, str] = {}
    for where, names in MADE_FROM.items():  # outcomes stand before the effects that are named after them
        taken: set[str] = set()
        begin = f"{where}/"
        numbers = {name[len(begin) :].split("/", 1)[0] for name in values if name.startswith(begin)}
        for number in sorted((one for one in numbers if one.isdigit()), key=int):
            path = f"{begin}{number}"
            given = values.get(f"{path}/key", "").strip()
            parts = [slug(_said(values, keys, path, name)) for name in names]
            parts = [part for part in parts if part]
            made = given or ("_".join(parts) if where in _ALL else next(iter(parts), ""))
            made = made or where.rsplit("/", 1)[1].rstrip("s")
            key, again = made, 2
            while not given and key in taken:
                key, again = f"{made}_{again}", again + 1
            taken.add(key)
            keys[path] = key
    return keys


def _said(values: Mapping[str, str], keys: Mapping[str, str], path: str, name: str) -> str:
    value = values.get(f"{path}/{name}", "")
    return keys.get(f"study/outcomes/{value}", "") if name == "outcome" else value
