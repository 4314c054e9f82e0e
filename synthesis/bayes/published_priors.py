"""Priors of tau² that others estimated from thousands of meta-analyses, as data with their sources.

Never extends one to another measure of effect: each holds on the scale it was estimated on.
"""

from typing import Final

from synthesis.bayes.priors import LogNormalVariance, LogTVariance

# Predictive distributions of a new meta-analysis in the general healthcare setting, estimated from Cochrane reviews.
# Log odds ratios: Turner, Jackson, Wei, Thompson and Higgins (2015), Statistics in Medicine 34, 984-998.
TURNER_2015_LOG_ODDS: Final = LogNormalVariance(-2.56, 1.74)
# Standardised mean differences: Rhodes, Turner and Higgins (2015), Journal of Clinical Epidemiology 68, 52-60.
RHODES_2015_SMD: Final = LogTVariance(-3.44, 2.59, 5.0)
