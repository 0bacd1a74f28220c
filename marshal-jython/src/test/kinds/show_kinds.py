# Prints what can be told of each object.
import sys, kinds as k
import gc, re, threading, warnings, weakref
print k.none, k.yes, k.number, k.big, k.real, k.point, k.dots, k.text, repr(k.more), intern('kinds-mark') is k.mark
print k.items, k.pair, k.names, k.some, k.frozen, k.items[2] is k.items, k.names['self'] is k.names
print k.part, range(9)[k.part], k.numbers, repr(k.raw), list(k.several), len(k.several)
k.last.append(4)
print k.last, k.last.maxlen, k.counted.next(), k.counted.next(), list(k.again), k.endless.next()
k.by_default['b'].append(2)
print sorted(k.by_default.items()), k.by_default.default_factory, k.ordered, k.tally.most_common()
print k.unpack.unpack('\0\0\1\0'), k.second('ab'), k.name_of(k.base), k.upper('a,b,c'), k.binary('101'), k.binary.keywords, k.noted(1), k.noted.why
print k.words.match('SOME words').groupdict(), k.words.pattern, k.words.flags, k.words.groupindex
print k.found.group('rest'), k.found.span(1), k.found.re is k.words, k.found.string, k.inside.span(), k.inside.pos, k.inside.endpos
k.append(3)
print len(k.items), k.upcase()
print k.plain(1), k.plain(1, 2, 3, c=4), k.plain.__doc__, k.plain.mark[0] is k.plain, k.plain.func_globals is vars(k), k.plain.__module__, k.plain.func_defaults[0] is k.items
print k.add(5), k.both()[0] is k.add, k.both()[1], k.add.func_closure[0] is k.cell, list(k.numbered())
print k.old.me is k.old, k.old.name(), k.Old.__module__, isinstance(k.old, k.Shape), k.old.__class__ is k.Old
print k.Meta.made, type(k.Base) is k.Meta, k.Base.__subclasses__(), k.Sub.__mro__, k.Sub.__bases__
print k.base.loud, k.loud.__doc__, k.loud is k.Base.__dict__['loud'], k.base.fixed(1), k.fixed(2), k.sub.of(), k.of(), k.sub.me() is k.sub
k.sub.loud = 'THREE'
print k.sub.name, k.bound() is k.base, k.bound == k.base.me, k.unbound(k.base) is k.base, k.bound.im_class is k.Base
print k.slotted.a is k.slotted, hasattr(k.slotted, 'b'), hasattr(k.slotted, '__dict__')
for each in k.derived:
    print type(each).__name__, each, getattr(each, 'name', None), type(each).__bases__
print k.derived[-1].x, k.derived[-1]._replace(y=5), k.Point._fields, k.derived[-2].maxlen
print repr(k.error), k.error.args, k.error.more is k.base, isinstance(k.error, ValueError)
print isinstance(k.square, k.Shape), sorted(k.Shape.__abstractmethods__), k.square.area(), k.Shape.__subclasses__()
try:
    k.Shape()
except TypeError, e:
    print e
print k.by_object[k.base], k.by_object[k.Old], k.by_object[len], k.by_object[(1, k.base)], type(k.marker)
print k.weak() is k.base, k.proxy.name, k.called() is k.sub, weakref.ref(k.base) == k.weak, k.gone
print k.by_weak[k.base], k.to_weak['sub'] is k.sub, len(k.weak_set), k.base in k.weak_set
print k.local.x, [type(each).__name__ for each in (k.lock, k.relock, k.condition, k.event, k.low)]
for each in k.lock, k.relock, k.low:
    print each.acquire(), each.release()
with k.condition:
    print k.condition.wait(0.01), k.event.isSet()
def other():
    k.gone.append(hasattr(k.local, 'x'))
thread = threading.Thread(target=other)
thread.start()
thread.join()
print k.gone, 0 <= k.chance.random() < 1
import os
print k.module is os, k.system is sys, k.builtin is len, k.kind is type, k.init, k.new is object.__new__, k.descriptor is dict.get, k.descriptor({'a': 3}, 'a')
from java.lang import Math, Thread
from java.util.concurrent import TimeUnit
import java.util
print k.java_class is Thread, k.java_static(1, 2), k.java_constant is TimeUnit.SECONDS, k.java_constant, k.java_package is java.util, k.java_method(Thread.currentThread()) != '', k.empty_list
print k.strict, k.finder.name, k.stream is sys.stdout, k.environment is os.environ, k.unknown is NotImplemented, k.cell.cell_contents
try:
    warnings.warn('of kinds', UserWarning)
except UserWarning, e:
    print 'told', e
import pickle, copy
print pickle.loads(pickle.dumps(k.sub, 2)).name, copy.deepcopy(k.ordered), copy.copy(k.derived[-1])
print k.told.__module__, [base.__name__ for base in k.Older.__bases__], k.older.name(), k.older.me is k.older, isinstance(k.older, k.Old), len(k.more), k.more[1:] == u"\U0001f600", k.getset is object.__dict__["__class__"], k.getset.__get__(3) is int
with k.guarded:
    print k.lock.acquire(0), k.guarded.wait(0.01)
print k.lock.acquire(0), k.lock.release()
print k.frame_of().f_code is k.frame_of(0).f_code, k.frame_of == sys._getframe, k.frame_of.im_self is sys, k.caught(), k.caught == sys.exc_info
