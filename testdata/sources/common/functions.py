# Function signatures: defaults, star-args, lambdas, decorators, docstrings, nested functions.
def decorate(*arguments, **keywords):
    def inner(function):
        return function
    return inner


def empty():
    pass


def documented():
    """Only a docstring."""


def positional(a, b, c=3, d="four"):
    return a, b, c, d


def star(*args):
    return args


def double_star(**kwargs):
    return kwargs


@decorate(1, 2, key="value")
@decorate()
def all_kinds(a, b=(1, 2), *args, **kwargs):
    """All kinds of argument."""
    total = a + b[0]
    for extra in args:
        total += extra
    return total, kwargs


def calls(f, args, kwargs):
    f()
    f(1, 2)
    f(a=1, b=2)
    f(1, *args, **kwargs)
    return f(key=1, **kwargs)


IDENTITY = lambda x: x
DEFAULTS = lambda x, y=(1, 2), *z, **w: (x, y, z, w)
NESTED = lambda: lambda: lambda: lambda: lambda: 1


def level_1():
    def level_2():
        def level_3():
            def level_4():
                def level_5():
                    return level_1
                return level_5
            return level_4
        return level_3
    return level_2


def uses_globals():
    global COUNT
    COUNT = 1
    del COUNT
    return [empty, documented]
