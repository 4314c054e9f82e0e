"""The multiverse of a question: its specification curve, conclusions, the choices that matter, and a permutation reference.

Never replaces the question's main analysis, and never leaves a specification out: what cannot be fitted is counted.
"""

from dataclasses import dataclass

from corpus.domain import Corpus
from synthesis.multiverse.candidates import rows_of
from synthesis.multiverse.curve import (
    Count,
    Specification,
    Spread,
    against,
    conclusions,
    curve,
    effect_sets,
    estimates_by_cell,
    spread,
    undefined,
)
from synthesis.multiverse.fits import fit_all
from synthesis.multiverse.grid import AXES, DependenceOption
from synthesis.multiverse.permutation import PermutationReference, permutation_reference
from synthesis.multiverse.specifications import specifications
from synthesis.multiverse.variance import VarianceShares, variance_shares
from synthesis.questions import Question

# Fixed, so that a release gives the same reference twice.
SEED = 20261123
FLIPS = 500
_IN_VIEW = (
    "The grid was written after the corpus was coded, with the effects and their estimates in view: it shows how far choices "
    "carry, and is no prospective registration."
)
_ENOUGH_PATTERNS = 20  # with fewer, p cannot come to 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis of the grid as it was declared."""

    name: str
    options: tuple[str, ...]
    folded: str  # why its options cannot differ for these effects; empty where they can


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiverse:
    """Every declared specification of one question, folded and counted."""

    question: str
    axes: tuple[Axis, ...]
    declared: int  # specifications the grid names
    cells: int  # of them left after axes without information are folded
    specifications: tuple[Specification, ...]  # the curve: sorted by estimate
    sets: tuple[tuple[tuple[str, str], ...], ...]  # (study, effect) of every set of effects that is used
    main: int | None  # index of the main analysis in the curve; None where it has nothing to pool
    conclusions: tuple[Count, ...]
    undefined: tuple[Count, ...]
    smallest_effect: tuple[Count, ...]  # against the question's smallest effect of interest; empty where it has none
    spread: Spread | None  # None where no specification has two samples
    variance: VarianceShares | None
    permutation: PermutationReference | None
    warnings: tuple[str, ...]


def multiverse(
    corpus: Corpus,
    question: Question,
    *,
    main: DependenceOption | None = None,
    flips: int = FLIPS,
    seed: int = SEED,
) -> Multiverse | None:
    """The multiverse of one question, or None where it declares no grid.

    Parameters
    ----------
    corpus : Corpus
        With its estimates computed.
    question : Question
        With its grid; the first option of every axis is the question's main analysis, but for ``main``.
    main : DependenceOption, optional
        How the main analysis treats effects of one sample, where that is not the first option of its axis.
    flips : int
        Patterns of signs for the permutation reference; 0 leaves it out.
    seed : int
        Of the generator that draws them, where they are drawn.

    References
    ----------
    Steegen et al. (2016), Perspectives on Psychological Science 11, 702-712 (multiverse); Simonsohn, Simmons and Nelson
    (2020), Nature Human Behaviour 4, 1208-1214 (specification curve); Voracek, Kossmeier and Tran (2019), Zeitschrift für
    Psychologie 227, 64-82 (both in meta-analysis).
    """
    if question.multiverse is None:
        return None
    rows = rows_of(corpus, question, question.multiverse)
    specified = specifications(question.multiverse, rows)
    fitted = fit_all(specified.columns, specified.fits)
    ordered = curve(specified, fitted)
    pooled = [one for one in ordered if one.samples > 1]
    ways = specified.grid.dependence
    place = ways.index(main) if main in ways else 0
    chosen = int(specified.cells[tuple(place if axis == "dependence" else 0 for axis in AXES)])
    reference = permutation_reference(specified.columns, specified.fits, flips=flips, seed=seed) if flips else None
    warnings = [_IN_VIEW, *specified.folded.values(), *_cautions(reference, len(pooled))]
    return Multiverse(
        question=question.id,
        axes=tuple(
            Axis(name=axis, options=tuple(getattr(question.multiverse, axis)), folded=specified.folded.get(axis, ""))
            for axis in AXES
        ),
        declared=question.multiverse.cells,
        cells=int(specified.cells.size),
        specifications=ordered,
        sets=tuple(tuple((rows[i].study, rows[i].effect) for i in members) for members in effect_sets(specified)),
        main=next((place for place, one in enumerate(ordered) if one.fit == chosen), None),
        conclusions=conclusions(ordered),
        undefined=undefined(specified, fitted),
        smallest_effect=against(question.smallest_effect, pooled),
        spread=spread(pooled),
        variance=variance_shares(estimates_by_cell(specified, fitted), AXES),
        permutation=reference,
        warnings=tuple(warnings),
    )


def _cautions(reference: PermutationReference | None, pooled: int) -> list[str]:
    """What to know before the permutation reference is read."""
    if reference is None:
        return []
    said = []
    if reference.fits < pooled:
        said.append(
            f"The permutation reference is made of {reference.fits} of {pooled} specifications: joint and corrected models "
            "are not in it."
        )
    if reference.exact and reference.flips < _ENOUGH_PATTERNS:
        said.append(
            f"With {reference.samples} samples there are {reference.flips} patterns of signs, so the permutation p cannot be "
            f"below {1 / reference.flips:.3g}, whatever the effects are."
        )
    return said
