"""What has been popped from the operand stack, and no variable has, is not kept alive."""
import gc
import sys
import weakref

references = []


class Thing(object):
    def method(self):
        return 1

    def __iter__(self):
        return iter((1, 2))

    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass


def make(name):
    thing = Thing()
    references.append((name, weakref.ref(thing)))
    return thing


# Each of these functions is still running when the references are looked at.


def expression(then):
    make('object of an attribute').method()
    then()


def argument(then):
    len([make('item'), make('second item')])
    then()


def loop(then):
    for x in make('iterable'):
        pass
    then()


def broken_loop(then):
    for x in make('iterable that is left'):
        break
    then()


def local(then):
    x = make('variable that is set anew')
    x = None
    y = make('deleted variable')
    del y
    then()


def exception(then):
    try:
        [make('below an exception'), 1 / 0]
    except ZeroDivisionError:
        pass
    sys.exc_clear()
    then()


def with_statement(then):
    with make('context manager'):
        pass
    then()


def unwound(then):
    for i in range(2):
        try:
            max(make('argument of no call'), i and {}[0])
        except KeyError:
            pass
    sys.exc_clear()
    then()


def cell(then):
    x = make('variable in a cell')

    def inner():
        return x
    x = None
    then()


def generator(then):
    make('object in a generator').method()
    yield
    x = make('variable of a generator')
    yield
    x = None
    yield then()


def in_generator(then):
    for x in generator(then):
        pass


def run(functions):
    if functions:
        functions[0](lambda: run(functions[1:]))
    else:
        for i in range(10):
            gc.collect()
            if not [name for name, reference in references if reference()]:
                break
        for name, reference in references:
            print name + ':', 'alive' if reference() else 'gone'


run([expression, argument, loop, broken_loop, local, exception, with_statement, unwound, cell,
     in_generator])
