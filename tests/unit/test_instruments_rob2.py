"""RoB 2: every domain's algorithm over every combination of answers, against its flowchart told a second time, as one walks it.

The walks below follow the figures of the full guidance of 22 August 2019; they share nothing with the tables of the program.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import product

import pytest

from corpus.codebook import BiasAnswer, BiasLevel
from corpus.instruments import OVERALL, instruments, judge, worst

Y, PY, PN, N, NI, NA = (
    BiasAnswer.YES,
    BiasAnswer.PROBABLY_YES,
    BiasAnswer.PROBABLY_NO,
    BiasAnswer.NO,
    BiasAnswer.NO_INFORMATION,
    BiasAnswer.NOT_APPLICABLE,
)
LOW, SOME, HIGH = BiasLevel.LOW, BiasLevel.SOME_CONCERNS, BiasLevel.HIGH
FIVE = (Y, PY, PN, N, NI)
ENOUGH = 5  # combinations that differ only in answers nobody asked for
RANK = {LOW: 0, SOME: 1, HIGH: 2}


class Walk:
    """The answers on one's way; remembers which questions one came by."""

    def __init__(self, answers: Mapping[str, BiasAnswer]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def yes(self, number: str) -> bool:
        return self._at(number) in {Y, PY}

    def no(self, number: str) -> bool:
        return self._at(number) in {N, PN}

    def unknown(self, number: str) -> bool:
        return self._at(number) is NI

    def absent(self, number: str) -> bool:
        return self._at(number) is NA

    def _at(self, number: str) -> BiasAnswer:
        if number not in self.asked:
            self.asked.append(number)
        return self.answers[number]


def randomisation(w: Walk) -> BiasLevel:
    for number in ("1.1", "1.2", "1.3"):  # the form asks all three
        w.yes(number)
    if w.no("1.2"):
        return HIGH
    if w.unknown("1.2"):
        return HIGH if w.yes("1.3") else SOME
    if w.no("1.1"):
        return SOME
    return SOME if w.yes("1.3") else LOW


def assignment(w: Walk) -> BiasLevel:
    first, second = _context(w), _analysis(w)
    return max(first, second, key=lambda level: RANK[level])


def _context(w: Walk) -> BiasLevel:
    participants, carers = w.no("2.1"), w.no("2.2")
    if participants and carers:
        return LOW
    if w.no("2.3"):
        return LOW
    if w.unknown("2.3"):
        return SOME
    if w.no("2.4"):
        return SOME
    return SOME if w.yes("2.5") else HIGH


def _analysis(w: Walk) -> BiasLevel:
    if w.yes("2.6"):
        return LOW
    return SOME if w.no("2.7") else HIGH


def adherence(w: Walk) -> BiasLevel:
    participants, carers = w.no("2.1"), w.no("2.2")
    unbalanced = not (participants and carers) and not (w.yes("2.3") or w.absent("2.3"))
    failures, departures = w.yes("2.4") or w.unknown("2.4"), w.yes("2.5") or w.unknown("2.5")
    if not unbalanced and not failures and not departures:
        return LOW
    return SOME if w.yes("2.6") else HIGH


def missing_data(w: Walk) -> BiasLevel:
    if w.yes("3.1"):
        return LOW
    if w.yes("3.2"):
        return LOW
    if w.no("3.3"):
        return LOW
    return SOME if w.no("3.4") else HIGH


def measurement(w: Walk) -> BiasLevel:
    unsuitable, differs = w.yes("4.1"), w.yes("4.2")  # the form asks both
    if unsuitable or differs:
        return HIGH
    best = SOME if w.unknown("4.2") else LOW
    if w.no("4.3"):
        return best
    if w.no("4.4"):
        return best
    return SOME if w.no("4.5") else HIGH


def reporting(w: Walk) -> BiasLevel:
    for number in ("5.1", "5.2", "5.3"):
        w.yes(number)
    if w.yes("5.2") or w.yes("5.3"):
        return HIGH
    if w.unknown("5.2") or w.unknown("5.3"):
        return SOME
    return LOW if w.yes("5.1") else SOME


FLOWCHARTS: list[tuple[str, str, Callable[[Walk], BiasLevel], dict[str, tuple[BiasAnswer, ...]]]] = [
    ("rob2", "randomisation", randomisation, dict.fromkeys(("1.1", "1.2", "1.3"), FIVE)),
    ("rob2", "deviations", assignment, dict.fromkeys([f"2.{number}" for number in range(1, 8)], FIVE)),
    (
        "rob2_adherence",
        "deviations",
        adherence,
        dict.fromkeys(("2.1", "2.2", "2.6"), FIVE) | dict.fromkeys(("2.3", "2.4", "2.5"), (NA, *FIVE)),
    ),
    ("rob2", "missing_data", missing_data, dict.fromkeys(("3.1", "3.3", "3.4"), FIVE) | {"3.2": (Y, PY, PN, N)}),
    ("rob2", "measurement", measurement, dict.fromkeys([f"4.{number}" for number in range(1, 6)], FIVE)),
    ("rob2", "reporting", reporting, dict.fromkeys(("5.1", "5.2", "5.3"), FIVE)),
]


@pytest.mark.parametrize(
    ("instrument", "key", "walk", "taken"), FLOWCHARTS, ids=[f"{i}-{k}" for i, k, _, _ in FLOWCHARTS]
)
def test_every_combination_of_answers_leads_where_the_flowchart_leads(
    instrument: str, key: str, walk: Callable[[Walk], BiasLevel], taken: Mapping[str, tuple[BiasAnswer, ...]]
) -> None:
    domain = instruments()[instrument].domains[key]
    assert {one.number: frozenset(one.answers) for one in domain.questions} == {
        n: frozenset(a) for n, a in taken.items()
    }
    keys = {one.number: one.key for one in domain.questions}
    walked: Counter[tuple[BiasAnswer, ...]] = Counter()
    for combination in product(*taken.values()):
        answers = dict(zip(taken, combination, strict=True))
        way = Walk(answers)
        level = walk(way)
        asked = [number for number in keys if number in way.asked]
        walked[tuple(answers[number] for number in asked)] += 1
        if walked[tuple(answers[number] for number in asked)] > ENOUGH:
            continue
        found = judge(domain, {keys[number]: answers[number] for number in asked})
        assert (found.level, [one.number for one in found.asked]) == (level, asked), answers
        assert found.open == ()
        assert found.not_asked == ()
        # What nobody asked for changes nothing, and is named unless it says itself that it does not apply.
        everything = judge(domain, {keys[number]: answer for number, answer in answers.items()})
        assert (everything.level, everything.asked, everything.path) == (found.level, found.asked, found.path)
        stray = {keys[number] for number in keys if number not in asked and answers[number] is not NA}
        assert set(everything.not_asked) == stray


@pytest.mark.parametrize("instrument", ["rob2_adherence", "rob2_crossover", "rob2_cluster"])
def test_variants_share_the_domains_that_do_not_differ(instrument: str) -> None:
    shared = {"rob2_adherence": 4, "rob2_crossover": 4, "rob2_cluster": 2}[instrument]
    parallel, variant = instruments()["rob2"].domains, instruments()[instrument].domains
    same = [key for key in parallel if key != OVERALL and parallel[key].questions == variant[key].questions]
    assert len(same) == shared
    assert all(parallel[key].parts == variant[key].parts for key in same)


def test_of_a_cluster_trial_both_clusters_and_participants_are_asked_about() -> None:
    domains = instruments()["rob2_cluster"].domains
    numbers = [one.number for key in domains for one in domains[key].questions]
    assert {"1b.1", "1b.2", "1b.3", "2.1a", "2.1b", "3.1a", "3.1b", "4.3a", "4.3b"} <= set(numbers)
    deviations = domains["deviations"]
    unaware = judge(deviations, {"q2_1a": N, "q2_2": N})
    assert [one.number for one in unaware.asked] == ["2.1a", "2.2", "2.6"]  # who does not know of a trial knows no arm
    assert unaware.level is None  # the coder judges
    missing = judge(domains["missing_data"], {"q3_1a": Y, "q3_1b": N})
    assert [one.number for one in missing.asked] == ["3.1a", "3.1b", "3.2"]


def test_the_overall_judgement_is_the_worst_of_all_domains_or_open() -> None:
    for levels in product((LOW, SOME, HIGH), repeat=5):
        expected = HIGH if HIGH in levels else SOME if SOME in levels else LOW
        assert worst(levels) is expected
        assert worst([*levels, None]) is None
    assert worst([]) is None
