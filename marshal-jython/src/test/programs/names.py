"""Where names are found: local, global, built in; deleted, unset, executed."""
import types

total = 0


def failing(function, *arguments):
    try:
        print function(*arguments)
    except NameError as e:
        print type(e).__name__ + ':', e


def add(n):
    global total, made
    total += n
    made = n
    return total


print add(2), add(3), made
del made


def delete_global():
    global made
    del made


def unset_local():
    print unset
    unset = 1


def deleted_local(x):
    del x
    return x


def delete_twice():
    x = 1
    del x
    del x


def deleted_after_locals(x, y):
    before = sorted(locals())
    del x
    print before, sorted(locals())
    return x


failing(delete_global)
failing(lambda: made)
failing(unset_local)
failing(deleted_local, 1)
failing(delete_twice)
failing(deleted_after_locals, 1, 2)
try:
    del never
except NameError as e:
    print e
try:
    never
except NameError as e:
    print e


def executes(x):
    y = 1
    exec 'x = x + 1; z = y + 10; w = x'
    print x, y, z, w
    exec 'y = "changed"' in locals()
    del x
    try:
        print x
    except NameError as e:
        print type(e).__name__, e
    exec 'total = "local"'
    print total, sorted(name for name in locals())


def executes_in(space):
    exec 'a = 1\nb = a + 1' in space
    exec 'c = a + b' in space, space
    exec compile('d = c; e = f', '<code>', 'exec') in space, {'f': 5}
    exec ('g = 6', space)
    exec 'h = a' in {'a': 7}, space
    return sorted((k, v) for k, v in space.items() if k != '__builtins__')


def star():
    from types import *
    return IntType is types.IntType, 'StringType' in locals()


executes(1)
print total
print executes_in({})
for bad in ('exec 1', 'exec "x" in 5', 'exec "1 +"'):
    try:
        exec bad
    except (TypeError, SyntaxError) as e:
        print type(e).__name__
print star()


class Space(dict):
    def __missing__(self, key):
        return 'missing ' + key


class Body:
    total = total + 100
    name = total
    del name
    try:
        name
    except NameError as e:
        print e
    shown = sorted(k for k in locals() if not k.startswith('_'))
    __private = 1

    def private(self):
        return self.__private, Body.total, total


print Body.shown, Body().private(), sorted(k for k in vars(Body) if 'private' in k)
print eval('a + b', {'a': 1}, {'b': 2}), eval('len', {}) is len
len = lambda x: 'shadowed'
print len([])
del len
print len([])
