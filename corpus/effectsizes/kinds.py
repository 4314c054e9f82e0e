"""The kinds of `oxysynth effect`: which keys each takes, and the formula it calls.

Never computes itself: it reads, checks and hands over.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from corpus.effectsizes import binary, change, correlations, from_tests, medians, paired, recovered, two_groups
from corpus.effectsizes.conversions import convert
from corpus.effectsizes.notation import show
from corpus.effectsizes.parsing import (
    ANY,
    CORRELATION,
    COUNT,
    DIRECTION,
    FIVE,
    LEVEL,
    NOT_NEGATIVE,
    PAIRS,
    POSITIVE,
    PROBABILITY,
    SIDES,
    SIZE,
    Rule,
    normal_key,
    read_number,
    seen,
)
from corpus.effectsizes.result import EffectSize
from corpus.errors import InvalidInput

# What a key means everywhere, whichever kind takes it; a trailing 1 or 2 names the group.
_RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("m", "m_pre", "m_post", "m_change", "md", "d", "g", "t", "z", "b"), ANY),
    **dict.fromkeys(("median", "q1", "q3", "min", "max", "ci_lo", "ci_hi"), ANY),
    **dict.fromkeys(("sd", "sd_pre", "sd_post", "sd_change", "sd_x", "sd_y", "se", "v", "df", "or", "rr"), POSITIVE),
    **dict.fromkeys(("r", "r_lo", "r_hi"), CORRELATION),
    "n": SIZE,
    "f": NOT_NEGATIVE,
    "p": PROBABILITY,
    "direction": DIRECTION,
    "level": LEVEL,
    "sided": SIDES,
    "x": COUNT,
    "covariates": COUNT,
}
_TABLE = dict.fromkeys("abcd", COUNT)
_RATIO_CI = dict.fromkeys(("ci_lo", "ci_hi"), POSITIVE)
_PYTHON_NAMES = {"or": "or_"}  # a reserved word


@dataclass(frozen=True, slots=True)
class Kind:
    """One way in which a paper reports a result, and what it becomes."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    gives: str
    example: str
    function: Callable[..., EffectSize]
    one_of: tuple[tuple[str, ...], ...] = ()  # groups of optional keys of which at least one must be complete
    rules: Mapping[str, Rule] = field(default_factory=dict)  # where a key means something else than elsewhere

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys the kind takes."""
        return self.required + self.optional

    def rule(self, key: str) -> Rule:
        """What the value of a key must be."""
        return self.rules.get(key) or _RULES.get(key) or _RULES[key[:-1]]


_ARMS = "m_pre1 sd_pre1 m_post1 n1 m_pre2 sd_pre2 m_post2 n2"
_PAIRED_OPTIONS = "r r1 r2 r_lo r_hi"
_R_GROUPS = (("r",), ("r1", "r2"), ("r_lo", "r_hi"))
_QUANTILE_SIZES = {"n1": FIVE, "n2": FIVE}
_PAIRED_SIZES = {"n": PAIRS, "n1": PAIRS, "n2": PAIRS}
_CI_GROUPS = (("se",), ("ci_lo", "ci_hi"))
_D_GROUPS = (("se",), ("v",), ("ci_lo", "ci_hi"), ("n1", "n2"))
_MEANS = "m1 sd1 n1 m2 sd2 n2"
_MEANS_EXAMPLE = "m1=62.16 sd1=37.41 n1=12 m2=52.30 sd2=21.30 n2=13"
_ARMS_EXAMPLE = (
    "m_pre1=22.0 sd_pre1=10.2 m_post1=21.1 n1=13 m_pre2=19.1 sd_pre2=6.9 m_post2=17.8 n2=11 r_lo=0.5 r_hi=0.9"
)


def _kind(
    name: str,
    required: str,
    optional: str,
    gives: str,
    example: str,
    function: Callable[..., EffectSize],
    one_of: tuple[tuple[str, ...], ...] = (),
    rules: Mapping[str, Rule] | None = None,
) -> Kind:
    return Kind(name, tuple(required.split()), tuple(optional.split()), gives, example, function, one_of, rules or {})


_ALL = (
    _kind("two-groups", _MEANS, "", "SMD from means and SDs of two groups", _MEANS_EXAMPLE, two_groups.two_groups),
    _kind("mean-difference", _MEANS, "", "MD in the units of the instrument", _MEANS_EXAMPLE, two_groups.mean_difference),
    _kind("ratio-of-means", _MEANS, "", "log ratio of means (ROM)", _MEANS_EXAMPLE, two_groups.ratio_of_means),
    _kind("standard-errors", "m1 se1 n1 m2 se2 n2", "", "SMD from means with their standard errors",
          "m1=62.16 se1=10.80 n1=12 m2=52.30 se2=5.91 n2=13", recovered.from_standard_errors),
    _kind("mean-intervals", "m1 ci_lo1 ci_hi1 n1 m2 ci_lo2 ci_hi2 n2", "level", "SMD from means, each with its own interval",
          "m1=14.2 ci_lo1=11.9 ci_hi1=16.5 n1=20 m2=11.0 ci_lo2=8.8 ci_hi2=13.2 n2=22", recovered.from_mean_intervals),
    _kind("t", "t n1 n2", "direction", "SMD from the t of two independent groups", "t=2.10 n1=20 n2=22", from_tests.from_t),
    _kind("f", "f n1 n2 direction", "", "SMD from F(1, df)", "f=4.41 n1=20 n2=22 direction=+", from_tests.from_f),
    _kind("p", "p n1 n2 direction", "sided", "SMD from an exact p (two-sided unless sided=1)",
          "p=.03 n1=20 n2=22 direction=-", from_tests.from_p),
    _kind("difference", "md n1 n2", "se ci_lo ci_hi level", "SMD from a mean difference with se or interval",
          "md=3.1 ci_lo=0.4 ci_hi=5.8 n1=20 n2=22", from_tests.from_difference, _CI_GROUPS),
    _kind("d", "d", "se v ci_lo ci_hi n1 n2 level", "SMD from Cohen's d; J is applied where n1 n2 are given",
          "d=0.42 n1=20 n2=22", from_tests.from_d, _D_GROUPS),
    _kind("g", "g", "se v ci_lo ci_hi n1 n2 level", "SMD from Hedges g, which is already corrected",
          "g=0.63 ci_lo=0.08 ci_hi=1.19", from_tests.from_g, _D_GROUPS),
    _kind("change", _ARMS, f"sd_post1 sd_post2 {_PAIRED_OPTIONS}",
          "SMD: difference of two arms' changes, each by its own baseline SD (d_ppc1)", _ARMS_EXAMPLE, change.change,
          _R_GROUPS, _PAIRED_SIZES),
    _kind("pre-post-control", _ARMS, f"sd_post1 sd_post2 {_PAIRED_OPTIONS}",
          "SMD: difference of two arms' changes by the pooled baseline SD (d_ppc2)", _ARMS_EXAMPLE,
          change.pre_post_control, _R_GROUPS, _PAIRED_SIZES),
    _kind("change-scores", "m_change1 sd_change1 n1 m_change2 sd_change2 n2", _PAIRED_OPTIONS,
          "SMD on the raw-score scale from mean changes and their SDs",
          "m_change1=-0.9 sd_change1=8 n1=13 m_change2=-1.3 sd_change2=6 n2=11 r=0.7", change.change_scores,
          _R_GROUPS, _PAIRED_SIZES),
    _kind("pre-post", "m_pre sd_pre m_post n", "sd_post r r_lo r_hi", "SMCR: change inside one group by its baseline SD",
          "m_pre=22.0 sd_pre=10.2 m_post=21.1 n=13 r=0.7", change.pre_post, (("r",), ("r_lo", "r_hi")), _PAIRED_SIZES),
    _kind("crossover", "m1 sd1 m2 sd2 n", "r t r_lo r_hi", "SMD of two conditions of the same people, paired variance",
          "m1=30.6 sd1=15.0 m2=38.5 sd2=11.6 n=20 r_lo=0.3 r_hi=0.8", paired.crossover,
          (("r",), ("t",), ("r_lo", "r_hi")), _PAIRED_SIZES),
    _kind("paired-t", "t n", "r r_lo r_hi", "SMD of two conditions of the same people from the paired t alone",
          "t=-2.4 n=20 r_lo=0.3 r_hi=0.8", paired.paired_t, (("r",), ("r_lo", "r_hi")), _PAIRED_SIZES),
    _kind("correlation", "r n", "", "ZCOR from r", "r=0.387 n=49", correlations.correlation),
    _kind("partial-correlation", "r n covariates", "", "ZPCOR from a printed partial correlation",
          "r=0.31 n=49 covariates=2", correlations.partial_correlation),
    _kind("fisher-z", "z", "n se v", "ZCOR from a printed Fisher z", "z=0.41 n=49", correlations.fisher_z,
          (("n",), ("se",), ("v",))),
    _kind("regression", "", "b se sd_x sd_y n t df", "ZCOR from b sd_x sd_y with se or n; ZPCOR from t df or b se df",
          "b=-0.97 se=0.34 df=58", correlations.regression, (("b", "sd_x", "sd_y"), ("t", "df"), ("b", "se", "df"))),
    _kind("counts", "a b c d", "", "log OR of a 2×2 table (a b group 1 with and without the event, c d group 2)",
          "a=20 b=4 c=13 d=11", binary.counts, rules=_TABLE),
    _kind("risk-ratio", "a b c d", "", "log RR of a 2×2 table", "a=20 b=4 c=13 d=11", binary.risk_ratio, rules=_TABLE),
    _kind("risk-difference", "a b c d", "", "RD of a 2×2 table", "a=20 b=4 c=13 d=11", binary.risk_difference, rules=_TABLE),
    _kind("rates", "x1 t1 x2 t2", "", "log rate ratio (IRR), x events in t person-time", "x1=9 t1=413 x2=19 t2=398",
          binary.rate_ratio, rules={"t1": POSITIVE, "t2": POSITIVE}),
    _kind("odds-ratio", "or", "ci_lo ci_hi se level", "log OR from an odds ratio with its interval",
          "or=3.26 ci_lo=1.27 ci_hi=8.41", binary.odds_ratio, _CI_GROUPS, _RATIO_CI),
    _kind("risk-ratio-interval", "rr", "ci_lo ci_hi se level", "log RR from a risk ratio with its interval",
          "rr=1.54 ci_lo=1.02 ci_hi=2.33", binary.printed_risk_ratio, _CI_GROUPS, _RATIO_CI),
    _kind("medians", "median1 n1 median2 n2", "q11 q31 min1 max1 q12 q32 min2 max2",
          "SMD from medians with quartiles or range (q1 of group 1 is q11 or q1_1)",
          "q1_1=10 median1=14 q3_1=19 n1=20 q1_2=8 median2=11 q3_2=15 n2=22", medians.medians, rules=_QUANTILE_SIZES),
)  # fmt: skip

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}


def compute(kind: str, inputs: Mapping[str, str | float], *, to: str | None = None) -> EffectSize:
    """The effect size of one reported result; ``to`` (smd, zcor, lor) converts it.

    Raises
    ------
    InvalidInput
        In one line, with the key, the value seen and the remedy.
    """
    if kind not in KINDS:
        raise InvalidInput(f"unknown kind {seen(kind)!r}; choose one of {', '.join(KINDS)}")
    chosen = KINDS[kind]
    values = _read(chosen, inputs)
    _check_complete(chosen, values)
    try:
        effect = chosen.function(**{_PYTHON_NAMES.get(key, key): value for key, value in values.items()})
        effect = replace(effect, inputs={key: float(value) for key, value in effect.inputs.items()})
        effect = effect if to is None else convert(effect, to)
    except InvalidInput as wrong:
        raise InvalidInput(f"{kind}: {wrong}") from None
    except (ArithmeticError, ValueError):  # overflow, or a value that rounds to the edge of a function's domain
        raise InvalidInput(_too_extreme(kind, values)) from None
    if not (math.isfinite(effect.yi) and math.isfinite(effect.vi) and effect.vi > 0):
        raise InvalidInput(_too_extreme(kind, values))
    return effect


def _read(kind: Kind, inputs: Mapping[str, str | float]) -> dict[str, float]:
    known = {key: kind.rule(key) for key in kind.keys}
    values: dict[str, float] = {}
    for given, value in inputs.items():
        key = normal_key(given, known)
        if key not in known:
            raise InvalidInput(f"{kind.name}: unknown key {seen(given)}={seen(value)}; it takes {' '.join(kind.keys)}")
        if key in values:
            raise InvalidInput(f"{kind.name}: {key} is given twice; leave one out")
        values[key] = read_number(kind.name, given, value, known[key])
    return values


def _too_extreme(kind: str, values: Mapping[str, float]) -> str:
    given = " ".join(f"{key}={show(value)}" for key, value in values.items())
    return f"{kind}: {given} give no finite estimate with a variance above 0; check the digits and powers of ten"


def _check_complete(kind: Kind, values: Mapping[str, float]) -> None:
    missing = [key for key in kind.required if key not in values]
    if missing:
        raise InvalidInput(f"{kind.name}: {' '.join(missing)} missing; example: {kind.example}")
    if kind.one_of and not any(all(key in values for key in group) for group in kind.one_of):
        choices = ", or ".join(" ".join(group) for group in kind.one_of)
        raise InvalidInput(f"{kind.name}: one of these is needed too: {choices}; example: {kind.example}")
    for pair in (("ci_lo", "ci_hi"), ("r_lo", "r_hi"), ("r1", "r2"), ("n1", "n2")):
        lone = [key for key in pair if key in values and key in kind.keys]
        if len(lone) == 1:
            other = pair[0] if lone[0] == pair[1] else pair[1]
            raise InvalidInput(f"{kind.name}: {lone[0]} is given without {other}; give both or neither")
