# Cells and free variables: an argument that is a cell, cells through several levels, many of them.
def counter(start, step=1):
    count = [start]

    def increase(by=step):
        count[0] += by * step
        return count[0]

    return increase


def argument_is_cell(a, b, *args, **kwargs):
    local = b
    return lambda c: (a, args, kwargs, c, local)


def through_levels(x):
    y = 1

    def middle():
        z = 2

        def innermost():
            return x + y + z

        return innermost

    return middle


def only_cells(a, b, c):
    def f():
        return a, b, c
    return f


def recursive():
    def itself(n):
        return itself(n - 1) if n else 0
    return itself


def class_in_function(base):
    attribute = 1

    class Local(base):
        value = attribute

        def method(self):
            return Local, attribute, base

    return Local


def deletes(x):
    f = lambda: x
    y = x
    del y
    return f
