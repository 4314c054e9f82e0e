"""By which rule a number of one pooled model is compared: closed forms, iterative tau², and their zeros.

Never loosens a rule for one data set.
"""

from tests.parity.comparing import Json, Rule

EXACT = Rule(0.0)  # labels and counts
# Seen: 4.6e-13 (tau² and mean of edge_bimodal_zero, HS), the tail of a Q of 70 1.2e-11 (edge_bimodal_zero).
CLOSED = Rule(1e-10)
CLOSED_P_VALUE = Rule(1e-10, p_value=True)
# Seen: 7.4e-10 (an interval's end near 0, absolute 3.7e-14: blup_REML of dat.raudenbush1985), else below 2.2e-12.
ITERATIVE = Rule(1e-9)
P_VALUE = Rule(1e-9, p_value=True)  # seen: 4.7e-11 (leave1out of edge_bimodal_zero, FE, Q)
# Percentage points, where a tau² of 0 is 1e-18 in one of the two. Seen: 5.4e-12 (leave1out of dat.nielweise2007, REML).
I2 = Rule(1e-9, 1e-10)
I2_CLOSED = Rule(1e-10, 1e-10)
CLOSED_FORMS = {"FE", "DL", "HE", "HS", "HSk", "SJ"}


def tau2_rule(data: Json, want: float) -> Rule:
    """Of the larger of tau² and the mean sampling variance. Seen: 3.5e-13 (leave1out of dat.raudenbush1985, REML)."""
    return Rule(0.0, 1e-11 * max(want, sum(data["vi"]) / len(data["vi"])))
