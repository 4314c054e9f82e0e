"""The Bayesian view of a pool: declared priors, exact numerical integration, and an interval valid at every look.

Arrays in, frozen dataclass out; never samples, and never chooses a prior that nobody declared.
"""
