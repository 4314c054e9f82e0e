"""What only the authors of a study can tell, and a letter that asks for it.

Never sends anything, and never asks for what can be computed from what is coded.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.codebook import EffectRole, MissingReason, Phase, Scope, Tier
from corpus.coding.shape import label
from corpus.domain import Corpus, Effect, Missing, Outcome, Report, Study
from corpus.domain.matters import Dealt

# Facts that decide whether and how a study is pooled or graded; others are not worth an author's time.
WANTED: Mapping[str, tuple[str, ...]] = {
    "arms": ("n_randomised", "n_analysed"),
    "ot_given": ("dose_iu", "doses", "timing"),
    "ot_measured": ("matrix", "assay", "extraction", "kit", "detection_limit", "units", "schedule"),
    "outcomes": ("instrument", "higher_is_better"),
}
_COMPARED = frozenset({EffectRole.TREATMENT_EFFECT, EffectRole.MODERATOR})
# A printed coefficient of a model: B, b, beta, a slope or an estimate, then its number.
_COEFFICIENT = re.compile(r"\b(?:[Bb]|beta|slope|estimate|coefficient)\s*[=:]\s*[-−+]?\d?\.?\d|β\s*=")
_INITIALS = re.compile(r" [A-Z]{1,3}$")
_WORDS = {"higher_is_better": "whether a higher score is better"}  # where the field's label would not be understood
_OPEN = frozenset({MissingReason.NOT_REPORTED, MissingReason.NOT_ACCESSIBLE, MissingReason.UNCLEAR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One study whose authors could tell more."""

    study: Study
    report: Report | None  # its first report
    results: tuple[str, ...]  # results without numbers, each as a request
    facts: tuple[str, ...]  # other facts, each as a request
    dealt: Dealt | None

    @property
    def authors(self) -> tuple[str, ...]:
        """Authors of the first report, as far as they are known."""
        known = self.report is not None and not isinstance(self.report.authors, Missing)
        return tuple(self.report.authors) if known and self.report else ()  # type: ignore[arg-type]


def askings(corpus: Corpus, dealt: Mapping[str, Dealt]) -> tuple[Asking, ...]:
    """Every core study with results that cannot be computed: those nobody has asked first, then by number of results."""
    reports = {report.key: report for report in corpus.reports}
    found = [
        Asking(
            study=study,
            report=next((reports[key] for key in study.reports if key in reports), None),
            results=results,
            facts=tuple(_facts(study)),
            dealt=dealt.get(study.key),
        )
        for study in corpus.studies
        if study.scope is Scope.CORE and (results := tuple(_results(study)))
    ]
    return tuple(sorted(found, key=lambda one: (one.dealt is not None, -len(one.results), one.study.key)))


def letter(asking: Asking, name: str, address: str = "") -> str:
    """A letter to the authors, for a person to read and send: what is asked, and why; ``address`` is the review's own."""
    at = f" ({address})" if address else ""
    report = asking.report
    cited = asking.study.label
    if report is not None:
        year = "" if isinstance(report.year, Missing) else f", {report.year}"
        cited = f"“{report.title.rstrip('.')}” ({report.journal or report.kind.label}{year})"
        cited += f", https://doi.org/{report.doi}" if report.doi else ""
    last = [_INITIALS.sub("", one.partition(",")[0]) for one in asking.authors]
    opening = (
        f"we keep a living review of oxytocin in psychotherapy{at}. Your study {cited} is in it. Some of its results "
        "could not be used, since we did not find the numbers. Could you help us with the following?"
    )
    closing = (
        "A table, a file or a page of a thesis is as welcome as an e-mail. What you send us would be shown with you as its "
        "source, and nothing of it before you agree."
    )
    asked = "\n".join(f"{number}. {text}" for number, text in enumerate(asking.results, start=1))
    facts = "\n".join(f"- {text}" for text in asking.facts)
    parts = [
        f"Dear {_listed(last)}," if last else "Dear authors,",
        opening,
        asked,
        *(["If it is no great trouble, we also lack:", facts] if facts else []),
        closing,
        f"With thanks and kind regards,\n{name}",
    ]
    return "\n\n".join(parts)


def _results(study: Study) -> Iterator[str]:
    """One request for each outcome, however often and in however many analyses it is told of."""
    outcomes = {outcome.key: outcome for outcome in study.outcomes}
    computed = {(one.outcome, _phase(one)) for one in study.effects if one.tier is Tier.A}
    seen: set[tuple[str, Phase | None]] = set()
    asked: dict[str, dict[str, list[Effect]]] = {}
    for effect in study.effects:
        at = (effect.outcome, _phase(effect))
        if effect.tier is Tier.A or effect.role is EffectRole.PUBLISHED_SYNTHESIS or at in computed | seen:
            continue
        seen.add(at)
        asked.setdefault(effect.outcome, {}).setdefault(effect.timepoint, []).append(effect)
    for key, times in asked.items():
        yield _request(outcomes[key], times)


def _request(outcome: Outcome, times: Mapping[str, Sequence[Effect]]) -> str:
    measured = outcome.construct
    if not isinstance(outcome.instrument, Missing) and outcome.instrument not in measured:
        measured += f" ({outcome.instrument})"
    measured = measured[:1].upper() + measured[1:]
    asks = []
    for time, effects in times.items():
        wanted = "; and ".join(dict.fromkeys(_wanted(effect) for effect in effects))
        read = "; ".join(dict.fromkeys(effect.as_reported.rstrip(".") for effect in effects))
        asks.append(f"{time}: {wanted}. We read: {read}.")
    return f"{measured}, {asks[0]}" if len(asks) == 1 else "\n   - ".join([f"{measured}:", *asks])


def _wanted(effect: Effect) -> str:
    """What would make a result usable: of a coefficient its precision, since means cannot be had from a model."""
    arms = " in each arm" if effect.role in _COMPARED else ""
    if effect.role in _COMPARED and not _COEFFICIENT.search(effect.as_reported):
        return f"mean, standard deviation and number of people{arms}"
    by = f" of oxytocin by {effect.moderator}" if effect.moderator else ""
    return f"the coefficient{by} with its standard error or interval, and the number of people{arms}"


def _facts(study: Study) -> Iterator[str]:
    """What else is lacking, each fact once, with all that lack it."""
    lacking: dict[str, list[str]] = {}
    for name, wanted in WANTED.items():
        for one in getattr(study, name):
            if fields := [_WORDS.get(field, label(field)) for field in wanted if _lacks(getattr(one, field))]:
                lacking.setdefault(_listed(fields, 99), []).append(_named(one))
    for facts, names in lacking.items():
        yield f"{facts}: {'; '.join(names)}"
    if _lacks(study.adverse_events):
        yield "adverse events, by arm"


def _lacks(value: object) -> bool:
    return isinstance(value, Missing) and value.missing in _OPEN


def _named(one: Any) -> str:
    return str(getattr(one, "name", "") or getattr(one, "construct", "") or f"oxytocin ({one.key.replace('_', ' ')})")


def _phase(effect: Effect) -> Phase | None:
    return None if isinstance(effect.phase, Missing) else effect.phase


def _listed(words: Sequence[str], most: int = 4) -> str:
    if len(words) > most:
        return f"{words[0]} and colleagues"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
