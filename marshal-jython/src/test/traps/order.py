# Dicts and sets whose order is that of their hashes.
names = dict.fromkeys('one two three four five six seven eight nine ten'.split())
numbers = set(range(160, 0, -7) + range(7, 40) + [10 ** n for n in range(12)])
mixed = frozenset(['b', 1, u'c', 2.5, (1, 2), "a"])
# Large ones, in which several words have the same place.
many = dict.fromkeys('%dword' % (i * 7919 % 1000) for i in range(300))
several = set('a%d-%d' % (i * 31 % 200, i) for i in range(200))
