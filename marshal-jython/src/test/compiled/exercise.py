"""Calls each function of a module like sample.py, and tells what came of it."""
import inspect
import pickle
import sys
import traceback


def lines(function, *args):
    try:
        function(*args)
    except Exception:
        kind, value, tb = sys.exc_info()
        return [(line, name, text) for _, line, name, text in traceback.extract_tb(tb)[1:]], repr(value)


def traced(function, *args):
    events = []

    def trace(frame, event, arg):
        events.append((event, frame.f_lineno, frame.f_code.co_name))
        return trace

    sys.settrace(trace)
    try:
        function(*args)
    finally:
        sys.settrace(None)
    return events


def sent(generator):
    return [generator.next(), generator.send('x'), generator.next(), generator.gi_frame.f_code.co_name]


def keywords(function):
    found = []
    for args in ((), (1,), (1, 2, 3, 4)):
        for named in ({}, {'a': 7}, {'b': 8}, {'z': 9}):
            try:
                found.append(function(*args, **named))
            except TypeError, e:
                found.append(str(e))
    return found


def code_facts(function):
    code = function.func_code
    return (
        type(code).__name__, code.co_name, code.co_argcount, code.co_varnames, code.co_filename,
        code.co_firstlineno, code.co_flags, code.co_cellvars, code.co_freevars, code.co_nlocals,
        sorted(dir(code)), inspect.iscode(code), inspect.getargspec(function),
        function.func_defaults, function.__doc__, inspect.getmodule(function).__name__,
        inspect.getsourcelines(function) if function.func_code.co_filename.endswith('.py') else None,
        inspect.isgeneratorfunction(function), str(code).split(' at ')[0],
    )


def functions(module):
    found = [module.plain, module.nothing, module.divided, module.generator, module.counter,
             module.counter(1), module.three_deep, module.three_deep(1)(2), module.double,
             module.logged, module.decorated, module.Shape.__init__.im_func, module.Shape.area.im_func,
             module.Shape.big.fget, module.Shape.unit, module.Shape.of.im_func,
             module.Old.name.im_func, module.makes_class, module.unpacks, module.comprehends,
             module.cells_of_parameters, module.shows_locals, module.evaluates, module.catches,
             module.fails, module.fails_in_generator, module.fib]
    return found


def exercise(module):
    add = module.counter(5)
    shape = module.Shape.of(4)
    inner = module.makes_class(module.Shape)
    return [
        keywords(module.plain),
        module.nothing(),
        module.divided(1, 2),
        list(module.generator(3)), sent(module.generator(3)),
        (add(1), add(2)),
        module.three_deep(1)(2)(3),
        map(module.double, (1, 'x')),
        module.decorated(3), module.decorated.__name__,
        (shape.area(), shape.big, module.Shape.unit().side, isinstance(shape, module.Shape)),
        module.Old().name(),
        (inner(3).get(), inner.__name__, inner.__bases__ == (module.Shape,)),
        module.unpacks(1, (2, (3, 4))),
        module.comprehends(3),
        module.cells_of_parameters(1, 2),
        module.shows_locals(1),
        module.evaluates('x + 1'),
        (module.catches(0), module.catches(1), module.catches.last),
        lines(module.fails, 1),
        lines(list, module.fails_in_generator()),
        lines(module.nothing, 1),
        traced(module.cells_of_parameters, 1, 2),
        traced(list, module.generator(2)),
        pickle.loads(pickle.dumps(module.fib)) is module.fib,
        module.fib(12),
        map(code_facts, functions(module)),
    ]
