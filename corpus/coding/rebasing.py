"""What became of a study in the corpus while it was coded anew, value by value, against what the new coding changed.

Never chooses where both have changed a value, each in its own way: a person does.
"""

from collections.abc import Collection
from dataclasses import dataclass

from corpus.coding.comparing import align, place
from corpus.coding.tidying import tidied
from corpus.coding.values import Values
from corpus.domain.cases import Change, Clash


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanwhile:
    """What the corpus changed since it was last looked at, by the paths of the settled coding."""

    follows: tuple[Change, ...]  # what the coding left as it was: it follows the corpus
    clashes: tuple[Clash, ...]  # what the coding changed too: ``mine`` is the coding's, ``theirs`` the corpus'
    now: Values  # all that the corpus says

    @property
    def paths(self) -> tuple[str, ...]:
        """Everything that the corpus changed."""
        found = [*(one.path for one in self.follows), *(one.path for one in self.clashes)]
        return tuple(sorted(found, key=place))

    def taken_up(self, settled: Values, from_corpus: Collection[str]) -> dict[str, str]:
        """The settled coding with the corpus' changes; of what both have changed, those of some paths."""
        coded = tidied(settled)
        held = coded | {one.path: one.value for one in self.follows}
        held |= {one.path: one.theirs for one in self.clashes if one.path in from_corpus}
        for one in self.clashes:
            # An item that one side took out, and the other goes on with, is kept whole or not at all.
            stands, falls = (self.now, coded) if one.path in from_corpus else (coded, self.now)
            item = _item(one.path)
            if item and not any(path.startswith(item) for path in falls):
                held |= {path: value for path, value in stands.items() if path.startswith(item)}
        return {path: value for path, value in held.items() if value}


def meanwhile(base: Values, now: Values, settled: Values) -> Meanwhile:
    """Hold what the corpus said, what it says now, and the settled coding against each other."""
    settled = tidied(settled)
    before = align(settled, tidied(base))
    # Numbered beside what the coding has taken out as well: what is new in the corpus must not come in its place.
    after = align({**before, **settled}, tidied(now))
    follows, clashes = [], []
    for path in sorted({*before, *after}, key=place):
        was, became, coded = before.get(path, ""), after.get(path, ""), settled.get(path, "")
        if became in (was, coded):
            continue
        if coded == was or _of_sample(path):
            follows.append(Change(path=path, was=coded, value=became))
        else:
            clashes.append(Clash(path=path, mine=coded, theirs=became))
    return Meanwhile(follows=tuple(follows), clashes=tuple(clashes), now=after)


def _item(path: str) -> str:
    """The beginning of every path of the item that a value belongs to; "" for none."""
    names = path.split("/")
    return next(("/".join(names[: at + 1]) + "/" for at, name in enumerate(names) if name.isdigit()), "")


def _of_sample(path: str) -> bool:
    """Whether a value is of people that the corpus knows: what it says of them stands anyway."""
    return path.startswith("sample/") and path != "sample/key"
