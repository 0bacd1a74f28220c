"""Classes old and new, metaclasses, and what goes wrong when they are made."""


class Old:
    """Words of the old."""
    kind = 'old'

    def __init__(self, value):
        self.value = value

    def __getattr__(self, name):
        if name.startswith('_'):
            raise AttributeError(name)
        return 'no ' + name


class Older(Old):
    def __init__(self, value):
        Old.__init__(self, value * 2)


print type(Old) is type(Older), Older(2).value, Older(2).other, Old.__doc__, Older.__doc__
print Old.__module__, Older.__bases__ == (Old,), isinstance(Older(1), Old)


class New(object):
    __slots__ = ('a', 'b')

    def __new__(cls, *args):
        self = object.__new__(cls)
        self.a = args
        return self

    @property
    def first(self):
        return self.a[0]

    @first.setter
    def first(self, value):
        self.a = (value,) + self.a[1:]


n = New(1, 2)
n.first = 5
print n.a, n.first
try:
    n.c = 1
except AttributeError as e:
    print type(e).__name__
try:
    n.b
except AttributeError as e:
    print type(e).__name__


class Meta(type):
    def __new__(meta, name, bases, namespace):
        namespace['made'] = '%s by %s' % (name, meta.__name__)
        return type.__new__(meta, name, bases, namespace)

    def __init__(cls, name, bases, namespace):
        print 'init', name, [b.__name__ for b in bases], sorted(
            k for k in namespace if k[:2] != '__')
        super(Meta, cls).__init__(name, bases, namespace)

    def __call__(cls, *args):
        print 'call', cls.__name__, args
        return type.__call__(cls, *args)


class Made(object):
    __metaclass__ = Meta
    x = 1


class Derived(Made):
    y = 2


print Made.made, Derived.made, type(Derived).__name__
Derived()


def function_as_metaclass(name, bases, namespace):
    return name, bases, sorted(k for k in namespace if k[:2] != '__')


class NotAClass:
    __metaclass__ = function_as_metaclass
    a = b = 1


print NotAClass
__metaclass__ = Meta


class ByModule:
    pass


print ByModule.made
del __metaclass__


class ByModuleNoMore:
    pass


print hasattr(ByModuleNoMore, 'made')


def refused(metaclass):
    try:
        class Wrong(object):
            __metaclass__ = metaclass
    except Exception as e:
        print type(e).__name__, isinstance(e, Exception), e


def fails(name, bases, namespace):
    raise TypeError('no class ' + name)


def fails_otherwise(name, bases, namespace):
    raise ValueError('no value ' + name)


refused(fails)
refused(fails_otherwise)
try:
    class Wrong(object, Made):
        pass
except TypeError as e:
    print 'TypeError', str(e).split('\n')[0]


class Base(object):
    def method(self):
        return ['Base']


class Left(Base):
    def method(self):
        return ['Left'] + super(Left, self).method()


class Right(Base):
    def method(self):
        return ['Right'] + super(Right, self).method()


class Bottom(Left, Right):
    for i in range(2):
        exec 'def method%d(self): return %d' % (i, i)

    def method(self):
        return ['Bottom'] + super(Bottom, self).method()

    nested = [x for x in (1, 2)]

    class Inner:
        depth = 2


print Bottom().method(), Bottom().method1(), Bottom.i, Bottom.Inner.depth, Bottom.nested
print [c.__name__ for c in Bottom.__mro__]
Bottom.method = lambda self: 'replaced'
print Bottom().method()
del Bottom.method
print Bottom().method()
