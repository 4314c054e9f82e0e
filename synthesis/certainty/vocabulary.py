"""The words of a rating: levels, domains, concerns, and what a person may put in place of a computed domain.

Never computes; the order of the members is the order they are ranked and printed in.
"""

from dataclasses import dataclass
from enum import StrEnum

from corpus.errors import InvalidInput


class Certainty(StrEnum):
    """How sure one can be of an estimate, highest first."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very low"


class Start(StrEnum):
    """What the evidence rests on, which sets the level it starts from."""

    RANDOMISED = "randomised"
    NON_RANDOMISED = "non-randomised"


class Domain(StrEnum):
    """The five domains that take certainty away."""

    RISK_OF_BIAS = "risk of bias"
    INCONSISTENCY = "inconsistency"
    INDIRECTNESS = "indirectness"
    IMPRECISION = "imprecision"
    SMALL_STUDY_EFFECTS = "small-study effects"


class Concern(StrEnum):
    """What was found in a domain."""

    NOT_SERIOUS = "not serious"
    SERIOUS = "serious"
    VERY_SERIOUS = "very serious"
    NOT_ASSESSABLE = "not assessable"

    @property
    def down(self) -> int:
        """Levels this takes away; a domain that cannot be judged takes none, and makes the rating an upper limit."""
        return {Concern.SERIOUS: 1, Concern.VERY_SERIOUS: 2}.get(self, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One domain as computed, with the sentence that names the number that decided."""

    domain: Domain
    concern: Concern
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person's judgement in place of the computed one. Raises InvalidInput without a reason or a name."""

    domain: Domain
    level: Concern
    reason: str
    by: str

    def __post_init__(self) -> None:
        for name in ("reason", "by"):
            if not str(getattr(self, name)).strip():
                raise InvalidInput(
                    f"the override of {self.domain.value} has no {name}; state it, or leave the override out"
                )


def as_override(*, domain: str, level: str, reason: str, by: str) -> Override:
    """An override from the plain words of a question's file. Raises InvalidInput naming the word and the allowed ones."""
    try:
        named = Domain(domain)
    except ValueError:
        allowed = ", ".join(member.value for member in Domain)
        raise InvalidInput(f"override: domain {domain!r} does not exist; allowed: {allowed}") from None
    try:
        concern = Concern(level)
    except ValueError:
        allowed = ", ".join(member.value for member in Concern)
        raise InvalidInput(f"override of {domain}: level {level!r} does not exist; allowed: {allowed}") from None
    return Override(domain=named, level=concern, reason=reason, by=by)
