"""All integrity checks that apply to one coded result, by its kind.

Never computes an effect size and never changes data.
"""

from collections.abc import Iterable, Mapping

from corpus.effectsizes import integrity
from corpus.effectsizes.findings import Finding, figure
from corpus.effectsizes.kinds import KINDS
from corpus.effectsizes.parsing import normal_key

_FEWEST = 2  # people of whom a standard deviation can be told
_RATIOS = frozenset({"odds-ratio", "risk-ratio-interval"})
# Kinds of two independent groups, and the stems of their means and spreads.
_MEANS = {
    "two-groups": ("m", "sd"),
    "mean-difference": ("m", "sd"),
    "ratio-of-means": ("m", "sd"),
    "standard-errors": ("m", "se"),
    "change-scores": ("m_change", "sd_change"),
}
_PAIRED = frozenset({"crossover", "paired-t"})
_TABLES = frozenset({"counts", "risk-ratio", "risk-difference"})
_MOST = 10_000  # people of a table, up to which an exact test is worked out
_SDS = (
    "sd1",
    "sd2",
    "sd_pre1",
    "sd_pre2",
    "sd_post1",
    "sd_post2",
    "sd_pre",
    "sd_post",
    "sd_x",
    "sd_y",
    "se",
    "se1",
    "se2",
)


def audit(kind: str, inputs: Mapping[str, str], *, p: str = "", relation: str = "=") -> tuple[Finding, ...]:
    """What does not fit in the inputs of one result as printed, and in the p printed with it.

    Parameters
    ----------
    kind, inputs
        As of ``compute``, with the numbers as printed.
    p, relation
        The p printed with the result, and whether it is exact (=) or a bound (< or >).

    Raises
    ------
    InvalidInput
        If an input that is checked is no number.
    """
    known = {key: KINDS[kind].rule(key) for key in KINDS[kind].keys}
    given = {normal_key(key, known): value for key, value in inputs.items()}
    impossible = [finding for finding in _impossible(given, p) if finding is not None]
    found = [*impossible, *_intervals(kind, given), *_groups(kind, given)]
    if p and not impossible:  # a p cannot be judged by a value that cannot be
        found.append(_p(kind, given, p, relation))
    return tuple(finding for finding in found if finding is not None)


def _impossible(given: Mapping[str, str], p: str) -> Iterable[Finding | None]:
    yield from (integrity.check_sd_positive(given[key]) for key in _SDS if key in given)
    yield from (integrity.check_correlation(given[key]) for key in ("r", "r1", "r2") if key in given)
    yield from (integrity.check_p_possible(text) for text in sorted({p, given.get("p", "")} - {""}))


def _intervals(kind: str, given: Mapping[str, str]) -> Iterable[Finding | None]:
    estimate = next((given[key] for key in ("g", "d", "md", "or", "rr") if key in given), None)
    if estimate is None or "ci_lo" not in given or "ci_hi" not in given:
        return
    disorder = integrity.check_ci_order(estimate, given["ci_lo"], given["ci_hi"])
    yield disorder
    if disorder is None:
        yield integrity.check_ci_symmetry(estimate, given["ci_lo"], given["ci_hi"], log=kind in _RATIOS)


def _groups(kind: str, given: Mapping[str, str]) -> Iterable[Finding | None]:
    for m, sd, n in (("m", "sd", "n"), ("m_pre", "sd_pre", "n"), ("m_post", "sd_post", "n")):
        keys = (f"{m}1", f"{sd}1", f"{n}1", f"{m}2", f"{sd}2", f"{n}2")
        if all(key in given for key in keys):
            m1, sd1, n1, m2, sd2, n2 = (given[key] for key in keys)
            if min(figure(n1), figure(n2)) >= _FEWEST:
                yield integrity.check_sd_not_se(m1, sd1, int(figure(n1)), m2, sd2, int(figure(n2)))
    if kind in ("g", "d"):  # a cell of a 2×2 table is called d too
        yield integrity.check_standardised_difference(given[kind])


def _p(kind: str, given: Mapping[str, str], p: str, relation: str) -> Finding | None:
    """The printed p against the statistic, where the kind holds one that determines it."""
    df = _degrees_of_freedom(kind, given)
    if df is not None and df <= 0:
        return None  # half typed, or told where the estimate is computed
    if kind == "t" and df is not None:
        return integrity.check_p_of_t(given["t"], df, p, relation)
    if kind == "f" and df is not None:
        return integrity.check_p_of_f(given["f"], 1, df, p, relation)
    if kind == "correlation":
        return integrity.check_p_of_r(given["r"], figure(given["n"]), p, relation)
    if kind == "regression" and "t" in given and df is not None:
        return integrity.check_p_of_t(given["t"], df, p, relation)
    if kind == "regression" and "b" in given and "se" in given:
        return integrity.check_p_of_b(given["b"], given["se"], p, df, relation)
    if kind in _MEANS:
        return _p_of_means(kind, given, p, relation)
    if kind in _TABLES and all(key in given for key in "abcd"):
        a, b, c, d = (int(figure(given[key])) for key in "abcd")
        return (
            integrity.check_p_of_counts((a, b, c, d), p, relation)
            if min(a, b, c, d) >= 0 and a + b + c + d <= _MOST
            else None
        )
    if kind in _PAIRED and "t" in given and df is not None:
        return integrity.check_p_of_t(given["t"], df, p, relation)
    if kind == "difference" and "se" in given and df is not None:
        return integrity.check_p_of_b(given["md"], given["se"], p, df, relation)
    estimate = next((given[key] for key in ("g", "d", "or", "rr") if key in given), None)
    if estimate is not None and "ci_lo" in given and "ci_hi" in given:
        level = figure(given.get("level", "95"))
        log = kind in _RATIOS
        return integrity.check_p_of_ci(
            estimate, given["ci_lo"], given["ci_hi"], p, log=log, level=level, relation=relation
        )
    return None


def _p_of_means(kind: str, given: Mapping[str, str], p: str, relation: str) -> Finding | None:
    m, spread = _MEANS[kind]
    keys = (f"{m}1", f"{m}2", f"{spread}1", f"{spread}2", "n1", "n2")
    if any(key not in given for key in keys):
        return None
    m1, m2, s1, s2, n1, n2 = (given[key] for key in keys)
    sizes = int(figure(n1)), int(figure(n2))
    return integrity.check_p_of_means((m1, m2), (s1, s2), sizes, p, relation, errors=spread == "se")


def _degrees_of_freedom(kind: str, given: Mapping[str, str]) -> float | None:
    if kind == "correlation":
        return figure(given["n"]) - 2
    if kind in _PAIRED:
        return figure(given["n"]) - 1 if "n" in given else None
    if kind == "regression":
        return figure(given["df"]) if "df" in given else None
    return figure(given["n1"]) + figure(given["n2"]) - 2 if "n1" in given and "n2" in given else None
