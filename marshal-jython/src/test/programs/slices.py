"""Slices without and with a step: got, set, deleted, in place; on sequences and on classes."""


def got(s, i, j):
    return s[:], s[i:], s[:j], s[i:j], s[i:j:2], s[::-1]


print got('abcdef', 1, -1)
print got(range(6), -3, 100)
print got((1, 2, 3), None, 2L)
print got(u'abc', True, False)


def stored():
    a = range(8)
    a[:] = 'abcdefgh'
    a[6:] = [1, 2, 3]
    a[:2] = ()
    a[1:3] = (x for x in 'xyz')
    print a
    a[::2] = range(len(a[::2]))
    print a
    del a[4:]
    del a[:1]
    print a
    del a[1:2]
    print a
    del a[::2]
    print a
    del a[:]
    print a


def in_place():
    a = range(5)
    a[:] += [7]
    a[4:] *= 2
    a[:2] += ['low']
    a[1:3] = a[1:3] + ['mid']
    a[2:4] += 'pq'
    a[0:4:2] += []
    print a


class Old:
    def __getslice__(self, i, j):
        return 'getslice', i, j

    def __setslice__(self, i, j, value):
        print 'setslice', i, j, value

    def __delslice__(self, i, j):
        print 'delslice', i, j

    def __getitem__(self, key):
        return 'getitem', key

    def __setitem__(self, key, value):
        print 'setitem', key, value

    def __delitem__(self, key):
        print 'delitem', key

    def __len__(self):
        return 10


class New(object):
    def __getitem__(self, key):
        return 'getitem', key

    def __setitem__(self, key, value):
        print 'setitem', key, value

    def __delitem__(self, key):
        print 'delitem', key


class NewWithSlices(Old, object):
    pass


class Index(object):
    def __index__(self):
        return 3

    def __repr__(self):
        return 'Index()'


def classes(s, *bounds):
    for i, j in bounds:
        print s[i:j], s[i:j:1]
        s[i:j] = 'value'
        del s[i:j]


stored()
in_place()
for kind in (Old, NewWithSlices):
    classes(kind(), (1, 2), (-1, 5), (Index(), 4L), (True, 3))
    classes(kind(), (None, 3), (1, None), ((), []), (1.5, 2))
classes(New(), (1, 2), (-1, None), ((), []))
for bad in ((lambda: [1][1.5:]), (lambda: 5[1:]), (lambda: {}[1:2]), (lambda: 'a'['b':])):
    try:
        print bad()
    except TypeError as e:
        print 'TypeError'
