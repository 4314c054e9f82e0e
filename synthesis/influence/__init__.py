"""What single effects, studies and subsets do to a result.

Never removes anything for good.
"""
