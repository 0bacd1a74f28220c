# Complex constants: plain, folded sums, signed zeros and infinities in either part.
ZERO = 0j
UNIT = 1j
MINUS_UNIT = -1j
SUM = 3 + 4j
DIFFERENCE = 1.5 - 2.5j
MINUS_ZERO = -0j
INFINITE = 1e999j
MIXED = (0j, -0j, 0.0, 1j)
