"""Import statements of every form."""
import sys
import parts
import parts.inner.leaf
import parts.inner as renamed
import parts.inner.leaf as far
from parts import first, second as other, inner
from parts.inner import leaf
from parts.inner.leaf import *
from parts.sibling import relative, absolute

print parts.first, first, other, renamed.__name__, leaf.__name__, renamed is inner
print far.__name__, parts.inner.leaf is leaf, listed, 'unlisted' in globals()
print relative, absolute, parts.sibling.same is parts


def failing(text):
    try:
        exec text in {}
    except ImportError as e:
        print type(e).__name__, e


def missing():
    try:
        import parts.nowhere
    except ImportError as e:
        print e
    try:
        from parts import nothing
    except ImportError as e:
        print e
    try:
        import nowhere_at_all
    except ImportError as e:
        print e
    try:
        from parts.inner.leaf import listed, nothing
    except ImportError as e:
        print e


def broken():
    for i in range(2):
        try:
            import parts.broken
        except ZeroDivisionError as e:
            print e, 'parts.broken' in sys.modules


def local():
    import parts.inner.leaf, sys as system
    from parts import first as one, second
    return parts.__name__, system is sys, one, second


def star():
    from parts.underscored import *
    return visible, '_hidden' in locals()


missing()
broken()
print local()
print star()
import __builtin__
original = __builtin__.__import__


def replacement(name, *arguments):
    print 'import', name, arguments[2:], len(arguments)
    return original(name, *arguments)


__builtin__.__import__ = replacement
import parts
from parts import first
from parts.inner import leaf as x
import parts.inner
del __builtin__.__import__
try:
    import parts
except ImportError as e:
    print e
__builtin__.__import__ = original
import parts
print sorted(k for k in sys.modules if k.startswith('parts') and sys.modules[k])
