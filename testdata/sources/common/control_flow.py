# Statements: loops with else, with, try of all forms, chained comparison, conditional, assert, del.
def loops(items):
    for a, (b, c) in items:
        if a:
            continue
        elif b:
            break
        else:
            pass
    else:
        c = 0
    while True:
        if not c:
            break
        c -= 1
    return [a, b, c]


def chained(a, b, c):
    return a < b <= c != 5 and (a is None or b is not None) or not c


def conditional(a):
    return 1 if a else 2 if a is None else 3


def tries(path, manager):
    try:
        value = open(path)
    except (IOError, OSError) as error:
        raise ValueError(error)
    except Exception:
        raise
    else:
        value = None
    finally:
        path = None
    try:
        return value
    finally:
        del value


def managed(first, second):
    with first as a, second as (b, c):
        with a:
            return b
    return c


def operators(a, b):
    a += b
    a -= b
    a *= b
    a /= b
    a //= b
    a %= b
    a **= b
    a <<= b
    a >>= b
    a &= b
    a |= b
    a ^= b
    return -a, +a, ~a, not a, a + b, a - b, a * b, a / b, a // b, a % b, a ** b, a << b, a >> b, a & b, a | b, a ^ b


def asserts(a):
    assert a, "message"
    assert a
    if __debug__:
        return 1
    if 0:
        return 2
    del a.b, a["key"]
