# Weak containers, generators of random numbers, a start time.
import logging, random, threading, weakref


class Key(object):
    pass


first = Key()
by_weak, to_weak, weak_set = weakref.WeakKeyDictionary(), weakref.WeakValueDictionary(), weakref.WeakSet()
by_weak[first], to_weak['first'] = 'value', first
weak_set.add(first)
chance = random.Random(5)
local = threading.local()
local.x = 5
