"""Displays, comprehensions, unpacking, subscripts."""


def show(*items):
    for item in items:
        print item,
    print


def displays(a, b, c):
    show((), (a,), (a, b, c), [], [a], [a, b, c], {a}, sorted({a, b, c}), {}, {a: b},
         sorted({a: b, b: c, c: a}.items()))


def comprehensions(rows):
    show([x for x in rows], [x * y for x in rows for y in rows if x != y if y])
    show(sorted({x % 2 for x in rows}), sorted({x: y for x, y in zip(rows, 'abcd')}.items()))
    show(list(x + 1 for x in rows), sum(x for x in rows if x > 1))
    show([[(x, y) for y in range(x)] for x in rows], x)
    show(sorted({(x, y) for x in rows for y in {z for z in rows} if x < y}))
    show({k: {v: k for v in rows if v == k} for k in rows[:2]})


def unpacking():
    a, b = 1, 2
    a, b = b, a
    c, b, a = a, b, 3
    a, b, c, d = 'wxyz'
    (a, (b, [c, d])), e = (1, (2, (3, 4))), 5
    [f, g] = iter([6, 7])
    show(a, b, c, d, e, f, g)
    x = y = z = []
    show(x is y, y is z)
    for i, (j, k) in enumerate([(1, 2), (3, 4)]):
        show(i, j, k)
    for bad in ((1,), (1, 2, 3), 7, {1: 2, 3: 4, 5: 6}, ''):
        try:
            a, b = bad
        except (TypeError, ValueError) as e:
            show(type(e).__name__, e)


class Recorder(object):
    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        show('set', key, value)

    def __delitem__(self, key):
        show('delete', key)


def subscripts():
    r = Recorder()
    show(r[1], r[1, 2], r[::], r[1:2:3], r[:, ...], r[1:2, ::5], r[...])
    r[1:2:3] = 4
    r[0], r['a', 'b'] = 1, 2
    del r[::2], r[3]
    counts = {'a': [1, 2]}
    counts['a'][0] += 5
    counts['a'][-1] **= 3
    counts['b'] = counts.pop('a')
    show(counts)
    del counts['b'][0], counts['b'][0]
    show(counts)
    for container, key in (([1], 5), ({}, 'k'), ((), 0), ('', 0)):
        try:
            container[key]
        except (IndexError, KeyError) as e:
            show(type(e).__name__)


class Point:
    x = 1

    def __init__(self):
        self.y = 2


def attributes():
    p = Point()
    p.x += 1
    p.y, p.z = p.x, p.y
    show(p.x, p.y, p.z, Point.x)
    del p.z, p.x
    show(p.x, hasattr(p, 'z'))
    try:
        del p.x
    except AttributeError as e:
        show(type(e).__name__)


displays(1, 'two', 3.0)
comprehensions([0, 1, 2, 3])
unpacking()
subscripts()
attributes()
show(1 if [] else 2, [] or {} or 'last', 1 and 2 and 3, () and 5)
assert displays
try:
    assert not displays, 'there is one'
except AssertionError as e:
    show('asserted', e)
