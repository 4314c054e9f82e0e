"""A draft without what stands in it only in case somebody comes back to it: the draft keeps it, the study does not.

Never changes what was typed: it is left out of a copy.
"""

from corpus.coding import judgements, ways
from corpus.coding.values import Values


def tidied(values: Values) -> dict[str, str]:
    """The values that count: no answers that nothing asks for, no figures of another way of printing, and no reason why a
    value is missing beside the value."""
    left = judgements.tidied(ways.tidied(values))
    for path in [*left]:
        whole, _, name = path.rpartition("/")
        if name == "missing" and left.get(whole, "").strip():
            del left[path]
            left.pop(f"{whole}/note", None)
    return left
