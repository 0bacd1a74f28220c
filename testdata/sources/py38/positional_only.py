# Positional-only arguments, with defaults, keyword-only ones and cells.
def only(a, b, /):
    return a, b


def all_kinds(a, b=1, /, c=2, *args, d, e=5, **kwargs):
    return lambda: (a, c, d)


LAMBDA = lambda x, /, y: (x, y)
