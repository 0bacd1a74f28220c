# Generator functions and generator expressions, with sent values and cleanup.
def count(n):
    i = 0
    while i < n:
        sent = yield i
        if sent:
            i = sent
        i += 1


def guarded():
    try:
        yield 1
        yield
    finally:
        yield 2


def with_cells(items):
    def inner():
        for item in items:
            yield item
    return inner


SQUARES = (n * n for n in range(10) if n % 2)
NESTED = ((a, b) for a in range(3) for b in range(a))
lambda: (yield)
