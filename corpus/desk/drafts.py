"""A visitor's own draft of a case, for every room that shows or changes it.

Never gives anybody another's draft.
"""

from sqlmodel import Session

from corpus.desk.entering import Visitor
from corpus.domain.cases import Case, CaseState, Draft, DraftState
from corpus.errors import InvalidInput
from corpus.store.cases import Cases


def case_of(session: Session, key: str) -> Case:
    """The case of a key. Raises InvalidInput where there is none."""
    found = Cases(session).get(key)
    if found is None:
        raise InvalidInput(f"{key[:64]!r}: no such case")
    return found


def own_values(session: Session, case: Case, visitor: Visitor) -> dict[str, str]:
    """The values of the visitor's own draft. Raises InvalidInput where there is none, or its case is not coded any more."""
    return Cases(session).values(case.key, own_draft(session, case, visitor).who)


def editable_values(session: Session, case: Case, visitor: Visitor) -> dict[str, str]:
    """The values of the visitor's own draft, to be changed. Raises InvalidInput where it is finished."""
    draft = own_draft(session, case, visitor)
    if draft.state is DraftState.FINISHED:
        raise InvalidInput(f"{case.key}: you have finished; take your coding up again on its last page, Finish")
    return Cases(session).values(case.key, draft.who)


def own_draft(session: Session, case: Case, visitor: Visitor) -> Draft:
    """The visitor's own draft. Raises InvalidInput where there is none, or its case is not coded any more."""
    if case.state is not CaseState.CODING:
        raise InvalidInput(f"{case.key}: its coding has ended; see the comparison at /compare/{case.key}")
    for draft in Cases(session).drafts(case.key):
        if draft.who == visitor.key:
            return draft
    raise InvalidInput(f"{case.key}: you do not code it; begin on the page of cases")
