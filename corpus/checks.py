"""What does not fit in the corpus: numbers against each other, signs against coded directions, references, audit trail.

Never changes data: it warns with the values; only what makes the database untrustworthy is an error.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from corpus import appraising
from corpus.audit import AuditEvent, Held, Seen, at_odds, differing, digests, of_corpus, recorded, verify
from corpus.codebook import Design, Direction, HoldReason, ReportStatus, Tier
from corpus.curation.binding import Bound
from corpus.curation.references import check_corpus as check_references
from corpus.curation.references import check_study
from corpus.domain import Corpus, Effect, Missing, Report, Study
from corpus.effectsizes.audit import audit
from corpus.effectsizes.integrity import Finding as PrintedFinding
from corpus.effectsizes.integrity import check_grim, check_grimmer, check_n_total
from corpus.errors import InvalidInput
from corpus.estimation import Refusal, computed, estimate_effect

_POINTS_TO = {
    Direction.FAVOURS_OXYTOCIN: 1,
    Direction.OXYTOCIN_HIGHER: 1,
    Direction.FAVOURS_COMPARATOR: -1,
    Direction.OXYTOCIN_LOWER: -1,
}
# Instruments whose score is a sum of whole numbers, so that GRIM and GRIMMER apply with one item and step 1.
_SUM_SCORES = re.compile(
    r"\b(LSAS|HAM-?[DA]|HDRS|HRSD|BDI(-II)?|BAI|PHQ-?9|GAD-?7|EPDS|MADRS|PANSS|BPRS|SANS|SAPS|CAPS(-5)?|PCL(-5)?|"
    r"Y-?BOCS|OCI-R|STAI|ORS|OQ-?45|IES-?R|PSS(-10|-14)?|SPIN)\b|"
    r"(?i:\b(Liebowitz Social Anxiety|Hamilton (Depression|Anxiety|Rating)|Beck (Depression|Anxiety) Inventory|"
    r"Montgomery|Patient Health Questionnaire|State[- –]Trait Anxiety|Perceived Stress Scale|Social Phobia Inventory))"
)
_SIZES = frozenset({"n", "n1", "n2"})
_MOST = 1_000_000  # people; beyond it a mean tells nothing about whole numbers
_MEANS = (
    *(("m1", "sd1", "n1"), ("m2", "sd2", "n2"), ("m_pre1", "sd_pre1", "n1"), ("m_pre2", "sd_pre2", "n2")),
    *(("m_post1", "sd_post1", "n1"), ("m_post2", "sd_post2", "n2")),
    *(("m1", "sd1", "n"), ("m2", "sd2", "n"), ("m_pre", "sd_pre", "n"), ("m_post", "sd_post", "n")),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit."""

    severity: Literal["error", "warning"]
    where: str  # study, study/effect, report or part of the database
    message: str


def check(
    corpus: Corpus, events: Sequence[AuditEvent], held: Held | None = None, heads: Sequence[Seen] = ()
) -> tuple[Finding, ...]:
    """Every finding, errors first; the trail is held against the corpus, what people made, and the heads that were kept."""
    found = (*_trail(corpus, events, held, heads), *examine(corpus))
    return tuple(sorted(found, key=lambda finding: finding.severity != "error"))


def examine(corpus: Corpus) -> tuple[Finding, ...]:
    """Every finding on what is coded, errors first; the audit trail is not looked at."""
    found = [*_references(corpus), *_retracted(corpus), *_included(corpus)]
    for study in corpus.studies:
        found += _conflicts(study)
        found += _judgements(study)
        for effect in study.effects:
            found += _effect(study, effect)
    return tuple(sorted(found, key=lambda finding: finding.severity != "error"))


def _trail(corpus: Corpus, events: Sequence[AuditEvent], desk: Held | None, heads: Sequence[Seen]) -> Iterator[Finding]:
    broken = verify(events)
    if broken is not None:
        message = f"the chain is broken at event {broken.sequence}: {broken.why}; it was changed by hand: keep the file, and build a new one"
        yield Finding("error", "audit trail", message)
        return
    for why in filter(None, (at_odds(events, seen) for seen in heads)):
        yield Finding("error", "audit trail", f"{why}; keep the database as it is, and go back to a backup")
    held = digests(corpus)
    known = {entity: digest for entity, digest in recorded(events).items() if of_corpus(entity)}
    for entity in sorted(held.keys() | known.keys()):
        if held.get(entity) != known.get(entity):
            yield Finding(
                "error", entity, "its content is not what the audit trail recorded; restore it with `oxysynth init`"
            )
    for entity, why in differing(events, desk) if desk is not None else ():
        yield Finding(
            "error", entity, f"{why}; it was changed outside the desk: the page Audit trail shows what it was"
        )


def _references(corpus: Corpus) -> Iterator[Finding]:
    def bound(name: str, values: tuple[Any, ...]) -> Bound[Any]:
        return Bound(Path(name), values, {}, ())

    studies = [bound(study.key, (study,)) for study in corpus.studies]
    problems = [problem for study in studies for problem in check_study(study, study.values[0])]
    lists = (corpus.people, corpus.sources, corpus.records, corpus.reports, corpus.samples)
    people, sources, records, reports, samples = (
        bound(name, values)
        for name, values in zip(("people", "sources", "records", "reports", "samples"), lists, strict=True)
    )
    problems += check_references(people, sources, records, reports, samples, studies)
    for problem in problems:
        yield Finding("error", str(problem.file), f"{problem.field}: {problem.text}")


def _retracted(corpus: Corpus) -> Iterator[Finding]:
    retracted = {report.key for report in corpus.reports if report.retraction is not None}
    for study in corpus.studies:
        for effect in study.effects:
            if effect.source.report in retracted and (
                effect.hold is None or effect.hold.reason is not HoldReason.RETRACTED
            ):
                message = f"read in {effect.source.report}, which is retracted; hold it with reason retracted"
                yield Finding("error", f"{study.key}/{effect.key}", message)


def _included(corpus: Corpus) -> Iterator[Finding]:
    usable = {
        key for study in corpus.studies if any(effect.hold is None for effect in study.effects) for key in study.reports
    }
    for report in corpus.reports:
        if report.status is ReportStatus.INCLUDED and report.key not in usable:
            yield Finding(
                "warning", report.key, f"status included, but {_of_study(report)} has no effect that is not held"
            )
        if report.retraction is not None and report.status is ReportStatus.INCLUDED:
            yield Finding("error", report.key, "status included, but it is retracted; give another status")


def _of_study(report: Report) -> str:
    return f"its study {report.study}" if report.study else "it names no study, which"


def _conflicts(study: Study) -> Iterator[Finding]:
    held = {effect.key: effect.hold for effect in study.effects}
    for conflict in study.conflicts:
        where = f"{study.key}/{conflict.key}"
        rivals = [key for key in conflict.effects if key != conflict.chosen and held.get(key) is None]
        if rivals:
            yield Finding(
                "warning", where, f"not chosen, yet not held: {', '.join(rivals)}; the same result would count twice"
            )
        if conflict.chosen and held.get(conflict.chosen) is not None:
            yield Finding("warning", where, f"{conflict.chosen} is chosen, yet held")


def _judgements(study: Study) -> Iterator[Finding]:
    for wrong, message in appraising.findings(study):
        yield Finding("error" if wrong else "warning", study.key, message)


def _effect(study: Study, effect: Effect) -> Iterator[Finding]:
    where = f"{study.key}/{effect.key}"

    def warning(message: str) -> Finding:
        return Finding("warning", where, message)

    yield from map(warning, _sizes(study, effect))
    if effect.computation is None:
        return
    estimate = estimate_effect(study, effect)
    if isinstance(estimate, Refusal):
        if effect.hold is None:
            yield warning(f"tier {Tier.A.value} and not held, but without an estimate: {estimate.reason}")
    else:
        yield from map(warning, sign(effect.direction, estimate.yi, estimate.alignment))
    try:
        computed(effect.computation)
    except InvalidInput:
        return  # told as the reason why there is no estimate
    inputs = {name: str(value) for name, value in effect.computation.inputs.items()}
    inputs |= {assumed.name: str(assumed.value) for assumed in effect.computation.assumed}
    p = effect.p if effect.p is not None and effect.p.sided == 2 else None
    found = audit(effect.computation.kind, inputs, p=str(p.value) if p else "", relation=p.relation.value if p else "=")
    for finding in found:
        yield warning(f"{finding.check}: {finding.message}")
    outcome = next((outcome for outcome in study.outcomes if outcome.key == effect.outcome), None)
    if outcome is not None:
        yield from map(warning, granularity(outcome.instrument, inputs))


def _sizes(study: Study, effect: Effect) -> Iterator[str]:
    if isinstance(effect.n, Missing):
        return
    sizes = {arm.key: arm.n_analysed for arm in study.arms}
    known = [size for size in (sizes.get(key) for key in effect.arms) if isinstance(size, int)]
    inputs = (
        {name: int(value.value) for name, value in effect.computation.inputs.items() if name in _SIZES}
        if effect.computation
        else {}
    )
    yield from people(
        effect.n, () if effect.condition else known, inputs, crossover=study.design is Design.CROSSOVER_RCT
    )


def people(n: int, arms: Sequence[int], inputs: Mapping[str, int], *, crossover: bool) -> Iterator[str]:
    """Numbers of people that do not go together: those of a result, of its two arms, and of its computation.

    ``arms`` is left empty where a result holds for a part of them.
    """
    if len(arms) == 2:
        if crossover:
            if set(arms) != {n}:
                yield f"the conditions hold {arms[0]} and {arms[1]} of the same people, the effect says {n}"
        else:
            yield from _told(check_n_total(arms, n, "arms as analysed"))
    if "n1" in inputs and "n2" in inputs:
        yield from _told(check_n_total((inputs["n1"], inputs["n2"]), n, "groups of the computation"))
    if "n" in inputs and inputs["n"] != n:
        yield f"the computation takes n = {inputs['n']}, the effect says {n}"


def _told(finding: PrintedFinding | None) -> Iterator[str]:
    if finding is not None:
        yield finding.message


def sign(direction: Direction, yi: float, alignment: str) -> Iterator[str]:
    """An estimate that points the other way than the direction that was coded."""
    coded = _POINTS_TO.get(direction)
    if coded is not None and yi != 0 and math.copysign(1, yi) != coded:
        yield (
            f"the estimate is {yi:.3f} ({alignment}), but the coded direction is {direction.value}; one of the two is wrong"
        )


def _count(text: str) -> int:
    """A number of people as it is printed; 0 for what is none."""
    number = float(text)
    return int(number) if 1 <= number <= _MOST and number == int(number) else 0


def granularity(instrument: str | Missing, inputs: Mapping[str, str]) -> Iterator[str]:
    """Means and SDs that the people of a group cannot have, where the instrument's score is a sum of whole numbers."""
    if isinstance(instrument, Missing) or not _SUM_SCORES.search(instrument):
        return
    for mean, sd, size in _MEANS:
        if mean not in inputs or size not in inputs:
            continue
        if (n := _count(inputs[size])) < 1:
            continue  # told where the estimate is computed
        finding = check_grim(inputs[mean], n)
        if finding is None and sd in inputs:
            finding = check_grimmer(inputs[mean], inputs[sd], n)
        if finding is not None:
            yield f"{finding.check}: {finding.message} (does not hold where scores were imputed or prorated)"
