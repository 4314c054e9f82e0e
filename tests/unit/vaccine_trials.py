"""Thirteen trials of the BCG vaccine (Colditz et al. 1994, JAMA 271, 698-702): log risk ratios, and two moderators.

Never the reference folder: these tests run without it.
"""

import numpy as np

_COUNTS = (  # cases and others, vaccinated; cases and others, control
    (4, 119, 11, 128),
    (6, 300, 29, 274),
    (3, 228, 11, 209),
    (62, 13536, 248, 12619),
    (33, 5036, 47, 5761),
    (180, 1361, 372, 1079),
    (8, 2537, 10, 619),
    (505, 87886, 499, 87892),
    (29, 7470, 45, 7232),
    (17, 1699, 65, 1600),
    (186, 50448, 141, 27197),
    (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
)

Y = [float(np.log(a / (a + b)) - np.log(c / (c + d))) for a, b, c, d in _COUNTS]
V = [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for a, b, c, d in _COUNTS]
LATITUDE = np.array([44.0, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33])
ALLOCATION = ["random"] * 4 + ["alternate"] * 2 + ["random"] * 3 + ["systematic"] * 4
LATITUDES = np.column_stack([np.ones(13), LATITUDE])
TERMS = ["intercept", "latitude"]
