"""A made-up trial in the desk, coded twice but for its risk of bias: what the tests of judging begin with."""

from datetime import UTC, datetime

from sqlmodel import Session

from corpus.coding.undraft import values_of
from corpus.database import writing
from corpus.domain.cases import Case, CaseState
from corpus.store.cases import Cases
from tests import builders

CASE = "madeup2020"
ROW = "study/risk_of_bias"


def made_up() -> dict[str, str]:
    """What both coders have typed of a trial that never was."""
    made = builders.corpus(builders.study(CASE, builders.effect("score_end_of_treatment")))
    return values_of(made.reports[0], made.samples[0], made.studies[0])


def begun_twice(session: Session, *coders: str) -> None:
    """Both coders have typed the same, and nobody has judged yet."""
    now = datetime.now(UTC)
    case = Case(key=CASE, work="", study="", base="", coders=2, state=CaseState.CODING, opened_by=coders[0], at=now)
    Cases(session).open(case)
    for who in coders:
        Cases(session).begin(CASE, who, made_up())


def begin_twice(url: str, *coders: str) -> None:
    """The same, in a database that another process serves."""
    with writing(url) as session:
        begun_twice(session, *coders)
