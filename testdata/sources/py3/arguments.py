# Keyword-only arguments, with and without defaults, as cells, and with annotations and star-args.
def keyword_only(*, a, b=2, c=(1, 2)):
    return a, b, c


def everything(a, b=1, *args, c, d=4, **kwargs):
    return lambda: (a, b, args, c, d, kwargs)


def keyword_cell(*, only):
    return lambda: only


LAMBDA = lambda *, key=None, **rest: (key, rest)


def spreads(f, a, b):
    f(*a, *b, **a, **b)
    first, *middle, last = a
    return [*a, *b], (*a, 1), {*a, 2}, {**a, "key": b}
