# Inlined comprehensions: locals that exist only within them, cells among them, at each level.
x = [x for x in [y for y in range(3)]]


class Scope:
    items = [i for i in range(3) if i]
    lambdas = [lambda: i for i in range(3)]
    name = __class__ if False else [__name__ for _ in ()]


def shadow(x):
    inner = [x for x in x]
    captured = [lambda: x for x in inner]
    return x, inner, captured, [(x, y) for y in inner]
