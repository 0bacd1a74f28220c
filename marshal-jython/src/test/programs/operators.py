"""Operators of one and two operands, plain and in place, on built-in and other types."""


class Traced(object):
    """Tells which method an operator calls."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return '<%s>' % self.name

    def __hash__(self):
        return 7


def method(name):
    def called(self, *operands):
        return (name, self.name) + operands
    called.__name__ = name
    return called


for stem in ('add', 'sub', 'mul', 'div', 'floordiv', 'mod', 'pow', 'lshift', 'rshift', 'and',
             'or', 'xor'):
    for prefix in ('', 'r', 'i'):
        name = '__%s%s__' % (prefix, stem)
        setattr(Traced, name, method(name))
for name in ('__neg__', '__pos__', '__invert__', '__lt__', '__le__', '__eq__', '__ne__',
             '__gt__', '__ge__'):
    setattr(Traced, name, method(name))


def unary(x):
    return -x, +x, ~x, not x, `x`


def binary(a, b):
    yield a + b
    yield a - b
    yield a * b
    yield a / b
    yield a // b
    yield a % b
    yield a ** b
    yield a << b
    yield a >> b
    yield a & b
    yield a | b
    yield a ^ b


def in_place(a, b):
    x = a
    x += b
    yield x
    x = a
    x -= b
    yield x
    x = a
    x *= b
    yield x
    x = a
    x /= b
    yield x
    x = a
    x //= b
    yield x
    x = a
    x %= b
    yield x
    x = a
    x **= b
    yield x
    x = a
    x <<= b
    yield x
    x = a
    x >>= b
    yield x
    x = a
    x &= b
    yield x
    x = a
    x |= b
    yield x
    x = a
    x ^= b
    yield x


def compare(a, b):
    return a < b, a <= b, a == b, a != b, a > b, a >= b, a is b, a is not b


def attempt(function, *arguments):
    try:
        print list(function(*arguments))
    except (TypeError, ZeroDivisionError, ValueError) as e:
        print type(e).__name__, e


for value in (0, 5, -7, 12345678901234567890L, True):
    attempt(unary, value)
attempt(unary, Traced('x'))
print -1.5, +1.5, not 1.5, `1.5`
for a, b in ((7, 3), (-7, 3), (7L, 2), (2, 70), (6, 1L)):
    attempt(binary, a, b)
    attempt(in_place, a, b)
    attempt(compare, a, b)
attempt(binary, 1, 0)
attempt(binary, Traced('a'), Traced('b'))
attempt(binary, Traced('a'), 1)
attempt(binary, 1, Traced('b'))
attempt(in_place, Traced('a'), 1)
attempt(compare, Traced('a'), Traced('b'))
attempt(compare, 'a', u'a')
print 2 in [1, 2], 2 not in [1, 2], 'b' in 'abc', 'x' not in {'x': 1}
print 1 < 2 < 3, 1 < 3 < 2, 3 < 1 < 2, 1 < 2 > 0 != 5
print 7.0 / 2, 7.0 // 2, -7 % 3.0, 2 ** -1, 2 ** 0.5 > 1.41, (1 + 2j) * (3 - 1j)
items = [1]
same = items
items += (2, 3)
items *= 2
print items, same is items
text = 'a'
text += 'b'
text *= 3
text %= ()
print text
print (lambda x, y: x and y or 'neither')(0, 1), (lambda x, y: x or y)(0, []), not []
