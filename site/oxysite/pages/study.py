"""The page of a study: design, therapy, oxytocin, arms, and every effect from print to estimate.

Never shows a number without the place it was read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.appraising import appraised
from corpus.domain import Corpus, Effect, Estimate, Outcome, Report, Study
from corpus.domain.matters import Heard
from corpus.validity import grade
from oxysite.links import outside, study_path
from oxysite.pages.drawn import interval_95
from oxysite.pages.page import Page
from oxysite.pages.usage import EffectKey, Use
from synthesis.printing import MEASURES


@dataclass(frozen=True, slots=True)
class EffectView:
    """An effect with all that its panel shows."""

    effect: Effect
    outcome: Outcome
    estimate: Estimate | None
    shown: tuple[float, float, float] | None  # estimate and 95% limits on the printed scale
    measure_name: str
    source: Report
    uses: tuple[Use, ...]
    conflicts: tuple[str, ...]  # keys of the conflicts it stands in


def study_pages(
    corpus: Corpus,
    uses: Mapping[EffectKey, tuple[Use, ...]],
    refusals: Mapping[EffectKey, str],
    heard: Sequence[Heard] = (),
) -> Iterator[Page]:
    """One page per study; with what became of what readers held to be wrong in it."""
    about: dict[str, list[Heard]] = {}
    for one in heard:
        about.setdefault(one.about, []).append(one)
    reports = {report.key: report for report in corpus.reports}
    estimates = {(estimate.study, estimate.effect): estimate for estimate in corpus.estimates}
    samples = {sample.key: sample for sample in corpus.samples}
    clusters = corpus.clusters()
    for study in corpus.studies:
        kin = [
            other
            for other in corpus.studies
            if other.key != study.key
            and study.sample in clusters
            and clusters.get(other.sample) == clusters[study.sample]
            and study.sample != "none"
        ]
        yield Page(
            path=study_path(study.key),
            template="study.html",
            title=study.label,
            nav="studies",
            crumbs=(("Studies", "studies/index.html"),),
            context={
                "study": study,
                "reports": [(reports[key], outside(reports[key])) for key in study.reports],
                "report_by_key": reports,
                "sample": samples.get(study.sample),
                "kin": kin,
                "effects": [_effect_view(study, effect, estimates, reports, uses) for effect in study.effects],
                "refusals": {key[1]: text for key, text in refusals.items() if key[0] == study.key},
                "grades": {measure.key: grade(measure) for measure in study.ot_measured},
                "appraised": appraised(study),
                "heard": about,
            },
        )


def _effect_view(
    study: Study,
    effect: Effect,
    estimates: Mapping[EffectKey, Estimate],
    reports: Mapping[str, Report],
    uses: Mapping[EffectKey, tuple[Use, ...]],
) -> EffectView:
    estimate = estimates.get((study.key, effect.key))
    shown, name = None, ""
    if estimate is not None:
        name, show = MEASURES.get(estimate.measure, (estimate.measure, float))
        found = interval_95(estimate)
        shown = (show(found.estimate), show(found.low), show(found.high))
    return EffectView(
        effect=effect,
        outcome=next(outcome for outcome in study.outcomes if outcome.key == effect.outcome),
        estimate=estimate,
        shown=shown,
        measure_name=name,
        source=reports[effect.source.report],
        uses=uses.get((study.key, effect.key), ()),
        conflicts=tuple(conflict.key for conflict in study.conflicts if effect.key in conflict.effects),
    )
