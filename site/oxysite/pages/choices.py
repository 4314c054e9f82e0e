"""The choices of a multiverse in words: its axes, and every option of each.

Never holds a result; what an option does is defined in ``synthesis.multiverse.grid``.
"""

from collections.abc import Mapping

AXES: Mapping[str, str] = {
    "design": "Design",
    "source": "Where figures were read",
    "validity": "Validity of the oxytocin measure",
    "risk_of_bias": "Risk of bias",
    "route": "Assumed values",
    "timepoint": "Which assessment",
    "outcome": "Which outcome",
    "score": "Post or change score",
    "dependence": "Several effects of one sample",
    "method": "Between-study variance",
    "test": "Test",
    "bias_correction": "Small-study adjustment",
}
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "design": {"all": "every admitted design", "parallel_rct": "parallel trials only"},
    "source": {
        "all": "any text",
        "not_abstract": "no abstracts or news",
        "full_text_or_registry": "full text or registry only",
    },
    "validity": {"all": "any grade", "at_least_limited": "at least limited", "adequate": "adequate only"},
    "risk_of_bias": {"all": "any", "not_high": "none high", "low": "low only"},
    "route": {"all": "allowed", "without_assumptions": "none allowed"},
    "timepoint": {"rule": "by the question’s order", "latest": "latest, follow-up included", "earliest": "earliest"},
    "outcome": {
        "rule": "by the rule",
        "without_choices": "rule without reviewers’ choices",
        "primary_first": "declared primary first",
        "largest_sample": "most persons first",
        "tied_second": "second of equal rank",
        "tied_last": "last of equal rank",
    },
    "score": {"rule": "post before change", "change": "change before post"},
    "dependence": {
        "one_per_sample": "one effect per sample",
        "aggregate_0.3": "their mean, correlated 0.3",
        "aggregate_0.6": "their mean, correlated 0.6",
        "aggregate_0.9": "their mean, correlated 0.9",
        "che_0.6": "all, correlated and hierarchical",
        "all_robust": "all, cluster-robust (CR2)",
    },
    "method": {
        "FE": "equal effects (FE)",
        "DL": "DerSimonian-Laird",
        "ML": "maximum likelihood",
        "REML": "REML",
        "PM": "Paule-Mandel",
        "HE": "Hedges",
        "HS": "Hunter-Schmidt",
        "SJ": "Sidik-Jonkman",
        "EB": "empirical Bayes",
        "HSk": "Hunter-Schmidt, corrected",
        "PMM": "Paule-Mandel, median",
    },
    "test": {"knha": "Hartung–Knapp", "z": "z", "adhoc": "Hartung–Knapp, never narrower than z", "t": "t"},
    "bias_correction": {"none": "none", "pet": "PET", "peese": "PEESE", "trim_and_fill": "trim and fill"},
}


def axis_words(axis: str) -> str:
    """An axis as a heading."""
    return AXES[axis]


def option_words(axis: str, option: str) -> str:
    """An option of an axis."""
    return OPTIONS[axis][option]
