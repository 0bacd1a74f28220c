import sys
import decimal, numbers, collections
D = decimal.Decimal
print D(1) / 3, D('1e400').sqrt(), D(5).as_tuple(), D(5).as_tuple().digits
print isinstance(D(1), numbers.Number), isinstance(3, numbers.Number), isinstance(3, numbers.Integral)
print isinstance([], collections.Sequence), isinstance({}, collections.Mapping), isinstance(3, collections.Iterable)
print sorted(c.__name__ for c in numbers.Number.__subclasses__())
print decimal.getcontext().prec, decimal.getcontext().rounding
try:
    D(1) / 0
except decimal.DivisionByZero, e:
    print repr(e)
with decimal.localcontext() as c:
    c.prec = 5
    print D(1) / 7
print D(1) / 7
print D.__doc__[:30], decimal.__name__, decimal.__doc__[:20]
print numbers.Number.__abstractmethods__, sorted(numbers.Complex.__abstractmethods__)
try:
    numbers.Complex()
except TypeError, e:
    print e
import copy, pickle
print copy.copy(D(3)), copy.deepcopy([D(4), [D(5)]]), pickle.loads(pickle.dumps(D('1.5'))), pickle.loads(pickle.dumps(D('1.5'), 2))
print sorted(vars(decimal).keys())
print D.__mro__, D.__slots__, type(decimal), type(decimal.__dict__), len(dir(D)), len(D.__dict__)
print decimal.DecimalTuple(1, (2,), 3)._replace(sign=0), decimal.DecimalTuple._fields
print [type(x).__name__ for x in (D(3), decimal.getcontext(), decimal.Inexact, decimal.localcontext)]
