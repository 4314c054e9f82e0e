"""Declared priors of the mean effect and of the between-study standard deviation tau, each with its words.

Never fits a prior to the data at hand, and holds no improper prior of tau: few studies would then have no posterior.
"""

import math
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from scipy.special import betaln

from corpus.errors import InvalidInput
from synthesis.pooling.engine import Vector

_SQRT_2_OVER_PI = math.sqrt(2 / math.pi)


@dataclass(frozen=True, slots=True)
class Flat:
    """Every mean effect equally likely: improper, so that it allows no Bayes factor."""

    @property
    def words(self) -> str:
        return "flat"

    def rescaled(self, factor: float) -> Self:
        """The prior of the effect times ``factor``."""
        return self


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal prior of the mean effect, on the scale of the effects (log for ratios)."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.mean):
            raise InvalidInput(f"the mean of a normal prior is {self.mean:g}; give a finite number")
        _above_zero("the standard deviation of a normal prior", self.sd)

    @property
    def words(self) -> str:
        return f"normal, mean {self.mean:g}, standard deviation {self.sd:g}"

    def rescaled(self, factor: float) -> "Normal":
        """The prior of the effect times ``factor``."""
        return Normal(self.mean * factor, self.sd * factor)


EffectPrior = Flat | Normal


class HeterogeneityPrior(Protocol):
    """A proper prior of tau, on the scale of the effects."""

    @property
    def words(self) -> str:
        """What a reader is told."""

    @property
    def tail(self) -> float:
        """The density of tau falls like tau to the power −tail; infinite when faster than any power."""

    @property
    def upper(self) -> float:
        """The largest tau it allows; infinite for most."""

    def log_density_of_log(self, x: Vector) -> Vector:
        """Log of the density of x = log tau (that of tau, times tau): finite arithmetic at any x."""

    def rescaled(self, factor: float) -> "HeterogeneityPrior":
        """The prior of tau times ``factor``."""


@dataclass(frozen=True, slots=True)
class HalfNormal:
    """The absolute value of a normal variable with mean 0 and standard deviation ``scale``."""

    scale: float

    def __post_init__(self) -> None:
        _above_zero("the scale of a half-normal prior", self.scale)

    @property
    def words(self) -> str:
        return f"half-normal, scale {self.scale:g}"

    @property
    def tail(self) -> float:
        return math.inf

    @property
    def upper(self) -> float:
        return math.inf

    def log_density_of_log(self, x: Vector) -> Vector:
        z = x - math.log(self.scale)
        with np.errstate(over="ignore"):
            return np.asarray(math.log(_SQRT_2_OVER_PI) + z - np.exp(2 * z) / 2)

    def rescaled(self, factor: float) -> "HalfNormal":
        return HalfNormal(self.scale * factor)


@dataclass(frozen=True, slots=True)
class HalfT:
    """The absolute value of ``scale`` times a t variable with ``df`` degrees of freedom."""

    scale: float
    df: float

    def __post_init__(self) -> None:
        _above_zero("the scale of a half-t prior", self.scale)
        _above_zero("the degrees of freedom of a half-t prior", self.df)

    @property
    def words(self) -> str:
        return f"half-t, scale {self.scale:g}, {self.df:g} degrees of freedom"

    @property
    def tail(self) -> float:
        return self.df + 1

    @property
    def upper(self) -> float:
        return math.inf

    def log_density_of_log(self, x: Vector) -> Vector:
        z = x - math.log(self.scale)
        return np.asarray(math.log(2) + z + _log_t(2 * z, self.df))

    def rescaled(self, factor: float) -> "HalfT":
        return HalfT(self.scale * factor, self.df)


@dataclass(frozen=True, slots=True)
class HalfCauchy:
    """The half-t prior with 1 degree of freedom: half of its mass lies below ``scale``."""

    scale: float

    def __post_init__(self) -> None:
        _above_zero("the scale of a half-Cauchy prior", self.scale)

    @property
    def words(self) -> str:
        return f"half-Cauchy, scale {self.scale:g}"

    @property
    def tail(self) -> float:
        return 2.0

    @property
    def upper(self) -> float:
        return math.inf

    def log_density_of_log(self, x: Vector) -> Vector:
        return HalfT(self.scale, 1.0).log_density_of_log(x)

    def rescaled(self, factor: float) -> "HalfCauchy":
        return HalfCauchy(self.scale * factor)


@dataclass(frozen=True, slots=True)
class UniformTau:
    """Every tau from 0 to ``limit`` equally likely."""

    limit: float

    def __post_init__(self) -> None:
        _above_zero("the upper limit of a uniform prior", self.limit)

    @property
    def words(self) -> str:
        return f"uniform from 0 to {self.limit:g}"

    @property
    def tail(self) -> float:
        return math.inf

    @property
    def upper(self) -> float:
        return self.limit

    def log_density_of_log(self, x: Vector) -> Vector:
        # The edge belongs to it, whatever the rounding of the logarithm.
        z = x - math.log(self.limit)
        return np.asarray(np.where(z <= 1e-12, np.minimum(z, 0.0), -np.inf))

    def rescaled(self, factor: float) -> "UniformTau":
        return UniformTau(self.limit * factor)


@dataclass(frozen=True, slots=True)
class LogNormalVariance:
    """A normal distribution of log tau²."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.mean):
            raise InvalidInput(f"the mean of log tau² is {self.mean:g}; give a finite number")
        _above_zero("the standard deviation of log tau²", self.sd)

    @property
    def words(self) -> str:
        return f"log tau² normal, mean {self.mean:g}, standard deviation {self.sd:g}"

    @property
    def tail(self) -> float:
        return math.inf

    @property
    def upper(self) -> float:
        return math.inf

    def log_density_of_log(self, x: Vector) -> Vector:
        z = (2 * x - self.mean) / self.sd
        return np.asarray(math.log(2 / self.sd) - math.log(2 * math.pi) / 2 - z**2 / 2)

    def rescaled(self, factor: float) -> "LogNormalVariance":
        return LogNormalVariance(self.mean + 2 * math.log(factor), self.sd)


@dataclass(frozen=True, slots=True)
class LogTVariance:
    """A shifted and scaled t distribution of log tau²."""

    location: float
    scale: float
    df: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.location):
            raise InvalidInput(f"the location of log tau² is {self.location:g}; give a finite number")
        _above_zero("the scale of log tau²", self.scale)
        _above_zero("the degrees of freedom of log tau²", self.df)

    @property
    def words(self) -> str:
        return f"log tau² t, location {self.location:g}, scale {self.scale:g}, {self.df:g} degrees of freedom"

    @property
    def tail(self) -> float:
        # 1/tau times a power of 1/log tau: thinner than 1/tau, thicker than any higher power.
        return math.nextafter(1.0, 2.0)

    @property
    def upper(self) -> float:
        return math.inf

    def log_density_of_log(self, x: Vector) -> Vector:
        with np.errstate(divide="ignore"):
            log_square = 2 * np.log(np.abs((2 * x - self.location) / self.scale))
        return np.asarray(math.log(2 / self.scale) + _log_t(log_square, self.df))

    def rescaled(self, factor: float) -> "LogTVariance":
        return LogTVariance(self.location + 2 * math.log(factor), self.scale, self.df)


def _log_t(log_square: Vector, df: float) -> Vector:
    """Log density of a t variable whose square has this logarithm."""
    constant = -betaln(0.5, df / 2) - math.log(df) / 2
    return np.asarray(constant - (df + 1) / 2 * np.logaddexp(0.0, log_square - math.log(df)))


def _above_zero(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise InvalidInput(f"{name} is {value:g}; give a finite number above 0")
