"""What an effect of a draft becomes while it is typed: estimate, variance, interval, formula, and what does not fit.

Never refuses to look: half a result gives half an answer, with what is still lacking.
"""

import contextlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from corpus.checks import granularity, people, sign
from corpus.codebook import Design, Direction, EffectRole, MissingReason, OutcomeDomain, PositiveMeans
from corpus.coding.inputs import CHOICES, lacking
from corpus.coding.values import Values, items_of
from corpus.coding.ways import tidied, way_of
from corpus.domain import AssumedInput, Computation, Missing, Outcome, Printed
from corpus.effectsizes import KINDS, EffectSize
from corpus.effectsizes.audit import audit
from corpus.effectsizes.integrity import check_p_possible
from corpus.effectsizes.parsing import normal_key
from corpus.effectsizes.result import Measure
from corpus.errors import InvalidInput
from corpus.estimation import aligned, computed

_Z = 1.959963984540054  # standard normal quantile of 0.975
_RATIOS = frozenset({Measure.LOR, Measure.RR, Measure.ROM, Measure.IRR})
_MEANS = {term.value: term for term in PositiveMeans}
_ROLES = {term.value: term for term in EffectRole}
_DIRECTIONS = {term.value: term for term in Direction}
_SIZES = frozenset({"n", "n1", "n2"})
STEPS = 5  # correlations at which the band is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBand:
    """The estimate at one assumed correlation."""

    r: float
    yi: float
    vi: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What stands beside the form of an effect."""

    lacking: str = ""  # what keeps an estimate from being computed
    measure: str = ""
    yi: float | None = None
    vi: float | None = None
    ci: tuple[float, float] | None = None  # 95 %, normal, on the measure's own scale
    natural: tuple[float, float, float] | None = None  # estimate and interval of a ratio
    formula: str = ""
    substituted: str = ""
    reference: str = ""
    alignment: str = ""  # what was done to the sign; what is lacking where it is not coded
    aligned: bool = False
    assumptions: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    band: tuple[OnBand, ...] = ()


def preview(values: Values, effect: str) -> Preview:
    """The preview of one effect of a draft, given its path."""
    values = tidied(values)
    way = way_of(values, effect)
    if way is None:
        return Preview(lacking="Choose what the paper prints.")
    findings = _findings(values, effect)
    if lacks := lacking(way.kind, _given(values, effect)):
        return Preview(lacking=lacks, findings=findings)
    if not way.kind:
        why = {
            "B": "No estimate: a p with its direction joins the synthesis of p values.",
            "C": "No estimate: the direction is counted.",
        }
        return Preview(lacking=why[way.tier], findings=findings)
    try:
        computation = _computation(values, effect)
        size = computed(computation)
    except InvalidInput as error:
        return Preview(lacking=str(error), findings=findings)
    printed, turned = size, False  # the formula tells of the figures as the source has them; the sign is told apart
    try:
        size, alignment = aligned(computation, _role(values, effect), _outcome(values, effect))
        turned = True
    except InvalidInput as error:
        alignment = f"sign as in the source: {error}"
    else:
        findings = (*findings, *_against_direction(values, effect, size.yi, alignment))
    half = _Z * math.sqrt(size.vi)
    ci = (size.yi - half, size.yi + half)
    ratio = size.measure in _RATIOS
    return Preview(
        measure=size.measure.value,
        yi=size.yi,
        vi=size.vi,
        ci=ci,
        natural=(math.exp(size.yi), math.exp(ci[0]), math.exp(ci[1])) if ratio else None,
        formula=printed.formula,
        substituted=printed.substituted,
        reference=size.reference,
        alignment=alignment,
        aligned=turned,
        assumptions=tuple(str(one) for one in size.assumptions),
        findings=findings,
        band=_band(computation, size, negate=turned and alignment.startswith("sign turned")),
    )


def _given(values: Values, effect: str) -> set[str]:
    """The keys for which a value is typed or assumed."""
    begin = f"{effect}/computation/"
    figures = (f"{begin}inputs/", f"{begin}options/")
    given = {path.rsplit("/", 1)[1] for path, value in values.items() if path.startswith(figures) and value.strip()}
    for number in items_of(values, f"{begin}assumed"):
        at = f"{begin}assumed/{number}"
        name = values.get(f"{at}/name", "").strip()
        if name and values.get(f"{at}/value"):
            given |= {name, f"{name}_lo", f"{name}_hi"}
    return (
        {normal_key(key, KINDS[kind].keys) for key in given}
        if (kind := values.get(f"{begin}kind", "")) in KINDS
        else given
    )


def _against_direction(values: Values, effect: str, yi: float, alignment: str) -> tuple[str, ...]:
    direction = _DIRECTIONS.get(values.get(f"{effect}/direction", ""))
    return () if direction is None else tuple(sign(direction, yi, alignment))


def _computation(values: Values, effect: str) -> Computation:
    begin = f"{effect}/computation/"
    given = {
        path.rsplit("/", 1)[1]: value.strip()
        for path, value in values.items()
        if path.startswith((f"{begin}inputs/", f"{begin}options/")) and value.strip()
    }
    assumed = []
    for number in items_of(values, f"{begin}assumed"):
        at = f"{begin}assumed/{number}"
        low, high = values.get(f"{at}/low", ""), values.get(f"{at}/high", "")
        if values.get(f"{at}/name") and values.get(f"{at}/value"):
            assumed.append(
                AssumedInput(
                    name=values[f"{at}/name"],
                    value=Printed(values[f"{at}/value"].strip()),
                    low=Printed(low.strip()) if low else None,
                    high=Printed(high.strip()) if high else None,
                    reason=values.get(f"{at}/reason", ""),
                )
            )
    means = values.get(f"{begin}positive_means", "")
    return Computation(
        kind=values.get(f"{begin}kind", ""),
        inputs={key: _printed(key, value) for key, value in given.items() if key not in CHOICES},
        options={key: value for key, value in given.items() if key in CHOICES},
        positive_means=_MEANS.get(means, PositiveMeans.UNCLEAR),
        positive_basis=values.get(f"{begin}positive_basis", "") or "not said yet",
        assumed=tuple(assumed),
        to=values.get(f"{begin}to", ""),
    )


def _printed(key: str, value: str) -> Printed:
    try:
        return Printed(value)
    except InvalidInput:
        raise InvalidInput(f"{key}: a number expected, in its printed digits; saw {value!r}") from None


def _role(values: Values, effect: str) -> EffectRole:
    return _ROLES.get(values.get(f"{effect}/role", ""), EffectRole.TREATMENT_EFFECT)


def _outcome(values: Values, effect: str) -> Outcome:
    at = f"study/outcomes/{values.get(f'{effect}/outcome', '')}"
    unknown = Missing(MissingReason.UNCLEAR)
    higher = {"true": True, "false": False}.get(values.get(f"{at}/higher_is_better", ""))
    return Outcome(
        key="outcome",
        domain=OutcomeDomain.SYMPTOMS,
        construct=values.get(f"{at}/construct", "") or "the outcome",
        instrument=unknown,
        rater=unknown,
        state_trait=unknown,
        higher_is_better=unknown if higher is None else higher,
        direction_basis=values.get(f"{at}/direction_basis", "") or "not said yet",
        primary=unknown,
    )


def _findings(values: Values, effect: str) -> tuple[str, ...]:
    begin = f"{effect}/computation/"
    kind = values.get(f"{begin}kind", "")
    inputs = {
        path.rsplit("/", 1)[1]: value.strip()
        for path, value in values.items()
        if path.startswith(f"{begin}inputs/") and value.strip()
    }
    p, relation = values.get(f"{effect}/p/value", "").strip(), values.get(f"{effect}/p/relation", "") or "="
    if values.get(f"{effect}/p/sided", "") == "1":
        p = ""  # half of what a test of two sides gives
    found = []
    if kind and inputs:
        try:
            found += [f"{one.check}: {one.message}" for one in audit(kind, inputs, p=p, relation=relation)]
        except (InvalidInput, KeyError):
            found = []  # what is no number is told as what is lacking
        instrument = values.get(f"study/outcomes/{values.get(f'{effect}/outcome', '')}/instrument", "")
        with contextlib.suppress(InvalidInput, ValueError):
            found += granularity(instrument, inputs)
    elif p:
        with contextlib.suppress(InvalidInput):
            found += [one.message for one in (check_p_possible(p),) if one is not None]
    found += _people(values, effect, inputs)
    return tuple(found)


def _people(values: Values, effect: str, inputs: Mapping[str, str]) -> Iterator[str]:
    n = whole(values.get(f"{effect}/n", ""))
    if n is None:
        return
    sizes = [whole(values.get(f"study/arms/{arm}/n_analysed", "")) for arm in values.get(f"{effect}/arms", "").split()]
    arms = [] if values.get(f"{effect}/condition", "") else [size for size in sizes if size is not None]
    counted = {name: size for name, text in inputs.items() if name in _SIZES and (size := whole(text)) is not None}
    yield from people(n, arms, counted, crossover=values.get("study/design", "") == Design.CROSSOVER_RCT.value)


def whole(text: str) -> int | None:
    """A number of people as it was typed; None for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else None


def _band(computation: Computation, size: EffectSize, *, negate: bool) -> tuple[OnBand, ...]:
    """The estimate over the correlations that are held possible, where one is assumed."""
    assumed = next((one for one in computation.assumed if one.name == "r"), None)
    inputs = dict(computation.inputs)
    if assumed is not None and assumed.low is not None and assumed.high is not None:
        low, high = assumed.low.value, assumed.high.value
    elif "r_lo" in inputs and "r_hi" in inputs:
        low, high = inputs.pop("r_lo").value, inputs.pop("r_hi").value
    else:
        return ()
    rest = tuple(one for one in computation.assumed if one.name != "r")
    found = []
    for step in range(STEPS):
        r = low + (high - low) * step / (STEPS - 1)
        given = replace(computation, inputs={**inputs, "r": Printed(f"{r:.6g}")}, assumed=rest)
        try:
            at = computed(given)
        except InvalidInput:
            continue
        found.append(OnBand(r=r, yi=-at.yi if negate else at.yi, vi=at.vi))
    return tuple(found)
