# Python 2 tuple parameters, in functions and lambdas, as cells too.
def unpacks((a, b), c, (d, (e, f))=(1, (2, 3))):
    return a, b, c, d, e, f


def cells((a, b)):
    return lambda: a + b


LAMBDA = lambda (x, y), z: x + y + z


def star_import_inside():
    from os.path import *
    return join
