"""A desk in which every kind of thing waits for somebody, and for each operation a request that the desk takes.

Never asserts: the tests beside it do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlmodel import Session
from starlette.testclient import TestClient

from corpus.desk.entering import invite_to, link_to_new_password
from corpus.desk.passwords import hashed
from corpus.domain.cases import SETTLED, Case, CaseState
from corpus.domain.links import standing
from corpus.domain.people import Account, Role
from corpus.domain.screening import Stage, Verdict
from corpus.filework import Filework
from corpus.protocol import read_protocol
from corpus.queues.authors import askings
from corpus.queues.duplicates import say
from corpus.queues.notices import notices
from corpus.queues.pages import Pages
from corpus.store import Ledger
from corpus.store.accounts import Accounts
from corpus.store.additions import FullTexts
from corpus.store.cases import Cases
from corpus.store.current import current_corpus
from corpus.store.links import Links
from corpus.store.watch import Checks
from corpus.works.deciding import Screening
from corpus.works.queueing import renew_queue
from tests.desk.hostile import ALL, PAYLOADS, fill
from tests.desk.judging import CASE, begun_twice, made_up
from tests.desk.queue_world import ONE, PAGE, THREE, TODAY, give_notice
from tests.desk.visitors import Team

Operation = tuple[str, str]  # method and path
PASSWORD = "four words in a row"
# One to be tied to a work, one that tells of none, and one of which that was said already.
PAGES = [replace(PAGE, source_id=f"https://blog.example/{number}") for number in range(3)]
TIED, EMPTY, SAID = (f"{one.source}:{one.source_id}" for one in PAGES)
SETTLED_ONE = f"{THREE.source}:{THREE.source_id}"
INCLUDED = f"{ONE.source}:{ONE.source_id}"

# Why no request of a schema alone is taken there, and where one is sent.
NOT_LED_TO: Mapping[Operation, str] = {
    ("post", "/full-texts/attach"): "a schema does not describe a PDF: test_uploads, and `fill` attaches one",
    ("post", "/compare/{case}/take-up"): "the corpus must have changed a study while it is coded anew: test_coded_anew",
    ("get", "/identity"): "this desk has no identity provider: test_identity",
    ("get", "/identity/back"): "the same",
    ("get", "/identity/welcome"): "the same",
    ("post", "/identity/welcome"): "the same",
}


@dataclass
class Leading:
    """What leads somewhere."""

    case: str  # that is being coded, with hostile texts in it
    records: list[str]
    given: dict[Operation, dict[str, str]] = field(default_factory=dict)  # by operation: what the desk takes there


def lead(team: Team, client: TestClient, who: str) -> Leading:
    """Fill the desk; the client is of the admin ``who``."""
    case = fill(team.desk, client, who)
    report = give_notice(team.desk)
    first, second, third = (f'pubmed:{number}"><script>window.harmed=1</script>' for number in range(3))
    with team.desk.database.write() as session:
        Ledger(session).enter([*PAGES, ONE, THREE], found=TODAY)
    renew_queue(team.desk.database.write, read_protocol())
    with team.desk.database.write() as session:
        accounts = Accounts(session)
        accounts.set_password(who, hashed(PASSWORD), by=who)
        for key in ("second", "third"):
            accounts.add(Account(key=key, name=key, role=Role.ADJUDICATOR), by=who)
        _disagree(team, session, third)
        screening = Screening(session, team.desk.criteria, 2)
        screening.settle(who, Stage.TITLE_ABSTRACT, [SETTLED_ONE], Verdict.INCLUDE)
        Pages(session, who).none(SAID, "read", "")
        (said,) = Pages(session, who).said()
        begun_twice(session, who, "second")
        for name in ("compared", "given_up"):
            _compared(session, name, "second", "third")
        for name in ("left", "alone"):
            _begun(session, name, who)
        place = invite_to(team.desk, accounts, "Somebody", Role.CODER, who)
        invite_to(team.desk, accounts, "Somebody", Role.CODER, who)
        mark = accounts.invitations()[-1].mark
        renewal = link_to_new_password(team.desk, accounts, _known(accounts, "third"), who)
        corpus = current_corpus(session)
        known = _known(accounts, "second").mark
        attached = next(one.mark for one in FullTexts(session).of([third]) if one.position == 1)
        unsure = next(standing(one).mark for one in Links(session).about([second]) if third in (one.a, one.b))
        say(session, second, SETTLED_ONE, "apart", "read", who, 2, seen="")
        parted = next(standing(one).mark for one in Links(session).about([second]) if SETTLED_ONE in (one.a, one.b))
        texts = FullTexts(session)
        texts.link(third, "https://x.example/taken.pdf", who)
        away = next(one for one in texts.of([third]) if one.url.endswith("taken.pdf"))
        texts.detach(third, away.position, who, seen=away.mark)
        (disputed,) = Filework(session).standing().disagreements
        (notice,) = notices(corpus.reports, Checks(session).all(), {})
        study = askings(corpus, {})[0].study.key
    token, fresh = (link.partition("token=")[2] for link in (place, renewal))
    found = Leading(case=case, records=[first, second, third])
    effect, judged = "study/effects/1", "study/risk_of_bias/1"
    found.given = {
        ("post", "/enter"): {"account": who, "password": PASSWORD},
        ("get", "/invitation"): {"token": token},
        ("post", "/invitation"): {"token": token, "key": "newcomer", "name": "New", "password": PASSWORD, "orcid": ""},
        ("post", "/recovery"): {"token": fresh, "password": PASSWORD},
        ("get", "/recovery"): {"token": fresh},
        ("post", "/people/invite"): {"name": "Somebody", "role": "coder"},
        ("post", "/people/withdraw"): {"invitation": mark},
        ("post", "/people/recovery"): {"key": "second"},
        ("post", "/people/change"): {
            "key": "second",
            "role": "adjudicator",
            "active": "true",
            "screens": "true",
            "seen": known,
        },
        ("post", "/password"): {"old": PASSWORD, "new": PASSWORD},
        ("post", "/screening/words"): {"text": "trust", "kind": "for"},
        ("get", "/screening/{stage}"): {"stage": "full_text", "record": first},
        ("post", "/screening/{stage}/decide"): {
            "stage": "full_text",
            "record": first,
            "verdict": "include",
            "reason": "",
            "sure": "true",
            "note": ALL,
        },
        ("get", "/screening/{stage}/mine"): {"stage": "full_text"},
        ("post", "/screening/{stage}/skip"): {"stage": "full_text", "record": first},
        ("post", "/screening/{stage}/undo"): {"stage": "full_text"},
        ("post", "/screening/{stage}/abstract"): {
            "stage": "title_abstract",
            "record": second,
            "abstract": ALL,
            "was": ALL,
        },
        ("post", "/full-texts/link"): {"record": third, "url": "https://x.example/a.pdf"},
        ("get", "/full-texts/file"): {"record": third, "position": "2"},
        ("post", "/full-texts/detach"): {"record": third, "position": "1", "seen": attached},
        ("post", "/full-texts/put-back"): {"record": third, "position": str(away.position)},
        ("get", "/same"): {"record": second, "words": "made-up"},
        ("post", "/same"): {"record": first, "saying": "apart", "other": f"|{INCLUDED}", "note": ALL, "words": ""},
        ("post", "/same/back"): {"record": second, "a": second, "b": SETTLED_ONE, "seen": parted},
        ("get", "/conflicts/{stage}"): {"stage": "title_abstract", "record": third},
        ("post", "/conflicts/{stage}"): {
            "stage": "title_abstract",
            "record": third,
            "verdict": "include",
            "reason": "",
            "note": ALL,
        },
        ("get", "/works"): {"stage": "full_text", "state": "open", "words": "script", "start": "0"},
        ("get", "/works/of"): {"record": second},
        ("get", "/conflicts/{stage}/settled"): {"stage": "title_abstract"},
        ("post", "/duplicates"): {
            "a": second,
            "b": third,
            "saying": "apart",
            "note": ALL,
            "after": "0",
            "of": second,
            "seen": unsure,
        },
        ("get", "/duplicates/of"): {"record": second},
        ("post", "/untraced/tie"): {"name": TIED, "work": second, "note": ALL, "seen": ""},
        ("post", "/untraced/none"): {"name": EMPTY, "note": ALL, "seen": ""},
        ("post", "/untraced/again"): {"name": SAID, "seen": said.standing.mark},
        ("post", "/conflicts/{stage}/reopen"): {"stage": "title_abstract", "record": SETTLED_ONE, "sure": "true"},
        ("post", "/conflicts/{stage}/undo"): {"stage": "title_abstract", "sure": "true"},
        ("post", "/notices"): {"item": notice.item, "outcome": "unchanged", "note": ALL, "seen": ""},
        ("post", "/tell"): {"said": ALL, "about": f"report/{report}", "website": ""},
        ("get", "/tell"): {"about": f"report/{report}"},
        ("post", "/reported"): {"item": "1", "outcome": "mended", "note": ALL, "seen": ""},
        ("get", "/authors/{study}"): {"study": study},
        ("post", "/authors/{study}"): {"study": study, "outcome": "asked", "note": ALL, "seen": ""},
        ("post", "/files"): {"entity": f"study/{PAYLOADS[0]}", "side": "desk", "seen": disputed.mark},
        ("post", "/coding/begin"): {"work": "", "study": "", "case": case},
        ("get", "/coding/{case}/preview"): {"case": case, "effect": effect},
        ("get", "/coding/{case}/rivals"): {"case": case},
        ("get", "/coding/{case}/item"): {"case": case, "where": "study/effects", "number": "2"},
        ("get", "/coding/{case}/{section}"): {"case": case, "section": "effects"},
        ("post", "/coding/{case}/save"): {"case": case, "path": "study/label", "was": "", "value": ""},
        ("post", "/coding/{case}/way"): {"case": case, "effect": effect, "way": "t"},
        ("post", "/coding/{case}/drop"): {"case": case, "item": "study/outcomes/1"},
        ("post", "/coding/{case}/restore"): {"case": case, "item": "study/outcomes/1", "back": '{"changes": []}'},
        ("post", "/coding/{case}/release"): {"case": "left", "coder": who},
        ("post", "/coding/{case}/one"): {"case": "alone"},
        ("post", "/coding/join"): {"work": INCLUDED, "study": study, "kind": "protocol", "basis": "it says so"},
        ("post", "/coding/{case}/finish"): {"case": CASE},
        ("post", "/coding/{case}/reopen"): {"case": CASE},
        ("get", "/appraising/{case}"): {"case": CASE},
        ("post", "/appraising/{case}/take-up"): {"case": CASE, "instrument": "rob2", "result": "effect 1"},
        ("post", "/appraising/{case}/take-out"): {"case": CASE, "judgement": judged},
        ("get", "/appraising/{case}/judgement"): {"case": CASE, "judgement": judged},
        ("get", "/compare/{case}"): {"case": "compared"},
        ("post", "/compare/{case}/settle"): {
            "case": "compared",
            "path": "study/label",
            "value": "Settled",
            "reason": "read again",
            "seen": "",
        },
        ("post", "/compare/{case}/accept"): {"case": "compared"},
        ("post", "/compare/{case}/close"): {"case": "given_up"},
        ("get", "/trail"): {"record": first, "entity": "", "who": who, "before": "9999"},
    }
    return found


def _known(accounts: Accounts, key: str) -> Account:
    found = accounts.get(key)
    assert found is not None
    return found


def _disagree(team: Team, session: Session, record: str) -> None:
    """Two people hold opposite views of two records; another is included."""
    criteria = team.desk.criteria
    screening = Screening(session, criteria, 2)
    stage = Stage.TITLE_ABSTRACT
    screening.decide("second", stage, [record], Verdict.INCLUDE)
    for at in Stage:
        for who in ("second", "third"):
            screening.decide(who, at, [INCLUDED], Verdict.INCLUDE)
    screening.decide("second", stage, [SETTLED_ONE], Verdict.INCLUDE)
    for one in (record, SETTLED_ONE):
        screening.decide("third", stage, [one], Verdict.EXCLUDE, criteria.reasons(stage)[0].key)


def _begun(session: Session, key: str, *coders: str) -> tuple[Case, dict[str, str]]:
    """A case that is being coded, and what all type but for its label."""
    cases, now = Cases(session), datetime.now(UTC)
    case = Case(key=key, work="", study="", base="", coders=2, state=CaseState.CODING, opened_by=coders[0], at=now)
    cases.open(case)
    values = {path: value.replace(CASE, f"{CASE}_{key}") for path, value in made_up().items()}
    for who in coders:
        cases.begin(key, who, values | {"study/label": who})
    return case, values


def _compared(session: Session, key: str, *coders: str) -> None:
    """A case whose two codings differ in one word."""
    case, values = _begun(session, key, *coders)
    cases = Cases(session)
    cases.begin(key, SETTLED, {path: value for path, value in values.items() if path != "study/label"}, by=coders[0])
    cases.move(case, CaseState.COMPARING, coders[0])
