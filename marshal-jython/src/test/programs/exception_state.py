"""What sys.exc_info() shows, where, and for how long; raise without operands."""
import sys


def state():
    kind, value, traceback = sys.exc_info()
    return kind and kind.__name__, value and str(value), traceback and traceback.tb_lineno > 0


def handled(x):
    try:
        raise ValueError(x)
    except ValueError:
        print 'handling', state()
    print 'handled', state()


def nested():
    try:
        raise ValueError('outer')
    except ValueError:
        print state()
        handled('of a call')
        print 'restored', state()
        try:
            raise KeyError('inner')
        except KeyError:
            print state()
        print 'last', state()
        try:
            raise
        except Exception as e:
            print 'again', type(e).__name__, e


def in_finally():
    try:
        raise ValueError('not handled')
    finally:
        print 'finally', state()


def cleared():
    try:
        raise ValueError('to be cleared')
    except ValueError:
        sys.exc_clear()
        print 'cleared', state()
        try:
            raise
        except TypeError as e:
            print e


def nothing_to_raise():
    raise


def raised_by_caller():
    try:
        raise IndexError('of the caller')
    except IndexError:
        nothing_to_raise()


class Manager(object):
    def __enter__(self):
        return self

    def __exit__(self, *args):
        print 'exit', state(), args[0] and args[0].__name__
        return True


def with_statement():
    with Manager():
        raise ValueError('in with')
    print 'after', state()


def generator():
    try:
        raise ValueError('in the generator')
    except ValueError:
        print 'before', state()
        yield 1
        print 'second', sys.exc_info()[0] is not None
    yield 2


def drives():
    g = generator()
    print g.next(), state()
    try:
        raise KeyError('of the driver')
    except KeyError:
        print state(), g.next(), state()


def same_objects():
    try:
        raise ValueError('same')
    except ValueError as e:
        first = sys.exc_info()
        try:
            raise
        except ValueError as f:
            print e is f, first[1] is f, sys.exc_info()[1] is f


def in_comprehension():
    def check(x):
        try:
            return 1 // x
        except ZeroDivisionError:
            return state()[0]
    return [check(x) for x in (1, 0, 2)], state()


print state()
handled('at module level')
print state()
nested()
try:
    in_finally()
except ValueError:
    print state()
cleared()
for function in (nothing_to_raise, raised_by_caller):
    try:
        sys.exc_clear()
        function()
    except Exception as e:
        print type(e).__name__, e
sys.exc_clear()
with_statement()
drives()
same_objects()
sys.exc_clear()
print in_comprehension()
