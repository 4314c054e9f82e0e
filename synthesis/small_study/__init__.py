"""Small-study effects and selection: tests of funnel asymmetry, adjustments for it, and selection models.

Nothing here proves or disproves publication bias, and every result says when it must not be read.
"""
