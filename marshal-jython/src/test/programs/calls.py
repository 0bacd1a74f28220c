"""Calls with arguments of every kind, defaults, decorators, and what is refused."""


def full(a, b=2, *args, **kwargs):
    return a, b, args, sorted(kwargs.items())


def plain(a, b):
    return a, b


def nothing():
    return 'nothing'


print nothing(), plain(1, 2), full(1), full(1, 3), full(1, 2, 3), full(1, 2, 3, 4, 5, 6)
print plain(1, b=2), plain(b=1, a=2), full(b=1, a=2, c=3), full(1, z=26, y=25)
print full(*(1, 2, 3)), full(1, *[2]), full(1, *iter('xyz'), **{'k': 'v'})
print full(**{'a': 1, 'b': 2, 'c': 3}), full(0, c=4, **{'d': 5}), full(1, b=5, *())
print full(1, *(2, 3), x=1), plain(*'ab'), plain(1, **dict(b=3))
print (lambda: 1)(), (lambda x, y=3: x + y)(1), (lambda *a, **k: (a, k))(1, k=2)
print max(3, 1, 2), dict(a=1, **{'b': 2}) == {'a': 1, 'b': 2}, int('ff', base=16)


def tuples((a, (b, c)), d=(4, 5)):
    return a, b, c, d


print tuples((1, (2, 3))), tuples([1, 'xy'], None)


def refused(*arguments, **names):
    try:
        print plain(*arguments, **names)
    except TypeError as e:
        print e


refused()
refused(1)
refused(1, 2, 3)
refused(1, a=1)
refused(1, 2, c=3)
refused(c=3)
for bad in (lambda: 5(), lambda: None(1), lambda: 'x'(a=1), lambda: full(), lambda: nothing(1)):
    try:
        bad()
    except TypeError as e:
        print e


def shared(x, seen=[]):
    seen.append(x)
    return seen


print shared(1), shared(2), shared(3, []), shared.func_defaults


def twice(function):
    def called(*args, **kwargs):
        return function(*args, **kwargs), function(*args, **kwargs)
    called.__name__ = function.__name__
    return called


def tag(name):
    print 'tag', name

    def decorate(function):
        print 'decorate', function.__name__, name
        function.tag = name
        return function
    return decorate


@tag('outer')
@twice
@tag('inner')
def decorated(x):
    'The documentation.'
    return x + 1


print decorated(1), decorated.tag, decorated.__name__


class Callable:
    def __call__(self, *args, **kwargs):
        return 'called', args, kwargs

    @staticmethod
    def static(x):
        return 'static', x

    @classmethod
    def of_class(cls, x):
        return cls.__name__, x

    def method(self, x, y=2):
        return x, y


c = Callable()
print c(1, a=2), c.static(3), Callable.of_class(4), c.method(5), c.method(y=6, x=7)
print Callable.method(c, 8), map(c.method, [9]), apply(c, (10,), {'b': 11})
try:
    Callable.method(1)
except TypeError:
    print 'unbound'


def described():
    """Words."""
    return 1


print described.__doc__, refused.__doc__, nothing.__doc__, (lambda: 'x').__doc__
print described.__module__, described.func_name, full.func_code.co_varnames, full.func_defaults


def deep(n):
    return n and deep(n - 1) + 1


print deep(300)
