"""Two codings of a case held against each other, and how an adjudicator settles what they differ in.

Never lets who coded a study settle it, unless nobody else can, and never overwrites what somebody settled meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from corpus.coding import judgements
from corpus.coding.comparing import KEEP, Comparison, Difference, compare
from corpus.coding.values import Values
from corpus.domain.cases import SETTLED, Case, CaseState, Change, Draft, Settlement
from corpus.domain.people import Account, Right
from corpus.errors import InvalidInput
from corpus.store.accounts import Accounts
from corpus.store.cases import Cases


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """The codings of a case held against each other, and how far somebody has settled what they differ in."""

    comparison: Comparison
    differences: tuple[Difference, ...]  # what somebody must settle
    settlements: Mapping[str, Settlement]  # by path

    @property
    def unsettled(self) -> Sequence[str]:
        """Paths of the differences that nobody has settled."""
        return [one.path for one in self.differences if one.path not in self.settlements]


class Settling:
    """What the codings of one session's database say, side by side."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cases = Cases(session)

    def drafts(self, case: Case) -> Sequence[Draft]:
        """The codings of a case, the first one first: who opened it, or the corpus where a study is coded anew."""
        held = [one for one in self._cases.drafts(case.key) if one.who != SETTLED]
        return sorted(held, key=lambda one: ((one.who == case.opened_by) is bool(case.study), one.who))

    def side_by_side(self, case: Case) -> SideBySide:
        """The codings of a case side by side; one coding stands against itself. Raises InvalidInput where nobody codes it."""
        drafts = self.drafts(case)
        if not drafts:
            raise InvalidInput(f"{case.key}: nobody codes it")
        both = [self._cases.values(case.key, one.who) for one in drafts]
        found, settlements = compare(both[0], both[-1]), self._cases.settlements(case.key)
        differences = _differences(found, self._cases.values(case.key, SETTLED), settlements)
        return SideBySide(comparison=found, differences=differences, settlements=settlements)

    def settle(self, case: Case, who: Account, path: str, value: str, reason: str, seen: str = "") -> None:
        """Settle one difference; ``seen`` is the mark of the settlement that the person saw, "" for none.

        Raises InvalidInput for who may not, for a path on which the two agree, and where somebody settled it meanwhile.
        """
        if case.state is not CaseState.COMPARING:
            raise InvalidInput(f"{case.key}: there is nothing to settle")
        if not self.may_settle(case, who):
            raise InvalidInput(f"{case.key}: you coded it; somebody else settles what the two codings differ in")
        found = self.side_by_side(case)
        differences = (*found.comparison.differences, *found.differences)
        told = next((one for one in differences if one.path == path), None)
        if told is None:
            raise InvalidInput(f"{path[:100]}: the two codings do not differ there")
        if told.whole and value not in (KEEP, ""):
            raise InvalidInput(f"{path[:100]}: only one of the two has it; keep it, or leave it out")
        why = " ".join(reason.split())  # it becomes part of the study, where a text is one line
        if not why or not why.isprintable():
            raise InvalidInput(f"{path}: say why, in letters that can be printed")
        known = found.settlements.get(path)
        if known is not None and known.mark != seen:
            raise InvalidInput(
                f"{path}: {known.who} settled it meanwhile as “{known.value[:200] or 'nothing'}”, because {known.reason[:200]}; "
                f"you say “{value[:200] or 'nothing'}”: open the page again to settle it anew"
            )
        held = self._cases.values(case.key, SETTLED)
        whole = {name: text if value else "" for name, text in found.comparison.item(path).items()}
        new = whole if told.whole else {path: value}
        changes = [Change(path=name, was=held.get(name, ""), value=text) for name, text in new.items()]
        self._cases.save(case.key, SETTLED, changes, by=who.key)
        now = datetime.now(UTC)
        self._cases.settle(case.key, Settlement(path=path, value=value, reason=why, who=who.key, at=now))

    def may_settle(self, case: Case, who: Account) -> bool:
        """Whether somebody may settle: an adjudicator who did not code it; where there is none, the coders themselves."""
        coders = {one.who for one in self._cases.drafts(case.key)}
        others = [one for one in Accounts(self._session).all() if one.may(Right.ADJUDICATE) and one.key not in coders]
        return who in others if others else who.key in coders or who.may(Right.ADJUDICATE)


def agreed(comparison: Comparison) -> dict[str, str]:
    """What enters the settled coding without a word: what both say, and where only our own words differ, the first's."""
    apart = [one.path for one in comparison.open]
    held = {path: value for path, value in comparison.first.items() if not _within(path, apart)}
    return held | {one.path: one.first or one.second for one in comparison.differences if one.ours}


def _differences(found: Comparison, held: Values, settlements: Mapping[str, Settlement]) -> tuple[Difference, ...]:
    """Where the codings differ, without questions that the settled answers leave out, and with those that they bring up
    and neither coder was asked."""
    hidden = judgements.not_asked(held)
    left_out = [
        one.path for one in found.open if one.whole and one.path in settlements and settlements[one.path].value != KEEP
    ]
    shown = [one for one in found.open if one.path not in hidden and not _within(one.path, left_out)]
    left_open = {*judgements.unanswered(found.first), *judgements.unanswered(found.second)}
    known = left_open | {one.path for one in found.open}
    asked = [path for path in judgements.unanswered(held) if path not in known]
    settled = [path for path in settlements if path not in {one.path for one in found.differences}]
    new = dict.fromkeys(path for path in (*asked, *settled) if path not in hidden)
    return (*shown, *(Difference(path=path, first="", second="", ours=False) for path in new))


def _within(path: str, items: Sequence[str]) -> bool:
    """Whether a path is one of some, or leads into one of them."""
    return path in items or path.startswith(tuple(f"{one}/" for one in items))


def history(found: SideBySide) -> str:
    """How a study became what it is, in the words that its coding carries."""
    comparison, settlements = found.comparison, found.settlements
    compared = comparison.same + len(comparison.differences)
    if not settlements:
        return f"two independent codings agreed on all values that are not words of our own ({compared} compared)"
    by = ", ".join(sorted({one.who for one in settlements.values()}))
    told = "; ".join(f"{one.path.removeprefix('study/')}: {one.reason}" for one in settlements.values())
    return f"{len(settlements)} of {compared} values differed between two independent codings, settled by {by}: {told}"
