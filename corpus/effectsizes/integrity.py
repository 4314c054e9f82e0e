"""Integrity checks of printed results: p against its statistic, intervals against estimate and standard error.

Never changes data, and allows for rounding: it speaks only where no numbers that round to the printed ones would fit.
"""

import math
from collections.abc import Callable

from corpus.effectsizes.distributions import interval_half_width, normal_two_sided, t_quantile_upper, t_two_sided
from corpus.effectsizes.findings import SLACK, Finding, Severity, Span, figure, span
from corpus.effectsizes.granularity import check_grim, check_grimmer
from corpus.effectsizes.notation import show
from corpus.effectsizes.plausibility import (
    check_correlation,
    check_mean_on_scale,
    check_n_total,
    check_p_possible,
    check_sd_not_se,
    check_sd_positive,
    check_standardised_difference,
)

__all__ = [
    "Finding",
    "check_ci_against_se",
    "check_ci_order",
    "check_ci_symmetry",
    "check_correlation",
    "check_grim",
    "check_grimmer",
    "check_mean_on_scale",
    "check_n_total",
    "check_p_of_b",
    "check_p_of_ci",
    "check_p_of_counts",
    "check_p_of_f",
    "check_p_of_means",
    "check_p_of_r",
    "check_p_of_t",
    "check_p_possible",
    "check_sd_not_se",
    "check_sd_positive",
    "check_standardised_difference",
]

_ALPHA = 0.05  # the convention whose crossing makes a wrong p matter most


def check_p_of_t(t: str, df: float, p: str, relation: str = "=") -> Finding | None:
    """The two-sided p of a t statistic against the printed p (``relation`` is =, < or >)."""
    return _compare_p("p of t", f"t({show(df)}) = {t}", span(t).absolute(), lambda x: t_two_sided(x, df), p, relation)


def check_p_of_f(f: str, df1: float, df2: float, p: str, relation: str = "=") -> Finding | None:
    """The p of an F statistic against the printed p."""
    from scipy.special import fdtrc

    possible = Span(max(0.0, span(f).low), span(f).high)
    what = f"F({show(df1)}, {show(df2)}) = {f}"
    return _compare_p("p of F", what, possible, lambda x: float(fdtrc(df1, df2, x)), p, relation, one_sided_too=False)


def check_p_of_means(
    means: tuple[str, str],
    spreads: tuple[str, str],
    sizes: tuple[int, int],
    p: str,
    relation: str = "=",
    *,
    errors: bool = False,
) -> Finding | None:
    """The two-sided p of a t test of two independent means, Student's and Welch's, against the printed p.

    ``spreads`` are SDs, or standard errors of the means with ``errors``. A note: an adjusted analysis prints another p.
    """
    (m1, m2), (s1, s2), (n1, n2) = [span(m) for m in means], [span(s) for s in spreads], sizes
    if min(s1.low, s2.low) <= 0 or min(sizes) < 2:
        return None  # so coarsely printed that any p would fit
    apart = Span(m1.low - m2.high, m1.high - m2.low).absolute()
    roots = [math.sqrt(n) if errors else 1.0 for n in sizes]

    def p_values(sd1: float, sd2: float, difference: float) -> tuple[float, float]:
        a, b = (sd1 * roots[0]) ** 2, (sd2 * roots[1]) ** 2
        pooled = ((n1 - 1) * a + (n2 - 1) * b) / (n1 + n2 - 2) * (1 / n1 + 1 / n2)
        own = a / n1 + b / n2
        df = own**2 / ((a / n1) ** 2 / (n1 - 1) + (b / n2) ** 2 / (n2 - 1))
        return t_two_sided(difference / math.sqrt(pooled), n1 + n2 - 2), t_two_sided(difference / math.sqrt(own), df)

    smallest, largest = p_values(s1.low, s2.low, apart.high), p_values(s1.high, s2.high, apart.low)
    computed = Span(min(smallest), max(largest))
    if computed.overlaps(_printed_p(p, relation)):
        return None
    spread = "SEs" if errors else "SDs"
    message = (
        f"a t test of the means {means[0]} and {means[1]} ({spread} {spreads[0]} and {spreads[1]}) gives p from {show(computed.low)} "
        f"to {show(computed.high)}, printed is p {relation} {p}; an adjusted analysis may print another p"
    )
    values = {"p_printed": float(figure(p)), "p_low": computed.low, "p_high": computed.high}
    return Finding("p of means", "note", message, values)


def check_p_of_counts(counts: tuple[int, int, int, int], p: str, relation: str = "=") -> Finding | None:
    """The p of a 2×2 table (Pearson's χ² with and without Yates' correction, Fisher's exact test) against the printed p."""
    a, b, c, d = counts
    n, rows, columns = a + b + c + d, (a + b, c + d), (a + c, b + d)
    if min(*rows, *columns) == 0:
        return None  # no test is defined
    product, apart = math.prod((*rows, *columns)), abs(a * d - b * c)
    chi = [n * max(0.0, apart - less) ** 2 / product for less in (0.0, n / 2)]
    found = [*(normal_two_sided(math.sqrt(one)) for one in chi), _fisher(a, rows, columns)]
    computed = Span(min(found), max(found))
    if computed.overlaps(_printed_p(p, relation)):
        return None
    message = (
        f"tests of the table {a}, {b}, {c}, {d} give p from {show(computed.low)} to {show(computed.high)}, printed is "
        f"p {relation} {p}; an adjusted analysis may print another p"
    )
    return Finding(
        "p of counts", "note", message, {"p_printed": float(figure(p)), "p_low": computed.low, "p_high": computed.high}
    )


def _fisher(a: int, rows: tuple[int, int], columns: tuple[int, int]) -> float:
    """Two-sided p of Fisher's exact test: the chance of all tables that are no likelier than the one seen."""

    def choose(of: int, some: int) -> float:
        return math.lgamma(of + 1) - math.lgamma(some + 1) - math.lgamma(of - some + 1)

    def chance(x: int) -> float:
        return choose(rows[0], x) + choose(rows[1], columns[0] - x) - choose(sum(rows), columns[0])

    seen = chance(a) + SLACK
    tables = range(max(0, columns[0] - rows[1]), min(rows[0], columns[0]) + 1)
    return min(1.0, math.fsum(math.exp(one) for one in map(chance, tables) if one <= seen))


def check_p_of_r(r: str, n: float, p: str, relation: str = "=") -> Finding | None:
    """The two-sided p of a correlation of ``n`` pairs against the printed p."""
    possible = span(r).absolute()

    def p_of(x: float) -> float:
        return 0.0 if x >= 1 else t_two_sided(x * math.sqrt((n - 2) / (1 - x**2)), n - 2)

    return _compare_p("p of r", f"r = {r}, n = {show(n)}", possible, p_of, p, relation)


def check_p_of_b(b: str, se: str, p: str, df: float | None = None, relation: str = "=") -> Finding | None:
    """The two-sided p of a coefficient with its standard error (t with ``df``, else normal) against the printed p."""
    size, error = span(b).absolute(), span(se)
    if error.low <= 0:
        return None  # so coarsely printed that any p would fit
    possible = Span(size.low / error.high, size.high / error.low)
    what = f"b = {b}, SE = {se}" + ("" if df is None else f", df {show(df)}")
    return _compare_p("p of b", what, possible, lambda x: _p_of(x, df), p, relation)


def check_p_of_ci(
    estimate: str, ci_lo: str, ci_hi: str, p: str, *, log: bool = False, level: float = 95.0, relation: str = "="
) -> Finding | None:
    """The p that an estimate and its normal interval imply against the printed p; ``log`` for ratios."""
    centre, lo, hi = (_on_scale(span(text), log) for text in (estimate, ci_lo, ci_hi))
    if centre is None or lo is None or hi is None or hi.low <= lo.high:
        return None  # the order and sign of interval ends are another check's matter
    z = 2 * interval_half_width(level)
    size = centre.absolute()
    possible = Span(size.low * z / (hi.high - lo.low), size.high * z / (hi.low - lo.high))
    what = f"{estimate} ({show(level)} % CI {ci_lo} to {ci_hi})"
    return _compare_p("p of interval", what, possible, normal_two_sided, p, relation)


def check_ci_order(estimate: str, ci_lo: str, ci_hi: str) -> Finding | None:
    """An interval upside down, or one that does not hold its estimate."""
    e, lo, hi = figure(estimate), figure(ci_lo), figure(ci_hi)
    values = {"estimate": float(e), "ci_lo": float(lo), "ci_hi": float(hi)}
    if lo >= hi:
        return Finding(
            "interval", "warning", f"the interval runs from {show(lo)} to {show(hi)}: its ends are turned", values
        )
    if not (span(estimate).high >= span(ci_lo).low and span(estimate).low <= span(ci_hi).high):
        message = f"the estimate {show(e)} lies outside its interval {show(lo)} to {show(hi)}"
        return Finding("interval", "warning", message, values)
    return None


def check_ci_symmetry(estimate: str, ci_lo: str, ci_hi: str, *, log: bool = False) -> Finding | None:
    """An interval that is not symmetric about its estimate (on the log scale for ratios) beyond rounding."""
    spans = [_on_scale(span(text), log) for text in (estimate, ci_lo, ci_hi)]
    values = {"estimate": float(figure(estimate)), "ci_lo": float(figure(ci_lo)), "ci_hi": float(figure(ci_hi))}
    scale = "log scale" if log else "natural scale"
    if any(part is None for part in spans):
        message = f"{estimate} ({ci_lo} to {ci_hi}) has a value that no ratio can have"
        return Finding("interval symmetry", "warning", message, values)
    centre, lo, hi = (part for part in spans if part is not None)
    middle = Span((lo.low + hi.low) / 2, (lo.high + hi.high) / 2)
    if middle.overlaps(centre):
        return None
    other = "" if log else _hint_of_ratio(estimate, ci_lo, ci_hi)
    mid = math.exp((middle.low + middle.high) / 2) if log else (middle.low + middle.high) / 2
    message = f"the interval {ci_lo} to {ci_hi} has its middle at {show(mid)} on the {scale}, the estimate is {estimate}{other}"
    return Finding("interval symmetry", "note", message, values | {"middle": mid})


def check_ci_against_se(
    ci_lo: str, ci_hi: str, se: str, *, df: float | None = None, level: float = 95.0, log: bool = False
) -> Finding | None:
    """The standard error that an interval's width implies against the printed one (t with ``df``, else normal)."""
    lo, hi, printed = _on_scale(span(ci_lo), log), _on_scale(span(ci_hi), log), span(se)
    if lo is None or hi is None:
        return None  # told by the symmetry check
    quantile = interval_half_width(level) if df is None else t_quantile_upper((1 - level / 100) / 2, df)
    implied = Span((hi.low - lo.high) / (2 * quantile), (hi.high - lo.low) / (2 * quantile))
    if implied.overlaps(printed):
        return None
    middle = (implied.low + implied.high) / 2
    message = f"the interval {ci_lo} to {ci_hi} implies a standard error of {show(middle)}, printed is {se}"
    values = {"se": float(figure(se)), "implied_se": middle, "implied_low": implied.low, "implied_high": implied.high}
    return Finding("interval and standard error", "warning", message, values)


def _compare_p(
    check: str,
    what: str,
    possible: Span,
    p_of: Callable[[float], float],
    p: str,
    relation: str,
    *,
    one_sided_too: bool = True,
) -> Finding | None:
    """``possible`` holds the sizes the statistic may have had; p falls as it grows."""
    computed = Span(p_of(possible.high), p_of(possible.low))
    printed = _printed_p(p, relation)
    if computed.overlaps(printed):
        return None
    centre = p_of((possible.low + possible.high) / 2)
    values = {"p_printed": float(figure(p)), "p_low": computed.low, "p_high": computed.high}
    message = (
        f"{what} gives p = {show(centre)} ({show(computed.low)} to {show(computed.high)}), printed is p {relation} {p}"
    )
    severity: Severity = "warning"
    if one_sided_too and Span(computed.low / 2, computed.high / 2).overlaps(printed):
        severity, message = "note", f"{message}; the printed p fits a one-sided test"
    elif (computed.low > _ALPHA and printed.high <= _ALPHA) or (computed.high <= _ALPHA and printed.low > _ALPHA):
        message = f"{message}; they lie on different sides of {_ALPHA}"
    return Finding(check, severity, message, values)


def _printed_p(p: str, relation: str) -> Span:
    exact = span(p)
    return {"=": exact, "<": Span(0.0, figure(p)), ">": Span(figure(p), 1.0)}[relation]


def _p_of(statistic: float, df: float | None) -> float:
    return normal_two_sided(statistic) if df is None else t_two_sided(statistic, df)


def _on_scale(natural: Span, log: bool) -> Span | None:
    """The span on the log scale for ratios; None where no positive number would be printed so."""
    if not log:
        return natural
    if natural.high <= 0:
        return None
    return Span(math.log(natural.low) if natural.low > 0 else -math.inf, math.log(natural.high))


def _hint_of_ratio(estimate: str, ci_lo: str, ci_hi: str) -> str:
    positive = min(float(figure(text)) for text in (estimate, ci_lo, ci_hi)) > 0
    return (
        "; it is symmetric on the log scale"
        if positive and check_ci_symmetry(estimate, ci_lo, ci_hi, log=True) is None
        else ""
    )
