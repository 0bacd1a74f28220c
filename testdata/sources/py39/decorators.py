# Decorators that are any expression, and starred values in subscripts, return and yield.
buttons = [lambda f: f]


@buttons[0]
@(lambda f: f)
def decorated(a):
    yield 1, *a
    return 2, *a


def merges(a, b):
    a |= b
    for x in *a, *b:
        print(x)
    return a | b
