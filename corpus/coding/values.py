"""The values of a draft, by path.

Never knows what a path leads to.
"""

from collections.abc import Mapping

Values = Mapping[str, str]  # by path


def items_of(values: Values, path: str) -> list[str]:
    """The numbers of the items that a list has, in their order."""
    found = {name[len(path) + 1 :].split("/", 1)[0] for name in values if name.startswith(f"{path}/")}
    return sorted((one for one in found if one.isdigit()), key=int)
