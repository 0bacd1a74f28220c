"""Variables of outer functions: shared, set late, not set at all."""


def failing(function, *arguments):
    try:
        print function(*arguments)
    except NameError as e:
        print type(e).__name__ + ':', e


def counter(start, step=1, *rest, **names):
    box = [start]

    def advance(by=step):
        box[0] += by
        return box[0], start, step, rest, sorted(names)

    start = 'changed'
    return advance, lambda: (start, box)


advance, look = counter(5, 2, 'more', key=1)
print advance(), advance(10), look()
print advance.func_code.co_freevars, counter.func_code.co_cellvars
print [cell.cell_contents for cell in look.func_closure]


def unset_free():
    def inner():
        return late
    failing(inner)
    late = 'set'
    failing(inner)


def unset_cell():
    def inner():
        return later
    try:
        print later
    except UnboundLocalError as e:
        print e
    later = 1
    print later, inner()


def unset_two_levels():
    def middle():
        def inner():
            return deep
        return inner
    failing(middle())
    deep = 'deep'
    print middle()()


unset_free()
unset_cell()
unset_two_levels()


def loops():
    functions = []
    for i in range(3):
        functions.append(lambda: i)
        functions.append(lambda i=i: i)
    return [f() for f in functions]


print loops()


def class_in_function(x):
    y = x * 2

    class Inner:
        z = y
        w = [x + v for v in (1, 2)]

        def method(self):
            return x, y, self.z, self.w

    return Inner().method()


print class_in_function(4)


def class_that_shows_its_locals(x):
    class Inner:
        x = 12

        def method(self):
            return x

        shown = sorted(k for k in locals() if not k.startswith('_'))

    return Inner.x, Inner.shown, Inner().method()


print class_that_shows_its_locals(1)


def argument_in_cell(x, (a, b), *args):
    def get():
        return x, a, b, args
    x += 1
    a, b = b, a
    return get


print argument_in_cell(1, (2, 3), 4, 5)()


def generator(limit):
    def double():
        return value * 2
    for value in range(limit):
        yield double()
    yield list(value + other for other in range(limit))


print list(generator(3))


def recursive(n):
    def fact(k):
        return k * fact(k - 1) if k else 1
    return fact(n)


print recursive(20)


def shown(a):
    b = 2

    def inner():
        c = a + b
        return sorted(locals().items())
    return inner(), sorted(k for k in locals())


print shown(1)
