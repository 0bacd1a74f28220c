# -*- coding: utf-8 -*-
"""The print statement: where spaces go, to which file, and what strings look like."""
import sys


class Writer:
    softspace = 0

    def __init__(self):
        self.parts = []

    def write(self, text):
        self.parts.append(text)


print
print 1
print 1, 'two', 3.0, None,
print 'on the same line'
print 'a\n', 'b\t', 'c ', 'd'
print ('a', 'b'), (), [1L, u'x'], {1: None}
print 'ends with a comma',
sys.stdout.write('written\n')
print 'x',
print
print '', '',
print ''

w = Writer()
print >>w, 1, 'two',
print >>w, 'three'
print >>w
print >>w, 'tail',
print w.parts, w.softspace
print >>None, 'to stdout'
print >>sys.stdout, 'to', 'stdout'


def replaced():
    old, sys.stdout = sys.stdout, Writer()
    try:
        print 'captured', 1,
        print
    finally:
        new, sys.stdout = sys.stdout, old
    print new.parts


class Text:
    def __str__(self):
        return 'str'

    def __repr__(self):
        return 'repr'


class Fails:
    def __str__(self):
        raise ValueError('no text')


replaced()
print Text(), [Text()], `Text()`, '%s %r' % (Text(), Text())
try:
    print 'before', Fails(), 'not here'
except ValueError as e:
    print e
try:
    print >>5, 'x'
except AttributeError as e:
    print type(e).__name__
print repr('é'), repr(u'é€'), repr('\x00\t\'"'), 'é' == u'é'.encode('utf-8')
print 1.0, 0.1, 1e100, -0.0, 1e16, 123456789.123, 1j, 10 ** 20, True, 0x7fffffff
print '%5.2f|%-5s|%05d|%x|%e|%%|%c' % (3.14159, 'ab', 42, 255, 12345.678, 'z')
print 'say "%(what)s"' % {'what': 'hello'},
print "it's", 'both \' and "'
