"""What of an answer can be computed again elsewhere: its data, its scripts, and the line that runs each.

Never names a file that the build does not write.
"""

from dataclasses import dataclass

from synthesis.answers import Answer
from synthesis.reproduction.scripts import scripts

_RUN = {"R": "Rscript", "py": "python"}
_WHAT = {"R": "R script, with metafor", "py": "Python script, with PyMARE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One file, and the command that runs it (empty for data)."""

    name: str
    what: str
    command: str = ""


def downloads(answer: Answer) -> tuple[Download, ...]:
    """Scripts first, then data; the CSV only where it holds an estimate."""
    name = answer.question.id
    found = [
        Download(
            name=f"{name}.{script.ending}",
            what=_WHAT[script.ending],
            command=f"{_RUN[script.ending]} {name}.{script.ending}",
        )
        for script in scripts(answer)
    ]
    if answer.selection.eligible_a:
        found.append(Download(name=f"{name}.csv", what="every estimate the question may take, with its variance"))
    return (*found, Download(name=f"{name}.json", what="the answer and its examination, as data"))
