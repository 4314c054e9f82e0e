"""Pages that tell of a study: what is said of each, and what a person says: of which work it tells, of none, or not yet.

Never lets two words on one page stand beside each other: a new one takes the place of the one before.
"""

from dataclasses import dataclass

from sqlmodel import Session

from corpus.domain.harvested import HarvestedRecord
from corpus.domain.links import SECONDARY_OF, LinkVerdict, RecordLink
from corpus.domain.matters import Dealt, MatterKind, Outcome
from corpus.domain.meanwhile import NOTHING, Standing, mark_of
from corpus.errors import InvalidInput
from corpus.store.ledger import Ledger
from corpus.store.links import Links
from corpus.store.matters import Matters
from corpus.store.queue import Queue
from corpus.store.trail import Trail
from corpus.works.pages import is_page

READ = "read by a person"  # the reason where none was given


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidPage:
    """One page, and what is said of it; nothing while it waits."""

    name: str
    record: HarvestedRecord
    ties: tuple[RecordLink, ...]  # to the works it tells of
    titles: tuple[str, ...]  # of those works
    dealt: Dealt | None  # that it tells of no study
    untied_by: str  # who said last that it does not tell of some work; "" for nobody

    @property
    def standing(self) -> Standing:
        """What stands of it."""
        if self.dealt is not None:
            mark = mark_of({"none": self.dealt.mark, "ties": [one.mark for one in self.ties]})
            return Standing(mark=mark, what="it tells of no study", who=self.dealt.who, why=self.dealt.note)
        if not self.ties:
            return Standing(mark=NOTHING, what="it waits again", who=self.untied_by)
        mark = mark_of({f"{one.a} {one.b}": one.mark for one in self.ties})
        what = f"it tells of {' and of '.join(f'“{title}”' for title in self.titles)}"
        return Standing(mark=mark, what=what, who=self.ties[-1].by, why=self.ties[-1].reason)


class Pages:
    """The pages of one session's database, and one person who speaks of them."""

    def __init__(self, session: Session, who: str = "") -> None:
        self._session = session
        self._links = Links(session)
        self._matters = Matters(session)
        self._who = who

    def said(self) -> tuple[SaidPage, ...]:
        """Every page of which a person has said something that stands, in the order of their titles."""
        dealt = self._matters.dealt(MatterKind.PAGE)
        names = set(dealt)
        ties = (link for link in self._links.by_people(SECONDARY_OF) if link.verdict is LinkVerdict.RELATED)
        names |= {name for link in ties for name in (link.a, link.b) if is_page(name)}
        found = [self._of(name, record, dealt.get(name)) for name, record in Ledger(self._session).records(names)]
        return tuple(sorted(found, key=lambda one: (one.record.title.casefold(), one.name)))

    def tie(self, name: str, work: str, note: str, seen: str) -> None:
        """Say of which work a page tells. Raises InvalidInput for no page or no work, SaidMeanwhile for another word since."""
        found = Queue(self._session).work(work)
        if found is None:
            raise InvalidInput(f"{work[:100]!r}: no such work")
        now = self._held(name)
        reason = note.strip() or READ
        if now.dealt is None and [found.key] == [_other(link, name) for link in now.ties]:
            return
        self._require(now, seen, f"it tells of “{found.title}” ({reason})")
        self._clear(now)
        self._links.say(
            name, found.key, LinkVerdict.RELATED, reason=reason, who=self._who, relation=SECONDARY_OF, seen=None
        )

    def none(self, name: str, note: str, seen: str) -> None:
        """Say that a page tells of no study."""
        now = self._held(name)
        if now.dealt is not None and not now.ties:
            return
        reason = note.strip() or READ
        self._require(now, seen, f"it tells of no study ({reason})")
        self._clear(now)
        self._matters.deal(MatterKind.PAGE, name, Outcome.NO_STUDY, reason, self._who, seen=NOTHING)

    def wait_again(self, name: str, seen: str) -> None:
        """Take back what was said of a page: it waits for a person again."""
        now = self._held(name)
        if now.standing.mark == NOTHING:
            return
        self._require(now, seen, "it waits for a person again")
        self._clear(now)

    def _held(self, name: str) -> SaidPage:
        Trail(self._session).lock()  # before it is read, so that nobody says anything between
        record = dict(Ledger(self._session).records([name])).get(name) if is_page(name) else None
        if record is None:
            raise InvalidInput(f"{name[:100]!r}: no such page")
        return self._of(name, record, self._matters.dealt(MatterKind.PAGE).get(name))

    def _require(self, now: SaidPage, seen: str, mine: str) -> None:
        Trail(self._session).require_seen(seen, now.standing, mine, f"matter/{MatterKind.PAGE.value}/{now.name}")

    def _clear(self, now: SaidPage) -> None:
        self._matters.take_back(MatterKind.PAGE, now.name, self._who)
        for link in now.ties:  # not taken out: rules would tie it anew
            self._links.say(link.a, link.b, LinkVerdict.APART, reason="it does not tell of this work", who=self._who)

    def _of(self, name: str, record: HarvestedRecord, dealt: Dealt | None) -> SaidPage:
        links = self._links.about([name])
        ties = tuple(one for one in links if one.verdict is LinkVerdict.RELATED and one.relation == SECONDARY_OF)
        untied = [one.by for one in links if one.verdict is LinkVerdict.APART]
        queue = Queue(self._session)
        works = [queue.work(_other(link, name)) for link in ties]
        return SaidPage(
            name=name,
            record=record,
            ties=ties,
            titles=tuple(work.title if work else _other(link, name) for work, link in zip(works, ties, strict=True)),
            dealt=dealt,
            untied_by=untied[-1] if untied else "",
        )


def _other(link: RecordLink, name: str) -> str:
    return link.b if link.a == name else link.a
