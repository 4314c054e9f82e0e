"""Turns coded effects of tier A into estimates whose sign means the same everywhere, or says why it cannot.

Never assumes a direction: without a coded one there is no estimate.
"""

from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version

from corpus.codebook import EffectRole, PositiveMeans, Tier
from corpus.domain import Computation, Corpus, Effect, Estimate, Missing, Outcome, Study
from corpus.effectsizes import KINDS, EffectSize, compute
from corpus.errors import InvalidInput

# Where oxytocin itself is the result, no direction is good: positive means more oxytocin.
_OXYTOCIN_IS_RESULT = frozenset({EffectRole.OT_AS_OUTCOME, EffectRole.PATH_A})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an effect has no estimate."""

    study: str
    effect: str
    reason: str


def estimate_effect(study: Study, effect: Effect) -> Estimate | Refusal:
    """The aligned estimate of one effect: positive favours oxytocin, or more oxytocin going with a better outcome.

    Where oxytocin is the result (role ``ot_as_outcome`` or ``path_a``), positive means more oxytocin.
    """
    if effect.tier is not Tier.A or effect.computation is None:
        return Refusal(
            study.key, effect.key, f"tier {effect.tier.value}: no estimate can be computed from what is printed"
        )
    outcome = next((outcome for outcome in study.outcomes if outcome.key == effect.outcome), None)
    if outcome is None:
        return Refusal(study.key, effect.key, f"outcome {effect.outcome!r} is not coded")
    try:
        size, alignment = aligned(effect.computation, effect.role, outcome)
    except InvalidInput as error:
        return Refusal(study.key, effect.key, str(error))
    return Estimate(
        study=study.key,
        effect=effect.key,
        measure=size.measure.value,
        yi=size.yi,
        vi=size.vi,
        formula=size.formula,
        substituted=size.substituted,
        reference=size.reference,
        inputs=dict(size.inputs),
        assumptions=_assumptions(effect.computation, size),
        alignment=alignment,
        code_version=_code_version(),
    )


def estimate_corpus(corpus: Corpus) -> Corpus:
    """The corpus with the estimate of every effect that has one."""
    found = [estimate_effect(study, effect) for study in corpus.studies for effect in study.effects]
    return replace(corpus, estimates=tuple(item for item in found if isinstance(item, Estimate)))


def aligned(computation: Computation, role: EffectRole, outcome: Outcome) -> tuple[EffectSize, str]:
    """The effect size with its sign as every estimate has it, and what was done to the sign.

    Raises InvalidInput in one line, where the inputs give no effect size or the direction is not coded.
    """
    turned = _turned(role, computation, outcome)
    if isinstance(turned, str):
        raise InvalidInput(turned)
    size = computed(computation)
    if turned.negate:
        return size.negated(turned.because), f"sign turned: {turned.because}"
    alignment = f"sign kept: {turned.because}"
    return replace(size, formula=f"{size.formula}; {alignment}"), alignment


def computed(computation: Computation) -> EffectSize:
    """The effect size as the source's own sign has it. Raises InvalidInput in one line."""
    inputs: dict[str, str] = dict(computation.inputs)
    takes = KINDS[computation.kind].keys if computation.kind in KINDS else ()
    extra = dict(computation.options)
    for assumed in computation.assumed:
        extra[assumed.name] = assumed.value
        if assumed.low is not None and assumed.high is not None and f"{assumed.name}_lo" in takes:
            extra |= {f"{assumed.name}_lo": assumed.low, f"{assumed.name}_hi": assumed.high}
    twice = sorted(inputs.keys() & extra.keys())
    if twice:
        raise InvalidInput(f"{computation.kind}: {', '.join(twice)} given both as printed and as option or assumed")
    return compute(computation.kind, inputs | extra, to=computation.to or None)


@dataclass(frozen=True, slots=True)
class _Turn:
    negate: bool
    because: str


def _turned(role: EffectRole, computation: Computation, outcome: Outcome) -> _Turn | str:
    basis = computation.positive_basis
    if computation.positive_means is PositiveMeans.UNCLEAR:
        return f"what a positive number means is not known ({basis})"
    if computation.positive_means is PositiveMeans.FAVOURS_OXYTOCIN:
        return _Turn(False, f"in the source positive favours oxytocin ({basis})")
    if computation.positive_means is PositiveMeans.FAVOURS_COMPARATOR:
        return _Turn(True, f"in the source positive favours the comparator ({basis})")
    if role in _OXYTOCIN_IS_RESULT:
        return _Turn(False, "oxytocin is the result, so positive means more oxytocin")
    if isinstance(outcome.higher_is_better, Missing):
        return "direction of the outcome is not coded: whether higher is better is not known"
    sense = "higher is better" if outcome.higher_is_better else "lower is better"
    return _Turn(not outcome.higher_is_better, f"{outcome.construct}: {sense} ({outcome.direction_basis})")


def _assumptions(computation: Computation, size: EffectSize) -> tuple[str, ...]:
    texts = []
    formulas = {assumption.name: assumption for assumption in size.assumptions}
    for assumed in computation.assumed:
        band = f" ({assumed.low} to {assumed.high})" if assumed.low is not None and assumed.high is not None else ""
        own = formulas.pop(assumed.name, None)
        texts.append(f"{assumed.name} = {assumed.value}{band}: {assumed.reason}" + (f"; {own.reason}" if own else ""))
    return tuple(texts + [str(assumption) for assumption in formulas.values()])


@cache
def _code_version() -> str:
    return version("oxysynth")
