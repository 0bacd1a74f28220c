# Python 2 statements: print, exec, raise with a traceback, backquotes, old except.
import sys


def prints(a, b):
    print
    print a
    print a, b,
    print >>sys.stderr, a, b
    print >>a
    print "%s" % b, `a`


def executes(code, where):
    exec code
    exec code in where
    exec "x = 1" in where, where


def raises(a):
    try:
        raise ValueError, "message"
    except ValueError, error:
        raise KeyError, error, sys.exc_info()[2]
    except (TypeError, KeyError), (first, second):
        raise
