"""Events of sys.settrace() and sys.setprofile()."""
import sys

events = []
first = None


def local(frame, event, argument):
    if event == 'exception':
        argument = argument[0].__name__
    elif type(argument) is dict:
        argument = sorted(argument)
    events.append((frame.f_code.co_name, frame.f_lineno - first, event, argument))
    return local


def traced(function, *arguments):
    global events, first
    events = []
    first = function.func_code.co_firstlineno
    sys.settrace(local)
    try:
        try:
            function(*arguments)
        except ValueError:
            pass
    finally:
        sys.settrace(None)
    print function.__name__
    for event in events:
        if event[0] != 'traced':
            print '   ', event


def straight():
    x = 1
    y = (x +
         2)

    return y


def loop():
    for i in range(2):
        pass
    while i < 3:
        i += 1
        if i == 2:
            continue
    for i in range(2): i += 1
    return [x for x in
            (1, 2)]


def calls():
    straight()
    return straight()


def raises():
    try:
        fails()
    except ValueError:
        x = 1
    finally:
        x = 2
    fails()


def fails():
    raise ValueError


def generator():
    x = yield 1
    yield 2


def drives():
    for x in generator():
        x += 1


def leaves_early():
    for i in range(3):
        try:
            if i:
                break
        finally:
            i = 5
    return i


def branches(a):
    if a:
        x = 1
    else:
        x = 2
    x = 3 if a else 4
    a and fails


def with_statement():
    with Manager():
        x = 1


class Manager(object):
    def __enter__(self): pass

    def __exit__(self, *args): pass


def one_line(): return 1


def defines():
    @staticmethod
    def inner(x=1,
              y=2):
        return x

    class Body:
        z = 1


def long_way():
    x = [1,

         2,



         3]
    if 0:
        pass
    del x


def nothing_more():
    sys.settrace(None)
    x = 1


def traced_no_further(frame, event, argument):
    events.append((frame.f_code.co_name, event))


for function in (straight, loop, calls, raises, drives, leaves_early, with_statement, one_line,
                 defines, long_way, nothing_more):
    traced(function)
traced(branches, 0)
traced(branches, 1)

events = []
sys.settrace(traced_no_further)
calls()
sys.settrace(None)
print events


def returns_none(frame, event, argument):
    events.append((frame.f_code.co_name, event))
    if event == 'call':
        return returns_none


events = []
sys.settrace(returns_none)
straight()
sys.settrace(None)
print events


def breaks(frame, event, argument):
    if event == 'line' and frame.f_code is straight.func_code:
        raise KeyError('by the trace function')
    return breaks


sys.settrace(breaks)
try:
    straight()
except KeyError as e:
    print e, sys.gettrace()


def profile(frame, event, argument):
    if event in ('call', 'return'):
        events.append((frame.f_code.co_name, event, argument))


for function in (calls, drives, raises):
    events = []
    sys.setprofile(profile)
    try:
        function()
    except ValueError:
        pass
    sys.setprofile(None)
    print events
