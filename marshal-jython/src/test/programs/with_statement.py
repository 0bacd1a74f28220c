"""The with statement: managers of every kind, left in every way."""
import thread


class Manager(object):
    def __init__(self, name, swallows=False):
        self.name = name
        self.swallows = swallows

    def __enter__(self):
        print 'enter', self.name
        return self.name

    def __exit__(self, kind, value, traceback):
        print 'exit', self.name, kind and kind.__name__, value, traceback is not None
        return self.swallows


class Old:
    def __enter__(self):
        return 'old'

    def __exit__(self, *args):
        print 'old', args[0]


def lock():
    guard = thread.allocate_lock()
    with guard:
        print guard.locked(),
    print guard.locked(),
    with guard as held:
        print held in (guard, True),
    try:
        with guard:
            raise ValueError('locked')
    except ValueError as e:
        print e, guard.locked()


def several():
    with Manager('a') as a, Manager('b') as b:
        print a, b
    with Manager('c'), Manager('d', swallows=True), Manager('e'):
        raise ValueError('swallowed')
    print 'after'


def leaves(how):
    for i in range(2):
        with Manager(how):
            if how == 'continue':
                continue
            if how == 'break':
                break
            if how == 'return':
                return 'returned'
            if how == 'raise':
                raise KeyError(i)
    return 'end'


def unpacks():
    class Pair(object):
        def __enter__(self):
            return 1, (2, 3)

        def __exit__(self, *args):
            pass
    with Pair() as (a, (b, c)):
        print a, b, c
    items = [0]
    with Pair() as items[0]:
        print items


def fails_in_exit():
    class Bad(object):
        def __enter__(self):
            pass

        def __exit__(self, *args):
            raise IndexError('from exit')
    try:
        with Bad():
            raise ValueError('lost')
    except IndexError as e:
        print e


def fails_in_enter():
    class Bad(object):
        def __enter__(self):
            raise IndexError('from enter')

        def __exit__(self, *args):
            print 'not here'
    try:
        with Manager('outer'), Bad():
            print 'not here'
    except IndexError as e:
        print e


def no_manager():
    class OnlyEnter(object):
        def __enter__(self):
            print 'not here'

    class OnInstance(object):
        pass

    instance = OnInstance()
    instance.__enter__ = instance.__exit__ = lambda *args: None
    for bad in (5, OnlyEnter(), instance):
        try:
            with bad:
                print 'not here'
        except AttributeError as e:
            print e
    old = Old()
    old.__exit__ = lambda *args: True
    with old:
        raise ValueError
    print 'swallowed by an instance'


def in_generator():
    with Manager('generator') as name:
        yield name
        yield 'second'


def with_finally():
    try:
        with Manager('inner'):
            try:
                return 'value'
            finally:
                print 'finally'
    finally:
        print 'last'


lock()
several()
for how in ('continue', 'break', 'return', 'none'):
    print leaves(how)
try:
    leaves('raise')
except KeyError as e:
    print e
with Old() as value:
    print value
unpacks()
fails_in_exit()
fails_in_enter()
no_manager()
print list(in_generator())
g = in_generator()
print g.next()
g.close()
print with_finally()
