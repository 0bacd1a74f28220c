# What is kept of functions, classes and instances.
import sys, inspect, decimal, optparse, textwrap, string, contextlib, functools, collections, pprint, copy
f = textwrap.fill
print f.__name__, f.__doc__[:20], f.__module__, f.func_defaults, f.func_globals is vars(textwrap), f.func_code.co_varnames[:3], f.func_closure
print inspect.getargspec(decimal.Decimal.__new__), inspect.isclass(optparse.Option), inspect.isfunction(f), inspect.ismethod(optparse.Option.process)
print optparse.Option.TYPES, optparse.Option.process.im_class is optparse.Option, optparse.Option.process.im_func
print [sorted(vars(c))[:4] for c in (optparse.Values, string.Template)], string.Template.pattern.pattern[:10]
print string.Template('$a ${b}').substitute(a=1, b=2), string.capwords('a b'), string.maketrans('a', 'b')[97]
p = decimal.Decimal.real
print type(p), decimal.Decimal(3).real, type(decimal.Decimal.__dict__['from_float']), decimal.Decimal.from_float(0.5)
@contextlib.contextmanager
def m():
    yield 1
with m() as x:
    print x
print functools.wraps(f)(lambda: 1).__name__, functools.partial(int, base=2)('11')
exec 'def g(a, b=[]):\n    b.append(a)\n    return b'
print g(1), g(2)
try:
    textwrap.wrap('a', width=0)
except ValueError, e:
    tb = sys.exc_info()[2]
    while tb.tb_next:
        tb = tb.tb_next
    print e, tb.tb_frame.f_code.co_name, tb.tb_lineno > 0, tb.tb_frame.f_code.co_filename.endswith('textwrap.py')
textwrap.answer = 42
print textwrap.answer, 'answer' in vars(textwrap), vars(textwrap).get('answer'), hasattr(textwrap, 'nothing')
del textwrap.answer
print hasattr(textwrap, 'answer')
textwrap.wrap = None
try:
    textwrap.fill('a')
except TypeError, e:
    print 'replaced'
copied = dict(vars(string))
print sorted(copied) == sorted(vars(string)), len(copied) == len(vars(string)), sorted(vars(string).keys())[:3]
names = {}
names.update(vars(pprint))
print sorted(names)[:5], names['pprint'] is pprint.pprint
ns = vars(copy)
print 'deepcopy' in ns, ns.has_key('copy'), ns.get('error') is copy.error, ns.pop('t', 5), len(ns) == len(list(ns)), ns == ns
class Sub(optparse.OptionParser):
    pass
print issubclass(Sub, optparse.OptionContainer), Sub().usage
print type(optparse.OptionParser), type(decimal.Context), isinstance(decimal.DefaultContext, decimal.Context)
