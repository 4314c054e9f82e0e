"""Between standardised difference, Fisher z and log odds ratio.

Never converts a measure that has no agreed route, such as a partial correlation or a difference in raw units.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from corpus.effectsizes.notation import show, term
from corpus.effectsizes.result import Assumption, EffectSize, Measure
from corpus.errors import InvalidInput

TARGETS: Mapping[str, Measure] = {"smd": Measure.SMD, "zcor": Measure.ZCOR, "lor": Measure.LOR}
_LOGISTIC = math.pi / math.sqrt(3)  # SD of the standard logistic distribution
_EQUAL_GROUPS = 4.0  # a = (n1+n2)²/(n1 n2) where n1 = n2
_HASSELBLAD = "Hasselblad & Hedges 1995, Psychol. Bull. 117:167-178; Borenstein et al. 2009, Introduction to Meta-Analysis, eq. 7.1-7.4"
_BORENSTEIN_R = (
    "Borenstein et al. 2009, Introduction to Meta-Analysis, eq. 7.5-7.9, on Fisher's z scale by the delta method"
)


def convert(effect: EffectSize, to: str) -> EffectSize:
    """The estimate on another measure's scale, the step written behind its formula.

    Raises
    ------
    InvalidInput
        For an unknown target, or a measure that cannot be converted.

    References
    ----------
    Hasselblad & Hedges (1995); Borenstein et al. (2009), chapter 7.
    """
    target = TARGETS.get(to.strip().lower())
    if target is None:
        raise InvalidInput(f"to={to!r} is not a measure to convert to; choose one of {', '.join(TARGETS)}")
    if effect.measure is target:
        return effect
    if effect.measure not in TARGETS.values():
        raise InvalidInput(
            f"{effect.measure.value} cannot be converted to {to}; only {', '.join(TARGETS)} can, between themselves"
        )
    as_smd = effect if effect.measure is Measure.SMD else _TO_SMD[effect.measure](effect)
    return as_smd if target is Measure.SMD else _FROM_SMD[target](as_smd)


def _smd_of_lor(effect: EffectSize) -> EffectSize:
    y, v = effect.yi / _LOGISTIC, effect.vi / _LOGISTIC**2
    text = f"d = {term(effect.yi)} × √3/π = {show(y)}; v = {show(effect.vi)} × 3/π² = {show(v)}"
    return _step(effect, Measure.SMD, y, v, "d = log OR × √3/π; v × 3/π²", text, _HASSELBLAD)


def _lor_of_smd(effect: EffectSize) -> EffectSize:
    y, v = effect.yi * _LOGISTIC, effect.vi * _LOGISTIC**2
    text = f"log OR = {term(effect.yi)} × π/√3 = {show(y)}; v = {show(effect.vi)} × π²/3 = {show(v)}"
    return _step(effect, Measure.LOR, y, v, "log OR = g × π/√3; v × π²/3", text, _HASSELBLAD)


def _zcor_of_smd(effect: EffectSize) -> EffectSize:
    a, assumed = _group_ratio(effect)
    y, v = math.asinh(effect.yi / math.sqrt(a)), effect.vi / (effect.yi**2 + a)
    r = effect.yi / math.sqrt(effect.yi**2 + a)
    formula = "r = g/√(g² + a), a = (n1+n2)²/(n1 n2), z = ½ ln((1+r)/(1−r)); v_z = v/(g² + a)"
    text = f"a = {show(a)}, r = {show(r)}, z = {show(y)}; v = {show(effect.vi)}/({term(effect.yi)}² + {show(a)}) = {show(v)}"
    return _step(effect, Measure.ZCOR, y, v, formula, text, _BORENSTEIN_R, assumed)


def _smd_of_zcor(effect: EffectSize) -> EffectSize:
    y = 2 * math.sinh(effect.yi)
    v = (y**2 + _EQUAL_GROUPS) * effect.vi
    text = f"d = 2 sinh({show(effect.yi)}) = {show(y)}; v = ({term(y)}² + 4) × {show(effect.vi)} = {show(v)}"
    formula = "d = 2r/√(1−r²) = 2 sinh z; v = (d² + 4) v_z"
    assumed = (_equal_groups("a correlation has no groups; the split of the predictor is taken as even"),)
    return _step(effect, Measure.SMD, y, v, formula, text, _BORENSTEIN_R, assumed)


_TO_SMD: Mapping[Measure, Callable[[EffectSize], EffectSize]] = {Measure.LOR: _smd_of_lor, Measure.ZCOR: _smd_of_zcor}
_FROM_SMD: Mapping[Measure, Callable[[EffectSize], EffectSize]] = {Measure.LOR: _lor_of_smd, Measure.ZCOR: _zcor_of_smd}


def _group_ratio(effect: EffectSize) -> tuple[float, tuple[Assumption, ...]]:
    """a = (n1+n2)²/(n1 n2) from the inputs of the estimate; 4 where they hold no group sizes."""
    given = effect.inputs
    if any(
        assumption.name == "a" for assumption in effect.assumptions
    ):  # it came from a correlation: the same a leads back
        return _EQUAL_GROUPS, ()
    if "n1" in given and "n2" in given:
        n1, n2 = given["n1"], given["n2"]
    elif {"a", "b", "c", "d"} <= given.keys():
        n1, n2 = given["a"] + given["b"], given["c"] + given["d"]
    elif {"m1", "m2", "n"} <= given.keys():  # crossover: the same people stand in both conditions
        return _EQUAL_GROUPS, ()
    else:
        return _EQUAL_GROUPS, (_equal_groups("no sizes of two groups are given; they are taken as equal"),)
    return (n1 + n2) ** 2 / (n1 * n2), ()


def _equal_groups(reason: str) -> Assumption:
    return Assumption("a", _EQUAL_GROUPS, None, None, reason)


def _step(
    effect: EffectSize,
    measure: Measure,
    y: float,
    v: float,
    formula: str,
    substituted: str,
    reference: str,
    assumed: tuple[Assumption, ...] = (),
) -> EffectSize:
    return replace(
        effect,
        measure=measure,
        yi=y,
        vi=v,
        formula=f"{effect.formula}; then {formula}",
        substituted=f"{effect.substituted}; then {substituted}",
        reference=f"{effect.reference}; {reference}",
        assumptions=effect.assumptions + assumed,
    )
