# Constants of Python 3: Ellipsis, True and False, underscores, folded expressions.
DOTS = ...
TRUE = True
FALSE = False
NOTHING = None
UNDERSCORES = 1_000_000_007
BINARY = 0b1111_0000
ALL = (..., True, False, None, 1, 1.0, "1", b"1", 1j)
FOLDED = (1 + 2) * 3 - 4 ** 2, "a" + "b", b"a" * 3, (1, 2) + (3,), -(5), ~7, not True, (1, 2, 3)[1]
SHIFTED = 1 << 100
MINUS_SHIFTED = -(1 << 90)


def body_is_dots(): ...


def in_frozenset(x):
    return x in {True, "é", "世界", (1, "é")} or x in {True, False} or x in {...} or x in {1, "a", b"a", 2.5}
