"""The parts of the document of `oxysynth pool`, each from one analysis, under the keys of the contract.

Never computes: it names and flattens what the numerics give.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from corpus.errors import InvalidInput
from synthesis.pooling.pool import Method, Pooled, Test

Part = dict[str, object]

# What a pooled result prints; the rest of the type is for pages.
_POOLED = (
    *("k", "method", "test", "estimate", "se", "statistic", "df", "p", "ci", "pi", "tau2", "tau2_ci"),
    *("i2", "h2", "q", "q_df", "q_p", "warnings"),
)


def pooled(result: Pooled) -> Part:
    """The pooled result itself."""
    return {name: _listed(getattr(result, name)) for name in _POOLED}


def robust(yi: Sequence[float], vi: Sequence[float], cluster: Sequence[str], result: Pooled) -> Part:
    """Cluster-robust results (CR2, Satterthwaite); with a single cluster only the estimate is defined."""
    from synthesis.dependence.robust import robust as robust_mean

    if len(set(cluster)) < 2:
        return {"estimate": result.estimate, "se": None, "df": None, "p": None, "ci": None, "clusters": 1}
    return asdict(robust_mean(yi, vi, cluster, tau2=result.tau2 or 0.0))


def multilevel(yi: Sequence[float], vi: Sequence[float], study: Sequence[str]) -> Part:
    """Effects within studies: random intercepts of study and effect, REML, t with k − 1 as metafor's default."""
    from synthesis.dependence.multilevel import DegreesOfFreedom
    from synthesis.dependence.multilevel import multilevel as three_level

    fit = three_level(yi, vi, [study, range(len(study))], test=Test.T, df=DegreesOfFreedom.RESIDUAL)
    mean = fit.terms[0]
    return {
        "estimate": mean.estimate,
        "se": mean.se,
        "df": mean.df,
        "p": mean.p,
        "ci": _listed(mean.ci),
        "sigma2": _listed(fit.sigma2),
        "warnings": list(fit.warnings),
    }


def regression(
    yi: Sequence[float],
    vi: Sequence[float],
    terms: Sequence[str],
    columns: Mapping[str, Sequence[float] | Sequence[str]],
    method: Method,
    test: Test,
) -> Part:
    """Meta-regression on the moderators named; numbers are not centred, factors are compared with their first level."""
    from synthesis.regression.design import Factor, Interaction, Numeric, design
    from synthesis.regression.mixed import meta_regression

    def main(name: str) -> Numeric | Factor:
        return Factor(column=name) if isinstance(columns[name][0], str) else Numeric(column=name)

    if len(set(terms)) < len(terms):
        raise InvalidInput(f"--moderator names {', '.join(terms)}: name each term once")
    model = design(
        columns, [Interaction(of=tuple(map(main, term.split(":")))) if ":" in term else main(term) for term in terms]
    )
    fit = meta_regression(yi, vi, model.x, terms=model.terms, method=method, test=test)
    return {
        "terms": [{name: _listed(value) for name, value in asdict(term).items()} for term in fit.terms],
        "qm": fit.qm,
        "qm_df": _listed(fit.qm_df),
        "qm_p": fit.qm_p,
        "r2": fit.r2,
        "tau2": fit.tau2,
        "qe": fit.qe,
        "qe_p": fit.qe_p,
        "references": dict(model.references),
        "warnings": list(fit.warnings),
    }


def bias(yi: Sequence[float], vi: Sequence[float], cluster: Sequence[str] | None, method: Method, test: Test) -> Part:
    """Tests of asymmetry and adjustments for small-study effects, with when they must not be read."""
    from synthesis.small_study.small_study import small_study_effects
    from synthesis.small_study.weighted_line import Coefficient

    found = small_study_effects(yi, vi, method=method, test=test, cluster=cluster)

    def coefficient(value: Coefficient) -> Part:
        return {name: _listed(part) for name, part in asdict(value).items()}

    parts: Part = dict.fromkeys(("egger", "rank", "trimfill", "pet", "peese", "selection"))
    if found.egger:
        limit = found.egger.limit
        parts["egger"] = {**coefficient(found.egger.slope), "limit": coefficient(limit) if limit else None}
    if cluster is not None and len(set(cluster)) < len(cluster):
        parts["egger_dependent"] = _egger_dependent(yi, vi, cluster)
    if found.rank:
        parts["rank"] = {"tau": found.rank.tau, "p": found.rank.p, "exact": found.rank.exact}
    if found.trimfill:
        filled = found.trimfill.pooled
        parts["trimfill"] = {
            "k0": found.trimfill.missing,
            "side": found.trimfill.side.value,
            "estimator": found.trimfill.estimator.value,
            **{name: _listed(getattr(filled, name)) for name in ("estimate", "se", "p", "ci", "tau2")},
        }
    if found.pet:
        parts["pet"] = {**coefficient(found.pet.intercept), "slope": coefficient(found.pet.slope)}
    if found.peese:
        parts["peese"] = {**coefficient(found.peese.intercept), "slope": coefficient(found.peese.slope)}
    if found.selection:
        model = found.selection
        parts["selection"] = {
            **coefficient(model.mean),
            "tau2": model.tau2,
            "weights": [asdict(weight) for weight in model.weights],
            **{name: getattr(model, name) for name in ("lrt", "lrt_df", "lrt_p", "converged")},
        }
    return {
        **parts,
        "readable": found.readable,
        "cautions": list(found.cautions),
        "not_computed": {name: reason for name, reason in found.not_computed if name in parts},
    }


def _egger_dependent(yi: Sequence[float], vi: Sequence[float], cluster: Sequence[str]) -> Part:
    """Egger's test in a multilevel model with CR2, or why there is none."""
    from synthesis.small_study.egger_dependent import egger_dependent
    from synthesis.small_study.reading import NotDefined

    try:
        found = egger_dependent(yi, vi, cluster)
    except NotDefined as undefined:
        return {"not_computed": str(undefined)}
    return {**{name: _listed(part) for name, part in asdict(found.slope).items()}, "cautions": list(found.cautions)}


def influence(yi: Sequence[float], vi: Sequence[float], method: Method, test: Test) -> Part:
    """Leave-one-out and deletion diagnostics."""
    from synthesis.influence.deletion import influence as deletion

    found = deletion(yi, vi, method=method, test=test)
    rows = [{name: _listed(value) for name, value in asdict(row).items()} for row in found.leave_one_out]
    diagnostics = {name: list(getattr(found, name)) for name in ("cook_d", "hat", "rstudent", "dffits")}
    return {"leave_one_out": rows, **diagnostics}


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
