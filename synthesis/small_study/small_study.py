"""The whole reading of small-study effects for one set of effects, in one call: for a page, a report or the command line.

Never fails for want of studies: what cannot be computed is None, with the reason in words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from numpy.typing import ArrayLike

from synthesis.pooling.engine import checked
from synthesis.pooling.pool import Method, Test
from synthesis.small_study.egger import Egger, Predictor, egger, egger_mixed
from synthesis.small_study.excess_significance import ExcessSignificance, excess_significance
from synthesis.small_study.funnel import Funnel, funnel
from synthesis.small_study.henmi_copas import HenmiCopas, henmi_copas
from synthesis.small_study.limit import LimitMetaAnalysis, limit_meta_analysis
from synthesis.small_study.precision_effect import PetPeese, PrecisionEffect, peese, pet, pet_peese
from synthesis.small_study.rank import RankTest, rank_test
from synthesis.small_study.reading import NotDefined, cautions, is_readable
from synthesis.small_study.selection_model import SelectionModel, selection_model
from synthesis.small_study.trim_and_fill import TrimAndFill, trim_and_fill

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallStudy:
    """Every analysis, None where it cannot be computed; the reasons stand in ``not_computed`` under the same name."""

    k: int
    readable: bool  # enough effects of different precision for the tests to mean anything
    egger: Egger | None  # classical
    egger_mixed: Egger | None  # under the method and test asked
    egger_size: (
        Egger | None
    )  # mixed, on sqrt(1/n): free of the link between effect and standard error that ratios and d have
    rank: RankTest | None
    pet: PrecisionEffect | None
    peese: PrecisionEffect | None
    pet_peese: PetPeese | None
    trimfill: TrimAndFill | None
    limit: LimitMetaAnalysis | None
    selection: SelectionModel | None
    henmi_copas: HenmiCopas | None
    excess: ExcessSignificance | None
    funnel: Funnel
    not_computed: tuple[tuple[str, str], ...]  # (name of the field, reason)
    cautions: tuple[str, ...]


def small_study_effects(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    n: ArrayLike | None = None,
    method: Method = Method.REML,
    test: Test = Test.KNHA,
    cluster: Sequence[object] | None = None,
    level: float = 0.95,
) -> SmallStudy:
    """All tests of asymmetry, adjustments and selection models for one set of effects; any k from 1.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Estimates and their sampling variances.
    n : array_like, shape (k,), or None
        Sample sizes.
    method, test, level
        As in `pool`; a fixed-effect method also makes the selection model one of a fixed effect.
    cluster : sequence of labels, length k, or None
        Study of each effect, only for a caution where effects are dependent.

    Raises
    ------
    InvalidInput
        For what `checked` refuses, and sample sizes that do not fit or are not above 0.
    """
    effects = checked(yi, vi)
    y, v = effects.y * effects.scale, effects.v * effects.scale**2
    reasons: list[tuple[str, str]] = []

    def tried(name: str, compute: Callable[[], _Result]) -> _Result | None:
        try:
            return compute()
        except NotDefined as undefined:
            reasons.append((name, str(undefined)))
            return None

    if n is None:
        reasons.append(("egger_size", "no sample sizes were given"))
    return SmallStudy(
        k=effects.k,
        readable=is_readable(effects),
        egger=tried("egger", lambda: egger(y, v, cluster=cluster, level=level)),
        egger_mixed=tried(
            "egger_mixed", lambda: egger_mixed(y, v, method=method, test=test, cluster=cluster, level=level)
        ),
        egger_size=None
        if n is None
        else tried(
            "egger_size",
            lambda: egger_mixed(
                y, v, predictor=Predictor.SQRTNINV, n=n, method=method, test=test, cluster=cluster, level=level
            ),
        ),
        rank=tried("rank", lambda: rank_test(y, v, cluster=cluster)),
        pet=tried("pet", lambda: pet(y, v, cluster=cluster, level=level)),
        peese=tried("peese", lambda: peese(y, v, cluster=cluster, level=level)),
        pet_peese=tried("pet_peese", lambda: pet_peese(y, v, cluster=cluster, level=level)),
        trimfill=tried("trimfill", lambda: trim_and_fill(y, v, method=method, test=test, cluster=cluster, level=level)),
        limit=tried("limit", lambda: limit_meta_analysis(y, v, method=method, cluster=cluster, level=level)),
        selection=tried(
            "selection", lambda: selection_model(y, v, random=method is not Method.FE, cluster=cluster, level=level)
        ),
        henmi_copas=tried("henmi_copas", lambda: henmi_copas(y, v, cluster=cluster, level=level)),
        excess=tried("excess", lambda: excess_significance(y, v, cluster=cluster)),
        funnel=funnel(y, v, method=method, cluster=cluster, level=level),
        not_computed=tuple(reasons),
        cautions=cautions(effects, cluster),
    )
