"""Certainty of evidence: GRADE-style domains computed where they can be, with thresholds from the protocol.

What cannot be computed is said to be so and left to a person, whose judgement is shown beside the computed one.
"""
