# Comprehensions at module, function and class level; CPython 3.12 and newer inlines most of them.
LISTED = [x * 2 for x in range(5)]
SET = {x for x in range(5)}
DICT = {x: str(x) for x in range(5)}
NESTED = [[y for y in range(x)] for x in range(3)]
FILTERED = [x for x in range(20) if x % 2 if x % 3]


def in_function(items, limit):
    pairs = [(a, b) for a in items for b in items if a < b < limit]
    captured = [lambda: a for a in items]
    return pairs, captured, {a: limit for a in items}


class InClass(object):
    size = 3
    listed = [i for i in range(size)]
    nested = [[j for j in range(i)] for i in range(size)]

    def method(self):
        return [self for _ in range(3)], (self for _ in range(3))
