"""Retraction watch: what sources say, what silence means, and what a retraction takes out of the syntheses."""

from dataclasses import replace
from datetime import date

import pytest

from corpus.codebook import HoldReason
from corpus.domain import Doi, Pmid, Report
from corpus.domain.harvested import HarvestedRecord, Relation, RelationKind
from corpus.domain.watch import Answered, Check, Notice, NoticeKind
from corpus.watch import Standing, standings, withdraw
from harvest.watching import checked, unanswered
from synthesis.answers import answer_questions
from tests.builders import corpus, effect, study

DAY, NEXT = date(2026, 3, 2), date(2026, 3, 9)
DOI, PMID, NOTICE = Doi("10.1234/trial"), Pmid("1234567"), Doi("10.1234/notice")
TRIALS = tuple(study(f"s{i}", effect("post", m1=m1)) for i, m1 in enumerate(("8.0", "9.0", "7.0", "10.0")))


def report(key: str = "s0_report") -> Report:
    whole = corpus(*TRIALS)
    return replace(next(one for one in whole.reports if one.key == key), doi=DOI, pmid=PMID)


def record(*relations: Relation, retracted: bool = False) -> HarvestedRecord:
    return HarvestedRecord(source="made", title="A trial", doi=DOI, relations=relations, retracted=retracted)


def test_a_record_without_notices_is_clear_and_an_empty_answer_is_not() -> None:
    assert checked(report(), "pubmed", DAY, [record()]).answered is Answered.CLEAR
    nothing = checked(report(), "pubmed", DAY, [])
    assert nothing.answered is Answered.UNKNOWN
    assert "does not hold" in nothing.message


@pytest.mark.parametrize(
    ("kind", "notice"),
    [
        (RelationKind.RETRACTION_IN, NoticeKind.RETRACTION),
        (RelationKind.EXPRESSION_OF_CONCERN_IN, NoticeKind.EXPRESSION_OF_CONCERN),
        (RelationKind.ERRATUM_IN, NoticeKind.CORRECTION),
    ],
)
def test_a_record_names_its_notice(kind: RelationKind, notice: NoticeKind) -> None:
    found = checked(report(), "pubmed", DAY, [record(Relation(kind=kind, doi=NOTICE))])
    assert found.notices == (Notice(kind=notice, where=str(NOTICE)),)


def test_a_flag_alone_is_a_retraction_and_a_flag_with_its_notice_only_one() -> None:
    assert checked(report(), "a", DAY, [record(retracted=True)]).notices == (Notice(kind=NoticeKind.RETRACTION),)
    both = record(Relation(kind=RelationKind.RETRACTION_IN, pmid=Pmid("99")), retracted=True)
    assert checked(report(), "a", DAY, [both]).notices == (Notice(kind=NoticeKind.RETRACTION, where="pmid:99"),)


def test_a_notice_speaks_of_the_work_it_names_and_of_no_other() -> None:
    about = Relation(kind=RelationKind.RETRACTION_OF, doi=DOI)
    notice = HarvestedRecord(source="made", title="Retraction", doi=NOTICE, relations=(about,))
    assert checked(report(), "crossref", DAY, [notice]).notices == (
        Notice(kind=NoticeKind.RETRACTION, where=str(NOTICE)),
    )
    elsewhere = replace(notice, relations=(Relation(kind=RelationKind.RETRACTION_OF, doi=Doi("10.1234/other")),))
    assert checked(report(), "crossref", DAY, [elsewhere, record()]).answered is Answered.CLEAR


@pytest.mark.parametrize("kind", [RelationKind.UPDATE_IN, RelationKind.COMMENT_IN, RelationKind.RETRACTION_OF])
def test_other_relations_of_a_record_are_no_notice(kind: RelationKind) -> None:
    assert checked(report(), "a", DAY, [record(Relation(kind=kind, doi=NOTICE))]).answered is Answered.CLEAR


def check(source: str, on: date, answered: Answered, *kinds: NoticeKind) -> Check:
    notices = tuple(Notice(kind=kind) for kind in kinds)
    return Check(report="s0_report", source=source, on=on, answered=answered, notices=notices)


def standing(*checks: Check) -> Standing:
    return standings([report()], checks)["s0_report"].standing


def test_silence_is_unknown_and_takes_nothing_back() -> None:
    retracted = check("a", DAY, Answered.NOTICE, NoticeKind.RETRACTION)
    silent = unanswered(report(), "a", NEXT, "HTTP 503")
    assert standing() is Standing.UNKNOWN
    assert standing(silent) is Standing.UNKNOWN
    assert standing(retracted, silent) is Standing.RETRACTED
    assert standings([report()], [retracted, silent])["s0_report"].silent == (silent,)


def test_the_worst_of_the_sources_stands_and_a_new_answer_replaces_the_old_one() -> None:
    clear = check("b", DAY, Answered.CLEAR)
    corrected = check("a", DAY, Answered.NOTICE, NoticeKind.CORRECTION)
    retracted = check("a", DAY, Answered.NOTICE, NoticeKind.CORRECTION, NoticeKind.RETRACTION)
    assert standing(clear, corrected) is Standing.CORRECTED
    assert standing(clear, retracted) is Standing.RETRACTED
    assert standing(clear, retracted, check("a", NEXT, Answered.CLEAR)) is Standing.CLEAR


def test_a_retracted_trial_leaves_the_pool_and_is_shown() -> None:
    whole = corpus(*TRIALS)
    known = standings(whole.reports, [check("crossref", DAY, Answered.NOTICE, NoticeKind.RETRACTION)])
    before, after = (answer_questions(one, ["ot-augmented-symptoms"])[0] for one in (whole, withdraw(whole, known)))
    assert before.pooled is not None
    assert after.pooled is not None
    assert (before.pooled.k, after.pooled.k) == (4, 3)
    left = next(left for left in after.selection.left_out if left.study.key == "s0")
    assert "s0_report is retracted by crossref as of 2026-03-02" in left.reason
    assert left.near


@pytest.mark.parametrize("kind", [NoticeKind.CORRECTION, NoticeKind.EXPRESSION_OF_CONCERN])
def test_what_is_no_retraction_withdraws_nothing(kind: NoticeKind) -> None:
    whole = corpus(*TRIALS)
    assert withdraw(whole, standings(whole.reports, [check("a", DAY, Answered.NOTICE, kind)])) is whole


def test_what_others_tabulate_of_a_retracted_trial_goes_with_it_and_holds_stay() -> None:
    whole = corpus(*TRIALS)
    known = standings(whole.reports, [check("a", DAY, Answered.NOTICE, NoticeKind.RETRACTION)])
    first = whole.studies[0]
    elsewhere = replace(first.effects[0], source=replace(first.effects[0].source, report="s1_report"))
    copied = replace(whole, studies=(replace(first, effects=(elsewhere,)), *whole.studies[1:]))
    hold = withdraw(copied, known).studies[0].effects[0].hold
    assert hold is not None
    assert hold.reason is HoldReason.RETRACTED
    again = withdraw(withdraw(copied, known), known)
    assert again == withdraw(copied, known)
