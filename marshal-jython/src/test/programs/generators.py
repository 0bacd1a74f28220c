"""Generators: sent to, thrown into, closed, inside of blocks, as expressions."""


def echo():
    received = None
    while True:
        try:
            received = yield received
        except ValueError as e:
            received = 'caught', str(e)


def with_finally(log):
    try:
        yield 1
        yield 2
    finally:
        log.append('finally')


def refuses():
    try:
        yield 1
    except GeneratorExit:
        yield 2


def in_expression():
    x = (yield 1) + (yield 2)
    print 'sum', x, [(yield 3), (yield 4)]
    print 'call', max((yield 5), 6), 'key %s' % (yield 7)


def nested_blocks():
    for i in range(2):
        try:
            for j in 'ab':
                try:
                    if j == 'b':
                        continue
                    yield i, j
                finally:
                    yield 'finally', i, j
        except KeyError as e:
            yield 'key', e.args
        else:
            yield 'else'


def failing():
    yield 1
    raise ValueError('in the generator')


def returns():
    yield 1
    return
    yield 2


def show(function, *arguments):
    try:
        print function(*arguments)
    except Exception as e:
        print type(e).__name__, e


g = echo()
show(g.send, 'too soon')
print g.next(), g.send('hello'), g.throw(ValueError, 'thrown'), g.throw(ValueError('made')), g.next()
show(g.throw, KeyError, 'leaves')
show(g.next)
show(g.send, 1)
show(g.throw, KeyError('finished'))

log = []
g = with_finally(log)
print g.next(), log
g.close()
print log
g.close()
show(g.next)
g = with_finally(log)
g.close()
print log
g = with_finally(log)
show(g.throw, ValueError('not started'))
show(g.next)
print list(with_finally(log)), log
g = refuses()
g.next()
show(g.close)

g = in_expression()
print g.next()
for value in range(10, 15):
    print g.send(value),
try:
    g.send(15)
except StopIteration:
    print 'stopped'

print list(nested_blocks())
g = nested_blocks()
print g.next(), g.throw(KeyError(5)), g.next(), list(g)
print list(returns())
g = failing()
print g.next()
show(g.next)
show(g.next)


def running():
    yield me.next()


me = running()
show(me.next)


def delegates(*generators):
    for g in generators:
        for x in g:
            yield x


def unpack_from():
    (a, b), c = yield
    while True:
        a, b, c = yield c, b, a


g = unpack_from()
g.next()
print g.send(((1, 2), 3)), g.send('xyz')
print list(delegates(iter('ab'), (x * x for x in range(3)), returns()))
print sum(x * y for x in range(4) for y in range(x) if x + y & 1)
print dict((k, v) for k, v in zip('ab', range(2))) == {'a': 0, 'b': 1}
lazy = (1 / x for x in (1, 0))
print lazy.next()
show(lazy.next)
show(lazy.next)
print (lambda: (yield))().next(), g.__iter__() is g, echo.__name__, g.gi_frame is not None
a = b = 0


def fibonacci():
    a, b = 0, 1
    while 1:
        yield a
        a, b = b, a + b


from itertools import islice
print list(islice(fibonacci(), 12))


def locals_survive():
    x = 1
    while x < 4:
        y = yield sorted(locals().items())
        x += 1


print list(locals_survive())
