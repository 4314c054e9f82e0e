"""The picture of a mediation: what was coded of paths a, b and the indirect effect.

Never pools: the paths of one model stand side by side.
"""

from markupsafe import Markup

from corpus.codebook import EffectRole
from oxysite.figures import PathFigure, PathStep, draw_paths
from oxysite.links import study_path
from oxysite.notation import minus
from synthesis.answers import Answer
from synthesis.selection import Candidate


def draw_mediation(answer: Answer, root: str, id_: str) -> Markup | None:
    """The picture of the first study whose three paths are coded, or None; ``root`` leads from the page to the site's root."""
    paths = [*answer.selection.tier_a, *answer.selection.tier_b, *answer.selection.tier_c]
    by_role = {candidate.effect.role: candidate for candidate in reversed(paths)}
    needed = (EffectRole.PATH_A, EffectRole.PATH_B, EffectRole.INDIRECT)
    if any(role not in by_role for role in needed):
        return None
    a, b, indirect = (by_role[role] for role in needed)

    def step(letter: str, candidate: Candidate) -> PathStep:
        figures = "" if candidate.effect.p is None else minus(candidate.effect.as_reported)
        return PathStep(
            letter=letter,
            figures=figures,
            words=candidate.effect.direction.label,
            href=root + study_path(candidate.study.key, candidate.effect.key),
        )

    return draw_paths(
        PathFigure(
            id=f"{id_}-{answer.question.id}",
            title=f"{a.study.label}: within persons, over sessions",
            predictor=a.effect.predictor or "predictor",
            mediator=a.outcome.construct,
            outcome=b.outcome.construct,
            a=step("a", a),
            b=step("b", b),
            indirect=step("indirect", indirect),
        )
    )
