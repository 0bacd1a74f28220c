"""Compiled by Jython itself: functions of every kind."""
from __future__ import division

import functools


def plain(a, b=2, *rest, **named):
    "What it was given."
    return a, b, rest, sorted(named.items())


def nothing():
    pass


def divided(a, b):
    return a / b


def generator(count):
    for i in range(count):
        got = yield i
        if got:
            yield 'got', got


def counter(start):
    total = [start]

    def add(number):
        total[0] += number
        return total[0]

    return add


def three_deep(a):
    def second(b):
        def third(c):
            return a, b, c

        return third

    return second


double = lambda x: x * 2


def logged(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function.__name__, function(*args)

    return wrapper


@logged
def decorated(x):
    return x + 1


class Shape(object):
    "A square."
    count = 0

    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side ** 2

    @property
    def big(self):
        return self.area() > 10

    @staticmethod
    def unit():
        return Shape(1)

    @classmethod
    def of(cls, side):
        return cls(side)


class Old:
    def name(self):
        return self.__class__.__name__


def makes_class(base):
    class Inner(base):
        kind = base.__name__

        def get(self):
            return self.kind, base.__name__

    return Inner


def unpacks(a, (b, (c, d)), e=5):
    return a, b, c, d, e


def comprehends(count):
    return (
        [i * i for i in range(count)],
        dict((i, str(i)) for i in range(count)),
        set(i % 2 for i in range(count)),
        {i: -i for i in range(count)},
    )


def cells_of_parameters(a, b):
    def get():
        return a, b

    a += 1
    return get(), a


def shows_locals(a):
    b = a + 1
    return sorted(locals().items())


def evaluates(text):
    x = 20
    exec 'y = x + 1' in globals(), {'x': x}
    return eval(text)


def catches(x):
    try:
        return 1 // x
    except ZeroDivisionError, e:
        return str(e)
    finally:
        catches.last = x


def fails(x):
    y = x + 1

    raise ValueError(y)


def fails_in_generator():
    yield 1

    raise KeyError('two')


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
