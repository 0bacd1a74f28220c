import sys, copy_reg, warnings, re, collections, abc, atexit, logging, weakref
class A(object):
    def f(self):
        return 1
def reduce_a(a):
    return A, ()
copy_reg.pickle(A, reduce_a)
print A in copy_reg.dispatch_table, complex in copy_reg.dispatch_table
p = re.compile('(?P<name>a+)(b)?', re.I)
print p.match('xAAB', 1).groupdict(), p.pattern, p.flags, p.groups, p.groupindex, re.compile('(?P<name>a+)(b)?', re.I) is p
print re.sub(r'(\w)\1', r'<\1>', 'aabbc'), re.escape('a.b'), re.findall('[a-c]', 'abcd'), re.split('(,)', 'a,b')
class B(object):
    pass
print isinstance(B(), collections.Callable), issubclass(A, collections.Hashable)
collections.Callable.register(B)
print isinstance(B(), collections.Callable), isinstance(A(), collections.Callable)
class C(collections.Mapping):
    def __getitem__(self, k): return k
    def __len__(self): return 0
    def __iter__(self): return iter(())
print isinstance(C(), collections.Sized), C in collections.Mapping.__subclasses__(), C()['x'], C() == {}
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter('always')
    warnings.warn('x')
    print len(w), w[0].category.__name__
def last():
    print 'last'
atexit.register(last)
print logging.getLogger('a.b').parent is logging.getLogger('a'), logging.root.handlers, logging.getLevelName(20)
logging.basicConfig(stream=sys.stdout, format='%(levelname)s %(message)s')
logging.warning('hello')
d = weakref.WeakValueDictionary()
a = A()
d[1] = a
print len(d), d[1] is a, weakref.ref(a)() is a, list(weakref.WeakSet([a]))[0] is a
n = collections.namedtuple('N', 'a b')
print n(1, 2), n._make([3, 4])._asdict(), n.__module__
c = collections.Counter('aab'); o = collections.OrderedDict([(2, 1), (1, 2)]); dd = collections.defaultdict(list)
dd[1].append(2)
print c.most_common(), o, dd, collections.deque([1, 2], 1)
