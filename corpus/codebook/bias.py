"""Levels of a risk-of-bias judgement; the instruments, their versions and domains are data beside this file.

Never a column per domain: a judgement names its instrument and domain.
"""

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from corpus.codebook.terms import Term


class BiasLevel(Term):
    """The judgement for one domain."""

    LOW = "low", "Low risk of bias."
    SOME_CONCERNS = "some_concerns", "Some concerns (RoB 2), or moderate risk."
    HIGH = "high", "High (or serious) risk of bias."
    CRITICAL = "critical", "Critical risk of bias (ROBINS-I)."


@dataclass(frozen=True, slots=True)
class BiasInstrument:
    """An instrument in one version, with its domains (key to name)."""

    key: str
    name: str
    version: str
    reference: str
    domains: dict[str, str]


def bias_instruments() -> dict[str, BiasInstrument]:
    """The instruments a judgement may name, by key."""
    text = files("corpus.codebook").joinpath("bias_instruments.toml").read_text(encoding="utf-8")
    return {key: BiasInstrument(key=key, **entry) for key, entry in tomllib.loads(text).items()}
