"""Pairs of records and what is held of them: identifiers, vetoes, relations, and what goes to a person."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.linking.candidate import Candidate, Kind, candidate, kind_of
from harvest.linking.index import Index
from harvest.linking.rules import TOLD_ELSEWHERE, Verdict, decide

TITLE = "Intranasal oxytocin as an adjunct to group psychotherapy for schizophrenia: a randomized trial"
PAPER: dict[str, Any] = {
    "title": TITLE,
    "authors": ("Rossi, Anna", "Bianchi, Carlo M.", "Grünwald, Jörg"),
    "year": 2019,
    "container": "Journal of Affective Disorders",
    "volume": "250",
    "pages": "112-118",
}


def record(**printed: Any) -> Candidate:
    return candidate(**({"id": "a"} | PAPER | printed))


def verdict(a: Candidate, b: Candidate) -> Verdict:
    decision, mirrored = decide(a, b), decide(b, a)
    assert (decision.verdict, decision.score) == (mirrored.verdict, mirrored.score), "the order must not matter"
    return decision.verdict


@pytest.mark.parametrize(
    "printed",
    [
        {"title": TITLE.upper()},
        {"title": f"[{TITLE}]"},
        {"title": TITLE.replace("randomized", "randomised")},
        {"title": f"{TITLE}. [Erratum appears in J Affect Disord. 2020 May;268:1]"},
        {"title": f"{TITLE} [abstract no: 134]"},
        {"title": f"Ossitocina intranasale e psicoterapia di gruppo nella schizofrenia; {TITLE}"},
        {"title": TITLE.partition(":")[0]},
        {"title": f"RETRACTED ARTICLE: {TITLE}"},
        {"authors": ("Rossi A", "Bianchi CM", "Grunwald J")},
        {"authors": ("Anna, R.", "Carlo, B.", "Jorg, G.")},
        {"authors": ("Rossi, A.",)},
        {"authors": ()},
        {"container": "J Affect Disord"},
        {"pages": "112-8"},
        {"pages": ""},
        {"pages": "Suppl-8"},
        {"year": 2018},
        {"volume": ""},
        {"volume": "25"},
        {"doi": "10.1016/j.jad.2019.01.001"},
    ],
)
def test_what_another_source_prints_of_the_same_paper(printed: dict[str, Any]) -> None:
    assert verdict(record(), record(**printed)) is Verdict.SAME


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ({"title": TITLE.replace("schizophrenia", "anorexia nervosa"), "pages": "301-309"}, Verdict.DIFFERENT),
        ({"authors": ("Smith, J.",), "pages": "301-309"}, Verdict.DIFFERENT),
        ({"year": 2012, "volume": "136", "pages": "9-15"}, Verdict.DIFFERENT),
        ({"pages": "S301"}, Verdict.UNSURE),
        ({"container": "", "volume": "", "pages": ""}, Verdict.UNSURE),
        ({"container": "European Psychiatry", "volume": "41", "pages": "S77", "year": 2018}, Verdict.RELATED),
    ],
)
def test_what_is_not_linked_without_a_person(printed: dict[str, Any], expected: Verdict) -> None:
    assert verdict(record(), record(**printed)) is expected


def test_another_journal_is_named_as_a_relation() -> None:
    elsewhere = record(container="European Psychiatry", volume="41", pages="S77")
    assert decide(record(), elsewhere).relation == TOLD_ELSEWHERE


def test_different_identifiers_veto_however_alike_the_rest_is() -> None:
    ours = record(doi="10.1016/j.jad.2019.01.001", pmid="30000001")
    for other in ({"doi": "10.1016/j.jad.2019.01.002"}, {"pmid": "30000002"}):
        decision = decide(ours, record(**other))
        assert decision.verdict is Verdict.UNSURE, "one of the two is misprinted: a person looks"
        assert decision.reason.startswith("different ")
        assert verdict(ours, record(**other, pages="301-309")) is Verdict.DIFFERENT
    preprint = record(doi="10.31234/osf.io/abcde", container="PsyArXiv", volume="", pages="")
    assert decide(ours, preprint).relation == TOLD_ELSEWHERE


def test_a_kind_that_only_one_source_knows_does_not_part_one_publication() -> None:
    ours = record(doi="10.1000/1", types=("Comment",))
    assert verdict(ours, record(doi="10.1000/1")) is Verdict.SAME
    assert verdict(ours, record()) is Verdict.SAME


def test_printed_forms_of_one_doi_are_one() -> None:
    ours = record(doi="10.1016/S0025-7753(17)30624-3", pages="", volume="", container="")
    theirs = record(doi="https://doi.org/10.1016/s0025-7753%2817%2930624-3", pages="", volume="", container="")
    assert verdict(ours, theirs) is Verdict.SAME


def test_abstracts_of_a_congress_share_a_doi_and_stay_apart() -> None:
    congress = {"doi": "10.1111/dme.1_13047", "volume": "33", "pages": "34-217"}
    other = "Psychotherapists' empathy and the salivary hormones of couples"
    assert verdict(record(**congress), record(**congress, title=other, authors=("Meyer, K.",))) is Verdict.DIFFERENT


def test_standing_columns_are_not_a_work() -> None:
    column = {"title": "Editorial Introduction", "pages": "", "abstract": ""}
    assert verdict(record(**column), record(**column)) is Verdict.DIFFERENT
    assert verdict(record(**column, doi="10.1000/1"), record(**column, doi="10.1000/2")) is Verdict.DIFFERENT
    assert verdict(record(**column, doi="10.1000/1"), record(**column, doi="10.1000/1")) is Verdict.SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [("schizophrenia", "anorexia"), ("male students", "female students"), ("an agonist", "an antagonist")],
)
def test_one_changed_word_in_a_long_title_is_another_work(one: str, other: str) -> None:
    title = (
        "Salivary oxytocin during group psychotherapy and the alliance of therapist and patient in {}: a pilot study"
    )
    first, second = (record(title=title.format(whom), pages="") for whom in (one, other))
    assert verdict(first, second) is not Verdict.SAME


def test_parts_and_years_in_titles_count() -> None:
    first, second = (record(title=f"{TITLE}. Part {part}", pages="") for part in ("I", "II"))
    assert verdict(first, second) is Verdict.DIFFERENT
    assert verdict(first, record(title=f"{TITLE}, part 1", pages="")) is Verdict.SAME


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ({"title": f"Erratum: {TITLE}"}, Kind.NOTICE),
        ({"title": f"Retraction notice to \u201c{TITLE}\u201d"}, Kind.NOTICE),
        ({"title": f"{TITLE} (vol 250, pg 112, 2019)"}, Kind.NOTICE),
        ({"types": ("Published Erratum",)}, Kind.NOTICE),
        ({"title": f"Comment on: {TITLE}"}, Kind.COMMENT),
        ({"title": f"{TITLE}: study protocol"}, Kind.PROTOCOL),
        ({"types": ("posted-content",)}, Kind.PREPRINT),
        ({"types": ("Clinical Trial Registration",)}, Kind.REGISTRATION),
    ],
)
def test_other_kinds_are_relations(printed: dict[str, Any], kind: Kind) -> None:
    other = record(**{"volume": "251", "pages": "9", "year": 2019} | printed)
    assert other.kind is kind
    decision = decide(record(), other)
    assert decision.verdict is Verdict.RELATED
    assert decision.relation == f"{kind.value} of"


@pytest.mark.parametrize(
    "title",
    ["Correction of hyponatraemia with oxytocin antagonists", "Retraction of the uterus after oxytocin", TITLE],
)
def test_words_that_only_look_like_notices(title: str) -> None:
    assert kind_of(title, ()) is Kind.WORK


def test_a_chain_of_links_never_joins_what_a_veto_keeps_apart() -> None:
    index = Index()
    linked = index.add(
        [record(id="a", doi="10.1000/1"), record(id="b", pages=""), record(id="c", doi="10.1000/2", pages="301-309")]
    )
    assert index.clusters() == [["a", "b"]]
    assert [(pair.a, pair.b) for pair in linked.unsure] == [("b", "c")]
    assert "different DOIs" in linked.unsure[0].reason


def test_thousands_of_copies_are_one_group() -> None:
    index = Index()
    index.add(record(id=str(number)) for number in range(1500))
    assert [len(cluster) for cluster in index.clusters()] == [1500]


@given(
    printed=st.fixed_dictionaries(
        {
            "title": st.text(max_size=60),
            "authors": st.lists(st.text(max_size=20), max_size=4),
            "container": st.text(max_size=30),
            "volume": st.text(max_size=6),
            "pages": st.text(alphabet="0123456789-–eEsS.,/ abcdJAN\u0663²", max_size=14),
            "doi": st.text(max_size=20),
            "pmid": st.text(alphabet="0123456789x", max_size=9),
            "abstract": st.text(max_size=60),
        }
    )
)
@settings(max_examples=60, deadline=None)
def test_nothing_that_can_be_printed_is_too_odd(printed: dict[str, Any]) -> None:
    odd = candidate(id="odd", **printed)
    for a, b in ((odd, odd), (odd, record()), (record(), odd)):
        assert decide(a, b).verdict in Verdict
    index = Index()
    index.add([odd, record(id="b"), candidate(id="again", **printed)])
    assert all(len(cluster) >= 2 for cluster in index.clusters())
