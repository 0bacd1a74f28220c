"""One entry for each frame that an exception leaves, and the line where it left."""
import sys
import traceback


def fails():
    raise ValueError('here')


def passes_on():
    fails()


def through_finally():
    try:
        passes_on()
    finally:
        done = 1


def through_except():
    try:
        passes_on()
    except KeyError:
        pass


def again():
    try:
        passes_on()
    except ValueError:
        raise


def again_by_name():
    try:
        passes_on()
    except ValueError as e:
        raise e


def with_traceback():
    try:
        passes_on()
    except ValueError:
        kind, value, where = sys.exc_info()
    raise kind, value, where


def of_another():
    try:
        again()
    except ValueError:
        raise KeyError, 'other', sys.exc_info()[2]


def without():
    try:
        passes_on()
    except ValueError as e:
        raise e, None, None


class Manager(object):
    def __enter__(self):
        pass

    def __exit__(self, *args):
        pass


def in_with():
    with Manager():
        with Manager():
            fails()


def generator():
    try:
        yield 1
    finally:
        fails()


def numbers():
    yield 1


def in_generator():
    for x in numbers():
        (lambda: 1 /
         0)()


def thrown_in():
    g = generator()
    g.next()
    g.throw(KeyError('thrown'))


def thrown_in_with_traceback():
    g = numbers()
    g.next()
    try:
        passes_on()
    except ValueError:
        g.throw(*sys.exc_info())


def in_class():
    class Body:
        x = [fails() for i in range(1)]


def in_expression():
    return (1 +
            len([]) +
            fails())


def in_loop():
    for i in range(3):
        try:
            if i:
                fails()
        except ValueError:
            if i == 2:
                raise


def by_exec():
    exec 'fails()'


def in_sort():
    return sorted([2, 1], key=lambda x: fails())


def native():
    return int('x')


def entries(where):
    return [(line, name) for path, line, name, text in traceback.extract_tb(where)]


for function in (passes_on, through_finally, through_except, again, again_by_name, with_traceback,
                 of_another, without, in_with, thrown_in, thrown_in_with_traceback,
                 in_class, in_expression, in_loop,
                 by_exec, in_sort, native):
    try:
        function()
    except Exception as e:
        print function.__name__, type(e).__name__, entries(sys.exc_info()[2])
try:
    in_generator()
except ZeroDivisionError:
    print entries(sys.exc_info()[2])
try:
    again()
except ValueError:
    traceback.print_exc(file=sys.stdout)
try:
    fails()
except ValueError:
    frame = sys.exc_info()[2].tb_next.tb_frame
    print frame.f_lineno, frame.f_code.co_name, sys.exc_info()[2].tb_frame.f_lineno


def where():
    frame = sys._getframe()
    return (frame.f_lineno,
            frame.f_back.f_lineno)


print where(), \
    where()
through_finally()
