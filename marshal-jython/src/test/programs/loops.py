"""Loops, and ways out of them through any number of finally clauses."""


def simple():
    for i in range(5):
        if i == 1:
            continue
        if i == 4:
            break
        print i,
    else:
        print 'not here',
    for i in ():
        print 'not here',
    else:
        print 'else', i,
    while i:
        i -= 1
        if i == 2:
            continue
    else:
        print 'while', i,
    while True:
        break
    while 1:
        i += 1
        if i > 3:
            break
    print i


def out_through_finally(how):
    for i in range(3):
        for j in range(2):
            try:
                try:
                    if how == 'break' and i == 1:
                        break
                    if how == 'continue' and i == 1:
                        continue
                    if how == 'return' and i == 1:
                        return 'returned'
                    if how == 'raise' and i == 1:
                        raise ValueError(i)
                    print i, j,
                finally:
                    print 'inner',
            finally:
                print 'outer',
        else:
            print 'else',
    return 'end'


def finally_wins(how):
    while True:
        try:
            if how in ('return', 'both'):
                return 'from try'
            if how == 'raise':
                raise KeyError(how)
            if how == 'continue':
                how = 'return'
                continue
        finally:
            if how in ('both', 'raise'):
                return 'from finally'
            if how == 'break':
                break
            if how == 'return':
                print 'passing',
    return 'after the loop'


def break_in_finally():
    for i in range(3):
        try:
            raise ValueError(i)
        finally:
            break
    return 'lost', i


def continue_in_except():
    seen = []
    for i in range(6):
        try:
            try:
                if i % 2:
                    raise ValueError(i)
                seen.append(i)
            except ValueError:
                if i == 5:
                    break
                continue
            else:
                seen.append('else')
                continue
            finally:
                seen.append('finally')
        finally:
            seen.append('end')
    return seen


def return_replaced():
    try:
        return 1
    finally:
        try:
            return 2
        finally:
            try:
                raise ValueError
            except ValueError:
                return 3


def nested_for_return():
    for a in 'xy':
        for b in [1, 2]:
            while b:
                try:
                    for c in 'pq':
                        if (a, b, c) == ('y', 2, 'q'):
                            return a, b, c
                finally:
                    b -= 1


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def next(self):
        if not self.n:
            raise StopIteration
        self.n -= 1
        return self.n


class BySubscript:
    def __getitem__(self, i):
        if i > 2:
            raise IndexError
        return i * i


simple()
for how in ('break', 'continue', 'return', 'none'):
    print how, out_through_finally(how)
try:
    out_through_finally('raise')
except ValueError as e:
    print e
for how in ('return', 'both', 'raise', 'continue', 'break'):
    print how, finally_wins(how)
print break_in_finally(), continue_in_except(), return_replaced(), nested_for_return()
print list(Countdown(3)), [x for x in BySubscript()], 4 in BySubscript(), 5 in BySubscript()
try:
    for x in 5:
        pass
except TypeError as e:
    print e
