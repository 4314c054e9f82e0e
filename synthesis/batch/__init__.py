"""Many fits at once: thousands of subsets, resamples or simulated sets, in one vectorised pass.

Arrays in, frozen dataclass of arrays out; never a loop over data sets, and never a different definition than `synthesis.pooling`.
"""
