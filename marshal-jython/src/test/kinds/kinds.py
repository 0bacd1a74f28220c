# An object of each kind that modules have.
import abc, array, codecs, collections, functools, itertools, operator, os, random, re, struct, sys, thread, threading
import types, warnings, weakref
from java.lang import Integer, Math, Thread
from java.util.concurrent import TimeUnit
import java.util

none, yes, number, big, real, point, dots = None, True, 7, 1 << 80, 2.5, 1j, Ellipsis
text, more, mark = 'text', u'\u20ac\U0001f600', intern('kinds-' + 'mark')
items, pair, names, some, frozen = [1, [2]], (1, 'a'), {'a': 1, 2: 'b'}, set('abc'), frozenset([1, 2])
items.append(items)
names['self'] = names
part, numbers, raw, several = slice(1, None, 2), array.array('i', [1, 2, 3]), bytearray('ab\xff'), xrange(1, 9, 3)
last, counted, again, endless = collections.deque([1, 2, 3], 2), itertools.count(5, 2), itertools.repeat('x', 2), itertools.repeat(3)
counted.next()
by_default = collections.defaultdict(list, a=[1])
ordered, tally = collections.OrderedDict([('b', 1), ('a', 2)]), collections.Counter('aab')
unpack, second, name_of, upper = struct.Struct('>i'), operator.itemgetter(1, 0), operator.attrgetter('name'), operator.methodcaller('split', ',', 1)
binary, noted = functools.partial(int, base=2), functools.partial(max, 3)
noted.why = 'told'
words = re.compile(r'(?P<first>\w+) (?P<rest>.*)', re.I)
found, inside = words.match('Some words'), re.compile('b+').search('aabbcc', 1, 5)
append, upcase = items.append, 'abc'.upper


def plain(a, b=items, *more, **named):
    """Has a docstring."""
    return a, b is items, more, sorted(named)
plain.mark = [plain]


def closed(start):
    state = [start]
    def add(by=1):
        state.append(by)
        return sum(state)
    def both():
        return add, state
    return add, both
add, both = closed(10)


def numbered():
    yield 1


class Old:
    kind = 'old'
    def __init__(self):
        self.me = self
    def name(self):
        return self.kind


class Meta(type):
    made = []
    def __init__(cls, name, bases, names):
        Meta.made.append(name)
        type.__init__(cls, name, bases, names)


class Base(object):
    __metaclass__ = Meta
    def __init__(self, name='n'):
        self.name = name
    @property
    def loud(self):
        """Loud."""
        return self.name.upper()
    @loud.setter
    def loud(self, value):
        self.name = value.lower()
    @staticmethod
    def fixed(x):
        return x + 1
    @classmethod
    def of(cls):
        return cls.__name__
    def me(self):
        return self


class Sub(Base):
    def me(self):
        return super(Sub, self).me()


class Slots(object):
    __slots__ = 'a', 'b', '__weakref__'


class List(list):
    pass


class Dict(dict):
    pass


class Int(int):
    pass


class Str(str):
    pass


class Text(unicode):
    pass


class Tuple(tuple):
    pass


class Set(set):
    pass


class Frozen(frozenset):
    pass


class Float(float):
    pass


class Long(long):
    pass


class Queue(collections.deque):
    pass


class Error(ValueError):
    pass


class Shape(object):
    __metaclass__ = abc.ABCMeta
    @abc.abstractmethod
    def area(self):
        pass


class Square(Shape):
    def area(self):
        return 4


Shape.register(Old)
Point = collections.namedtuple('Point', 'x y')
old, base, sub, slotted, square, marker = Old(), Base('one'), Sub('two'), Slots(), Square(), object()
slotted.a = slotted
error = Error('bad', 3)
error.more = base
derived = [List([1]), Dict(a=1), Int(3), Str('s'), Text(u't'), Tuple((1,)), Set([1]), Frozen([2]), Float(1.5), Long(9), Queue([1, 2], 1), Point(1, 2)]
for each in derived[:-1]:
    each.name = 'own'
bound, unbound, of, fixed, loud = base.me, Base.me, Base.of, Base.fixed, Base.__dict__['loud']
by_object = {base: 'base', Old: 'Old', len: 'len', (1, base): 'pair'}
weak, proxy, gone = weakref.ref(base), weakref.proxy(sub), []
called = weakref.ref(sub, gone.append)
by_weak, to_weak, weak_set = weakref.WeakKeyDictionary(), weakref.WeakValueDictionary(), weakref.WeakSet([base, sub])
by_weak[base], to_weak['sub'] = 'value', sub
local, lock, relock, condition, event, low = threading.local(), threading.Lock(), threading.RLock(), threading.Condition(), threading.Event(), thread.allocate_lock()
local.x = 5
chance = random.Random()
module, system, builtin, kind, init, new, descriptor = os, sys, len, type, object.__init__, object.__new__, dict.get
java_class, java_method, java_static, java_constant, java_package = Thread, Thread.getName, Math.max, TimeUnit.SECONDS, java.util
no_such, empty_list = TimeUnit, java.util.Collections.EMPTY_LIST
strict, finder, stream, environment = codecs.lookup_error('strict'), codecs.lookup('utf-8'), sys.stdout, os.environ
unknown, cell = NotImplemented, add.func_closure[0]
warnings.filterwarnings('error', 'of kinds', UserWarning)


def told():
    pass
told.__module__ = 'elsewhere'


class Older(Old):
    pass
older = Older()
guarded = threading.Condition(lock)
getset = object.__dict__['__class__']
frame_of, caught = sys._getframe, sys.exc_info
