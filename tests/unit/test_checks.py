"""What `oxysynth check` finds, each on a corpus that is wrong in one place."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from corpus.audit import changes, digests
from corpus.checks import Finding, check
from corpus.codebook import (
    Design,
    Direction,
    HoldReason,
    MissingReason,
    PositiveMeans,
    Relation,
    ReportKind,
    ReportStatus,
)
from corpus.domain import Computation, Conflict, Corpus, Effect, Hold, Missing, Printed, PValue, Retraction
from tests.examples import corpus, effect, report, study

HELD = Hold(reason=HoldReason.DERIVED_COPY, note="computed from the means")


def findings(checked: Corpus) -> list[Finding]:
    events = changes([], {}, digests(checked), "test", datetime(2026, 11, 23, tzinfo=UTC))
    return list(check(checked, events))


def with_effects(*effects: Effect, **changed: Any) -> Corpus:
    return corpus(study(effects=effects, **changed))


def computed(kind: str, inputs: str, **changed: Any) -> Effect:
    pairs = {name: Printed(value) for name, _, value in (item.partition("=") for item in inputs.split())}
    means = PositiveMeans.HIGHER_OUTCOME
    return effect(computation=Computation(kind=kind, inputs=pairs, positive_means=means, positive_basis="x"), **changed)


def exact(value: str) -> PValue:
    return PValue(relation=Relation.EQUALS, value=Printed(value))


CLEAN = corpus()
RETRACTED = report(
    kind=ReportKind.META_ANALYSIS, status=ReportStatus.BACKGROUND, retraction=Retraction(notice="n", reason="r")
)


def test_a_sound_corpus_has_no_findings() -> None:
    assert findings(CLEAN) == []


@pytest.mark.parametrize(
    ("wrong", "severity", "where", "message"),
    [
        (
            with_effects(effect(direction=Direction.FAVOURS_OXYTOCIN)),
            "warning",
            "guastella2009/lsas_post",
            "lower is better (a scale of symptoms)), but the coded direction is favours_oxytocin; one of the two is wrong",
        ),
        (
            with_effects(effect(n=26)),
            "warning",
            "guastella2009/lsas_post",
            "the arms as analysed hold 12 + 13 = 25, the whole is given as 26",
        ),
        (
            with_effects(effect(n=12), design=Design.CROSSOVER_RCT),
            "warning",
            "guastella2009/lsas_post",
            "the conditions hold 12 and 13 of the same people, the effect says 12",
        ),
        (
            with_effects(computed("correlation", "r=-.30 n=24", direction=Direction.FAVOURS_OXYTOCIN)),
            "warning",
            "guastella2009/lsas_post",
            "the computation takes n = 24, the effect says 25",
        ),
        (
            with_effects(computed("t", "t=2.10 n1=12 n2=13", p=exact(".20"))),
            "warning",
            "guastella2009/lsas_post",
            "p of t: t(23) = 2.10 gives p = 0.046",
        ),
        (
            with_effects(computed("two-groups", "m1=62.16 sd1=1.40 n1=12 m2=52.30 sd2=1.30 n2=13")),
            "warning",
            "guastella2009/lsas_post",
            "SD or SE: ",
        ),
        (
            with_effects(computed("g", "g=0.30 ci_lo=0.25 ci_hi=0.90")),
            "warning",
            "guastella2009/lsas_post",
            "interval symmetry: ",
        ),
        (
            with_effects(
                computed("two-groups", "m1=62.17 sd1=37.41 n1=12 m2=52.35 sd2=21.30 n2=13"),
                outcomes=(replace(study().outcomes[0], instrument="LSAS (clinician)"),),
            ),
            "warning",
            "guastella2009/lsas_post",
            "GRIM: no total of 13 scores",
        ),
        (
            with_effects(
                computed("g", "g=.3 v=.2"),
                outcomes=(replace(study().outcomes[0], higher_is_better=Missing(MissingReason.UNCLEAR)),),
            ),
            "warning",
            "guastella2009/lsas_post",
            "tier A and not held, but without an estimate: direction of the outcome is not coded",
        ),
        (
            with_effects(effect(hold=HELD)),
            "warning",
            "guastella2009",
            "status included, but its study guastella2009 has no effect that is not held",
        ),
        (
            with_effects(
                effect(),
                effect(key="second"),
                conflicts=(Conflict(key="c", about="a", effects=("lsas_post", "second"), chosen="second", reason="r"),),
            ),
            "warning",
            "guastella2009/c",
            "not chosen, yet not held: lsas_post; the same result would count twice",
        ),
        (
            with_effects(
                effect(),
                effect(key="second", hold=HELD),
                conflicts=(Conflict(key="c", about="a", effects=("lsas_post", "second"), chosen="second", reason="r"),),
            ),
            "warning",
            "guastella2009/c",
            "second is chosen, yet held",
        ),
        (
            corpus(reports=(RETRACTED,)),
            "error",
            "guastella2009/lsas_post",
            "read in guastella2009, which is retracted; hold it with reason retracted",
        ),
        (
            corpus(reports=(replace(RETRACTED, status=ReportStatus.INCLUDED),)),
            "error",
            "guastella2009",
            "status included, but it is retracted",
        ),
        (corpus(study(sample="nobody")), "error", "guastella2009", "sample: saw 'nobody'; allowed: sad"),
        (with_effects(effect(outcome="bdi")), "error", "guastella2009", "effects[0].outcome: saw 'bdi'; allowed: lsas"),
    ],
)
def test_what_is_wrong_is_found(wrong: Corpus, severity: str, where: str, message: str) -> None:
    found = [finding for finding in findings(wrong) if message in finding.message]
    assert [(finding.severity, finding.where) for finding in found] == [(severity, where)]


def test_errors_come_first() -> None:
    wrong = corpus(study(sample="nobody", effects=(effect(n=26),)))
    severities = [finding.severity for finding in findings(wrong)]
    assert severities == sorted(severities)
    assert {"error", "warning"} == set(severities)


def test_a_trail_or_a_content_changed_by_hand_is_an_error() -> None:
    events = changes([], {}, digests(CLEAN), "test", datetime(2026, 11, 23, tzinfo=UTC))
    forged = [replace(events[0], who="someone else"), *events[1:]]
    (finding,) = check(CLEAN, forged)
    assert (finding.severity, finding.where) == ("error", "audit trail")
    assert "broken at event 1: its content does not match its hash" in finding.message
    tampered = corpus(study(label="changed"))
    (finding,) = check(tampered, events)
    assert (finding.severity, finding.where) == ("error", "study/guastella2009")
    assert "restore it with `oxysynth init`" in finding.message
