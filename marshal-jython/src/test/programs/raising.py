"""Exceptions raised in every form, caught by every kind of clause."""
import sys


class Old:
    def __init__(self, *args):
        self.args = args

    def __str__(self):
        return 'Old%r' % (self.args,)


class Older(Old):
    pass


class New(Exception):
    def __init__(self, a, b=None):
        Exception.__init__(self, a, b)


class Unmakeable(Exception):
    def __init__(self):
        raise ValueError('not made')


def caught(raiser):
    try:
        raiser()
    except:
        kind, value, traceback = sys.exc_info()
        print kind.__name__, getattr(value, 'args', None), value


def raise_class():
    raise ValueError


def raise_instance():
    raise ValueError(1, 2)


def raise_with_value():
    raise ValueError, 'text'


def raise_with_tuple():
    raise New, (1, 2)


def raise_key_error():
    raise KeyError, (1, 2)


def raise_with_none():
    raise ValueError, None


def raise_with_instance():
    raise LookupError, KeyError('inner')


def raise_without_traceback():
    raise ValueError, 'no traceback', None


def raise_tuple():
    raise ((ValueError, TypeError), KeyError), 'first of the first'


def raise_old():
    raise Old


def raise_old_with_value():
    raise Older, (1, 2)


def raise_string():
    raise 'text'


def raise_number():
    raise 5


def raise_two_values():
    raise ValueError(1), 2


def raise_bad_traceback():
    raise ValueError, 1, 'traceback'


def raise_unmakeable():
    raise Unmakeable


def raise_type():
    raise int


for name, raiser in sorted(globals().items()):
    if name.startswith('raise_'):
        print name,
        caught(raiser)


def clauses(error):
    try:
        try:
            if error:
                raise error
        except ZeroDivisionError:
            return 'one'
        except (KeyError, (IndexError, Old)), e:
            return 'nested', type(e).__name__
        except LookupError as e:
            return 'base', e
        else:
            return 'else'
        finally:
            print 'finally',
    except:
        return 'all', sys.exc_info()[0].__name__


for error in (None, ZeroDivisionError, KeyError(1), IndexError, Older(1), LookupError(2), New(3)):
    print clauses(error)


def target(x):
    box = [0]
    try:
        raise ValueError(x)
    except ValueError, box[0]:
        print box
    try:
        raise ValueError(1, 2)
    except ValueError, (a, b):
        print a, b


def in_handler():
    try:
        try:
            raise ValueError('first')
        except ValueError:
            raise KeyError('second')
        finally:
            print 'between',
    except KeyError as e:
        print e


def in_finally():
    try:
        try:
            raise ValueError('first')
        finally:
            {}['replaced']
    except Exception as e:
        print type(e).__name__, e


def dynamic_clause():
    def kinds():
        print 'asked',
        return KeyError, ValueError
    try:
        raise ValueError('dynamic')
    except kinds() as e:
        print e
    try:
        try:
            raise ValueError('kept')
        except undefined:
            print 'not here'
    except NameError as e:
        print e


def deep(n):
    try:
        if n:
            deep(n - 1)
        else:
            raise ValueError('deep')
    finally:
        if n % 10 == 0:
            print n,


target(7)
in_handler()
in_finally()
dynamic_clause()
try:
    deep(30)
except ValueError as e:
    print e


def infinite():
    return infinite()


try:
    infinite()
except RuntimeError as e:
    print str(e)[:32]
try:
    [][1]
except (IndexError, KeyError), e:
    print type(e).__name__
try:
    int('x')
except ValueError as e:
    print e.args, e.message
