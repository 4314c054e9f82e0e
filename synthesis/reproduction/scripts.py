"""The metafor script (R) and the PyMARE script (Python) of a question, to be run beside its published CSV.

Never holds a result: the scripts read the estimates from the CSV and print what follows from them.
"""

from dataclasses import dataclass
from importlib.resources import files

from corpus.codebook import Direction
from synthesis.answers import Answer, one_sided
from synthesis.pooling.pool import Method
from synthesis.questions import Form


@dataclass(frozen=True, slots=True)
class Script:
    """One script, by the ending of its file name."""

    ending: str  # "R" or "py"
    text: str


def scripts(answer: Answer) -> tuple[Script, ...]:
    """Both scripts of a question; none where it has nothing that is computed, and no PyMARE script without estimates."""
    selection = answer.selection
    if answer.question.form is Form.PATHS or not (answer.pooled or answer.combined or answer.sign):
        return ()
    directions = [candidate.effect.direction for candidate in selection.tier_c]
    context: dict[str, object] = {
        "question": answer.question,
        "k": answer.pooled.k if answer.pooled else 0,
        "others": [
            fit.method.value for fit in answer.by_method if fit.method not in (Method.FE, answer.question.method)
        ],
        "clustered": answer.robust is not None,
        "p": [(candidate.study.key, value.p) for candidate, value in one_sided(selection.tier_b)],
        "towards": directions.count(Direction.FAVOURS_OXYTOCIN),
        "away": directions.count(Direction.FAVOURS_COMPARATOR),
    }
    made = [Script("R", _filled("metafor.R.jinja", context))]
    if answer.pooled and answer.pooled.k > 1:
        made.append(Script("py", _filled("pymare.py.jinja", context)))
    return tuple(made)


def _filled(name: str, context: dict[str, object]) -> str:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    source = files("synthesis.reproduction").joinpath(name).read_text(encoding="utf-8")
    return environment.from_string(source).render(context) + "\n"
