#!/usr/bin/env python
"""CPython's side of RandomGraphIT: reads, writes and makes graphs, and says what they are.

Runs under CPython 2.7 and 3.6 or newer, with the standard library alone.

    python random_graphs.py version                           for example "3.13 4": Python, marshal
    python random_graphs.py echo VERSION IN OUT               a line "HEX" in, "HEX TEXT" out: what
                                                              marshal.loads gives, dumped again
    python random_graphs.py make VERSION SEED COUNT OUT       COUNT random graphs, "HEX TEXT" each

VERSION is a marshal version. A line "! MESSAGE" stands for a graph that CPython refused.

TEXT is the same for the same graph; GraphText.java writes it too. Containers are numbered in the
order in which they are met, and one that is met again is "#NUMBER", so that sharing and cycles show.
Not numbered: what has no items, since CPython may have one empty tuple and one empty frozenset;
frozendicts, which CPython 3.15.0rc1 cannot refer to; everything in versions below 3, which copy.

    N T F E S           None True False Ellipsis StopIteration
    iHEX lHEX           int; Python 2 long
    fBITS cBITS,BITS    float, complex: IEEE 754; "nan" for any NaN in versions 0 and 1, which write
                        floats as text and lose its sign and payload
    bHEX uHEX,HEX...    bytes (Python 2 str); str (Python 2 unicode), code points
    (...) [...]         tuple, list; each item is followed by a blank
    {...} d{...}        dict, frozendict: key, blank, value, blank; in stored order, which Python 2
                        has not: there sorted by the text that the key has on its own
    s<...> z<...>       set, frozenset: sorted by the text that the item has on its own
    :(...)              slice
    C(...)              code object: the fields that Python shows
"""
from __future__ import print_function

import marshal
import random
import struct
import sys
import types
import warnings

PY2 = sys.version_info[0] == 2
STR = type(u"")
LONG = type(1 << 100)
INTERN = intern if PY2 else sys.intern  # noqa: F821
POINT = unichr if PY2 else chr  # noqa: F821
try:
    FROZENDICT = frozendict  # 3.15 and newer
except NameError:
    FROZENDICT = None

CODE_INTS = ["co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_nlocals", "co_stacksize",
             "co_flags", "co_firstlineno"]
CODE_OBJECTS = ["co_code", "co_consts", "co_names"]
LOCALS = ["co_varnames", "co_freevars", "co_cellvars"]
CODE_LEAVES = ["co_filename", "co_name", "co_qualname",
               "co_linetable" if sys.version_info >= (3, 10) else "co_lnotab", "co_exceptiontable"]
LOCALS_PLUS = sys.version_info >= (3, 11)


class GraphText(object):
    def __init__(self, version):
        self.version = version
        self.numbers = {} if version >= 3 else None  # id: number

    def alone(self, value):
        """The text of what can be hashed, and so has no cycle, without regard to the rest."""
        text = GraphText(self.version)
        text.numbers = None
        return text.of(value)

    def of(self, value):
        kind = type(value)
        if value is None or value is True or value is False:
            return str(value)[0]
        if value is Ellipsis:
            return "E"
        if value is StopIteration:
            return "S"
        if kind is int:
            return "i%x" % value
        if kind is LONG:
            return "l%x" % value
        if kind is float:
            return "f" + self.bits(value)
        if kind is complex:
            return "c" + self.bits(value.real) + "," + self.bits(value.imag)
        if kind is bytes:
            return "b" + hexed(value)
        if kind is STR:
            return "u" + ",".join(points(value))
        if kind is not FROZENDICT and (kind in (slice, types.CodeType) or len(value)):
            if self.numbers is not None:
                if id(value) in self.numbers:
                    return "#%d" % self.numbers[id(value)]
                self.numbers[id(value)] = len(self.numbers)
        if kind is tuple:
            return "(" + self.all(value) + ")"
        if kind is list:
            return "[" + self.all(value) + "]"
        if kind is dict or kind is FROZENDICT:
            keys = sorted(value, key=self.alone) if PY2 else list(value)
            pairs = "".join([self.of(key) + " " + self.of(value[key]) + " " for key in keys])
            return ("{" if kind is dict else "d{") + pairs + "}"
        if kind is set or kind is frozenset:
            return ("s<" if kind is set else "z<") + self.all(sorted(value, key=self.alone)) + ">"
        if kind is slice:
            return ":(" + self.all((value.start, value.stop, value.step)) + ")"
        if kind is types.CodeType:
            return "C(" + self.code(value) + ")"
        raise TypeError("no text for %r" % kind)

    def all(self, values):
        return "".join([self.of(value) + " " for value in values])

    def code(self, code):
        text = self.all([getattr(code, name) for name in CODE_INTS if hasattr(code, name)])
        text += self.all([getattr(code, name) for name in CODE_OBJECTS])
        for name in LOCALS:
            names = getattr(code, name)
            # From 3.11 on these tuples are made when they are asked for.
            text += "(" + self.all(names) + ") " if LOCALS_PLUS else self.of(names) + " "
        return text + self.all([getattr(code, name) for name in CODE_LEAVES if hasattr(code, name)])

    def bits(self, value):
        if self.version < 2 and value != value:
            return "nan"
        return hexed(struct.pack(">d", value))


def hexed(data):
    return "".join(["%02x" % byte for byte in bytearray(data)])


def points(string):
    if sys.maxunicode > 0xFFFF:
        return ["%x" % ord(char) for char in string]
    # A narrow build of Python 2 keeps two surrogates for one code point.
    found = []
    for char in string:
        if found and 0xDC00 <= ord(char) < 0xE000 and 0xD800 <= found[-1] < 0xDC00:
            found[-1] = 0x10000 + (found[-1] - 0xD800 << 10) + ord(char) - 0xDC00
        else:
            found.append(ord(char))
    return ["%x" % point for point in found]


FLOATS = ["0000000000000000", "8000000000000000", "3ff0000000000000", "3fb999999999999a",
          "7ff0000000000000", "fff0000000000000", "7ff8000000000000", "fff8000000000000",
          "7ff8000000000123", "0000000000000001", "800fffffffffffff", "7fefffffffffffff",
          "4340000000000000", "41dfffffffc00000"]
RANGES = [(0x80, 0), (0x100, 0), (0xD800, 0x100), (0x110000, 0x10000), (0xE000, 0xD800)]


class Maker(object):
    """Makes one random graph. Of the generator only random() is used: it is the same in all Pythons."""

    def __init__(self, seed, version):
        self.random = random.Random(seed).random
        self.version = version
        self.left = 4 + self.below(60)
        self.leaves = []
        self.pool = []
        self.hashables = []
        self.open = []
        self.codes = 0

    def below(self, limit):
        return int(self.random() * limit)

    def pick(self, values):
        return values[self.below(len(values))]

    def name(self):
        return INTERN("".join([self.pick("abcdefgh_XYZ019") for _ in range(1 + self.below(9))]))

    def double(self):
        if self.random() < 0.4:
            bits = self.pick(FLOATS)
        else:
            bits = "%016x" % int(self.random() * (1 << 52))
            bits = "%03x" % self.below(0x1000) + bits[3:]
        return struct.unpack(">d", struct.pack(">Q", int(bits, 16)))[0]

    def data(self):
        size = self.pick([0, 1, 2, 8, 40, 40, 300]) if self.random() < 0.9 else self.below(1000)
        return bytes(bytearray([self.below(256) for _ in range(size)]))

    def string(self):
        end, start = self.pick(RANGES)
        size = self.pick([0, 1, 2, 5, 20, 20, 20, 255, 256, 300])
        found = []
        for _ in range(size):
            number = start + self.below(end - start)
            if PY2 and found and 0xD800 <= found[-1] < 0xDC00 <= number < 0xE000:
                number -= 0x400  # Python 2 writes a high and a low surrogate as one code point
            found.append(number)
        return u"".join(map(point, found))

    def integer(self):
        bits = self.pick([1, 7, 8, 15, 16, 30, 31, 32, 33, 45, 60, 62, 63, 64, 65, 100, 500])
        value = 1 << bits if self.random() < 0.3 else int(self.random() * (1 << 53)) << bits >> 53
        value += self.below(3) - 1
        return -value if self.random() < 0.5 else value

    def leaf(self):
        kind = self.below(12)
        if kind == 0:
            return self.pick([None, True, False, Ellipsis, StopIteration])
        if kind < 3:
            return int(self.integer()) if self.random() < 0.8 else LONG(self.integer())
        if kind == 3:
            return self.double()
        if kind == 4:
            return complex(self.double(), self.double())
        if kind == 5:
            return self.data()
        if kind == 6:
            return self.name()
        if kind == 7:
            return self.name() + self.name()  # not interned
        if kind == 8 and not PY2:
            return INTERN(self.string())
        if kind < 11:
            return self.string()
        return self.below(300)

    def value(self, depth, hashable, sealed):
        """sealed: inside of what must not hold itself."""
        self.left -= 1
        chance = self.random()
        pool = self.hashables if hashable else self.pool
        if chance < 0.15 and pool:
            return self.pick(pool)
        if chance < 0.25 and self.open and not hashable and not sealed and self.version >= 3:
            return self.pick(self.open)
        if chance < 0.3 and self.leaves:
            return self.pick(self.leaves)
        if chance < 0.6 or depth == 0 or self.left <= 0:
            self.leaves.append(self.leaf())
            return self.leaves[-1]
        made = self.container(depth - 1, hashable, sealed)
        self.pool.append(made)
        if hashable:
            self.hashables.append(made)
        return made

    def container(self, depth, hashable, sealed):
        kinds = [self.tuple, self.tuple, self.tuple, self.frozenset, self.code]
        if self.version >= 5 and sys.version_info >= (3, 14):
            kinds.append(self.slice)
        if self.version >= 6 and FROZENDICT is not None:
            kinds.append(self.frozendict)
        if not hashable:
            kinds += [self.list, self.list, self.list, self.dict, self.dict, self.set]
        return self.pick(kinds)(depth, hashable, sealed)

    def some(self, depth, hashable, sealed):
        if self.random() < 0.01:
            return [self.below(300) for _ in range(self.pick([254, 255, 256, 257, 300]))]
        return [self.value(depth, hashable, sealed) for _ in range(self.below(6))]

    def tuple(self, depth, hashable, sealed):
        items = self.some(depth, hashable, sealed)
        if hashable or sealed or self.version < 3 or self.random() < 0.7:
            return tuple(items)
        # A tuple that holds itself, by way of a list.
        inner = self.some(depth, False, False)
        self.pool.append(inner)
        made = tuple(items + [inner])
        inner.append(made)
        return made

    def list(self, depth, hashable, sealed):
        made = []
        self.open.append(made)
        for item in self.some(depth, False, sealed):
            made.append(item)
        self.open.pop()
        return made

    def keys(self, depth):
        """Values of which no two are equal, nor have one text, as two NaNs may."""
        text = GraphText(self.version)
        seen = {}
        for item in self.some(depth, True, True):
            alone = text.alone(item)
            if item not in seen and alone not in seen.values():
                seen[item] = alone
        return list(seen)

    def dict(self, depth, hashable, sealed):
        made = {}
        self.open.append(made)
        for key in self.keys(depth):
            made[key] = self.value(depth, False, sealed)
        self.open.pop()
        return made

    def set(self, depth, hashable, sealed):
        return set(self.keys(depth))

    def frozenset(self, depth, hashable, sealed):
        return frozenset(self.keys(depth))

    def slice(self, depth, hashable, sealed):
        return slice(*[self.value(depth, hashable, True) for _ in range(3)])

    def frozendict(self, depth, hashable, sealed):
        return FROZENDICT([(key, self.value(depth, hashable, True)) for key in self.keys(depth)])

    def names(self, limit):
        return tuple([self.name() for _ in range(self.below(limit))])

    def code(self, depth, hashable, sealed):
        self.codes += 1
        consts = tuple(self.some(depth, hashable, sealed))
        if hashable and consts and self.random() < 0.2:
            self.hashables.append(consts)
        varnames = self.names(6)
        most = len(varnames)
        argcount = self.below(most + 1)
        kwonly = 0 if PY2 else self.below(most - argcount + 1)
        flags = self.below(1 << 26) & ~0xC
        if argcount + kwonly < most:
            flags |= self.pick([0, 4, 8])
        if LOCALS_PLUS:
            import opcode
            known = [opcode.opmap[name] for name in ("NOP", "POP_TOP", "RETURN_VALUE")]
            # From 3.11 on loading specializes and writing restores, so the opcodes must be real.
            bytecode = [(self.pick(known), self.below(256)) for _ in range(1 + self.below(20))]
            bytecode = bytes(bytearray([byte for pair in bytecode for byte in pair]))
        else:
            bytecode = bytes(bytearray([self.below(256) for _ in range(2 + 2 * self.below(20))]))
        args = [argcount]
        if sys.version_info >= (3, 8):
            args.append(self.below(argcount + 1))
        if not PY2:
            args.append(kwonly)
        args += [len(varnames), self.below(100), flags, bytecode, consts, self.names(5), varnames,
                 self.name(), self.name()]
        if LOCALS_PLUS:
            args.append(self.name() + "." + self.name())
        args += [self.codes + self.below(2) * 1000, self.data()]
        if LOCALS_PLUS:
            args.append(self.data())
        free = self.names(4)
        # A name of an argument among the cells makes one variable of the two from 3.11 on.
        cells = self.names(3) + varnames[:self.below(2)]
        return types.CodeType(*(args + [free, tuple(cells)]))

    def deep(self):
        made = self.value(3, False, False)
        for i in range(100):
            made = [made] if i % 2 else (made,)
        return made

    def root(self):
        return self.deep() if self.random() < 0.01 else self.container(5, False, False)


def point(number):
    if number > sys.maxunicode:
        number -= 0x10000
        return POINT(0xD800 + (number >> 10)) + POINT(0xDC00 + (number & 0x3FF))
    return POINT(number)


def inside(value):
    kind = type(value)
    if kind in (tuple, list):
        return value
    if kind is dict or kind is FROZENDICT:
        return list(value.values())
    if kind is slice:
        return value.start, value.stop, value.step
    return value.co_consts if kind is types.CodeType else ()


def tuples(value):
    """What tuples lead to by way of tuples alone; no random tuple holds itself so."""
    for item in value:
        if type(item) is tuple:
            yield item
            for inner in tuples(item):
                yield inner


class Validity(object):
    """Whether CPython reads what it writes of a graph.

    It can refer to a code object, a slice or a frozendict only when that is complete. To a tuple it
    can refer at once; but making a code object it looks into the tuples among the constants, and
    dies of one that is not complete.
    """

    def __init__(self):
        self.open = {}
        self.done = {}

    def of(self, value):
        if id(value) in self.open:
            return type(value) in (tuple, list, dict)
        if id(value) in self.done:
            return True
        self.open[id(value)] = value
        valid = all([self.of(item) for item in inside(value) if inside(item)])
        if type(value) is types.CodeType:
            valid = valid and not any(id(item) in self.open for item in tuples((value.co_consts,)))
        del self.open[id(value)]
        self.done[id(value)] = value
        return valid


def make(seed, version):
    while True:
        root = Maker(seed, version).root()
        if Validity().of(root):
            return root
        seed += 1 << 40


def main(arguments):
    warnings.simplefilter("ignore")  # Python 2, comparing text with bytes
    sys.setrecursionlimit(5000)
    verb = arguments[0]
    if verb == "version":
        print("%d.%d %d" % (sys.version_info[0], sys.version_info[1], marshal.version))
    elif verb == "echo":
        version = int(arguments[1])
        with open(arguments[2]) as source:
            with open(arguments[3], "w") as sink:
                for line in source:
                    try:
                        value = marshal.loads(bytes(bytearray.fromhex(line.strip())))
                        text = GraphText(version).of(value)
                        sink.write("%s %s\n" % (hexed(marshal.dumps(value, version)), text))
                    except Exception as error:
                        sink.write("! %s: %s\n" % (type(error).__name__, error))
    elif verb == "make":
        version, seed, count = map(int, arguments[1:4])
        with open(arguments[4], "w") as sink:
            for i in range(count):
                value = make(seed + i, version)
                text = GraphText(version).of(value)
                sink.write("%s %s\n" % (hexed(marshal.dumps(value, version)), text))
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
