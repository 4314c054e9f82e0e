"""A visitor's own draft of a case, for every room that shows or changes it.

Never gives anybody another's draft.
"""

from sqlmodel import Session

from corpus.desk.entering import Visitor
from corpus.domain.cases import Case, CaseState
from corpus.errors import InvalidInput
from corpus.store.cases import Cases


def case_of(session: Session, key: str) -> Case:
    """The case of a key. Raises InvalidInput where there is none."""
    found = Cases(session).get(key)
    if found is None:
        raise InvalidInput(f"{key[:64]!r}: no such case")
    return found


def own_values(session: Session, case: Case, visitor: Visitor) -> dict[str, str]:
    """The values of the visitor's own draft. Raises InvalidInput where there is none, or it cannot be changed any more."""
    cases = Cases(session)
    if case.state is not CaseState.CODING:
        raise InvalidInput(f"{case.key}: its coding has ended; see the comparison at /compare/{case.key}")
    if all(one.who != visitor.key for one in cases.drafts(case.key)):
        raise InvalidInput(f"{case.key}: you do not code it; begin on the page of cases")
    return cases.values(case.key, visitor.key)
