# -*- coding: utf-8 -*-
"""What __future__ changes: true division, text literals; strings of every kind."""
from __future__ import absolute_import, division, unicode_literals

import sys

print(repr(7 / 2), repr(7 // 2), repr(6 / 3))
number = 7
number /= 2
print(repr(number))
number //= 1
print(repr(number))


class Half(object):
    def __truediv__(self, other):
        return 'truediv %r' % other

    def __rtruediv__(self, other):
        return 'rtruediv %r' % other

    def __itruediv__(self, other):
        return 'itruediv %r' % other


half = Half()
print(str(half / 1), str(1 / half))
half /= 2
print(str(half))
try:
    1 / 0
except ZeroDivisionError as e:
    print(type(e).__name__)

print(repr('text'), repr(b'bytes'), repr('\xe9\u20ac'), repr(b'\x00\xff'))


def lone_surrogate():
    return "\ud800"


print(repr('é' + '€'), 'é' == '\xe9', b'a' == 'a', hash('abc') == hash(b'abc'))
print(repr('%s-%s') % (1, 'é'), repr('a' b''.decode('ascii')))
print(sorted({'é': 1, 'a': 2}.items()))
print(eval('1 / 2'), repr(eval('"x"')))
exec('print(repr(3 / 2), repr("in exec"))')
