# Floating-point constants: signed zeros, limits, infinities and NaN from folding.
PLUS_ZERO = 0.0
MINUS_ZERO = -0.0
ONE_AND_A_HALF = 1.5
TENTH = 0.1
SMALLEST = 5e-324
SMALLEST_NORMAL = 2.2250738585072014e-308
LARGEST = 1.7976931348623157e308
INFINITY = 1e999
MINUS_INFINITY = -1e999
NOT_A_NUMBER = 1e999 - 1e999
MINUS_NOT_A_NUMBER = -(1e999 - 1e999)
EQUAL_BUT_DISTINCT = (0.0, -0.0, 0, False, 1, 1.0, True)


def keeps_the_sign():
    return (0.0, -0.0), (-0.0, 0.0)
