# What reference_speed.py times, compiled by Jython when it is imported.


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


class Counter(object):
    def __init__(self):
        self.total = 0

    def add(self, n):
        self.total += n


def methods(n):
    counter = Counter()
    add = counter.add
    for i in xrange(n):
        add(i)
    return counter.total


def generates(n):
    for i in xrange(n):
        yield i


def generators(n):
    return sum(generates(n))
