#!/usr/bin/env python3
"""Rebuild pyc/, streams/, golden/, corrupt/ and import-set-3.11.txt from sources/.

    python3 regenerate.py --oracle PYC_ORACLE.py [--pythons FOLDER] [--pyodide FOLDER]

--oracle   the program that compiles sources and prints object graphs
--pythons  a folder that holds one CPython installation a subfolder (bin/python in each); may be
           given more than once; ~/.pyenv/versions by default
--pyodide  an unpacked npm package "pyodide", which is CPython 3.14 or 3.15 for Node.js; may be
           given more than once

Files of a version whose interpreter is missing are left as they are. The script itself runs under
Python 3.8 or newer; the part below "Inside each CPython" also runs under all versions listed here,
including 2.7. Two runs with the same interpreters write the same bytes.
"""
from __future__ import print_function

import os
import struct
import sys

VERSIONS = ["2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15"]
STREAM_VERSIONS = ["2.7", "3.6", "3.13", "3.14", "3.15"]
HEADER_VERSIONS = ["2.7", "3.6", "3.7", "3.13"]
HEADER_MTIME = 1700000000
SELF_CONTAINING = "self-containing-"  # streams with this prefix hold a cycle and have no golden JSON

MAGIC = {
    "2.7": b"\x03\xf3\r\n",
    "3.5": b"\x17\r\r\n",
    "3.6": b"3\r\r\n",
    "3.8": b"U\r\r\n",
    "3.13": b"\xf3\r\r\n",
    "3.14": b"+\x0e\r\n",
    "3.15": b"R\x0e\r\n",
}


def header_length(version):
    return 8 if version == "2.7" else 12 if version == "3.6" else 16


# ---------------------------------------------------------------------------------------------
# The marshal format by hand.
# ---------------------------------------------------------------------------------------------


def i32(value):
    return struct.pack("<i", value)


def code(letter, flagged=False):
    """A type code, with the flag that numbers the object for later references."""
    return struct.pack("B", ord(letter) | (0x80 if flagged else 0))


def integer(value, flagged=False):
    return code("i", flagged) + i32(value)


def reference(number):
    return b"r" + i32(number)


def string_reference(number):
    return b"R" + i32(number)


def data(value):
    return b"s" + i32(len(value)) + value


def text(value):
    value = value.encode("utf-8")
    return b"u" + i32(len(value)) + value


def short_text(value):
    return b"z" + struct.pack("B", len(value)) + value.encode("ascii")


def small_tuple(*items):
    return b")" + struct.pack("B", len(items)) + b"".join(items)


def long_tuple(*items):
    return b"(" + i32(len(items)) + b"".join(items)


def digits(count, *values):
    """A long: a signed number of digits of 15 bits, each in two bytes."""
    return b"l" + i32(count) + b"".join(struct.pack("<H", value) for value in values)


# ---------------------------------------------------------------------------------------------
# Inside each CPython: the streams, the .pyc headers, the check of damaged files.
# ---------------------------------------------------------------------------------------------


def this_version():
    return "%d.%d" % sys.version_info[:2]


def write(path, content):
    folder = os.path.dirname(path)
    if folder and not os.path.isdir(folder):
        os.makedirs(folder)
    with open(path, "wb") as sink:
        sink.write(content)


def magic_here():
    if sys.version_info[0] == 2:
        import imp
        return imp.get_magic()
    import importlib.util
    return importlib.util.MAGIC_NUMBER


def nested(kind, depth):
    value = kind()
    for _ in range(depth - 1):
        value = kind([value])
    return value


def values_of_every_version():
    """Name and value of what marshal.dumps can write in each Python."""
    big = 10 ** 100
    unicode_300 = u"".join(u"\xe9\u0416\U0001F40D" for _ in range(300))
    values = [
        ("none", None),
        ("true", True),
        ("false", False),
        ("ellipsis", Ellipsis),
        ("stop-iteration", StopIteration),
        ("int-0", 0),
        ("int-minus-1", -1),
        ("int-largest-32-bit", 2 ** 31 - 1),
        ("int-smallest-32-bit", -2 ** 31),
        ("int-above-32-bit", 2 ** 31),
        ("int-below-32-bit", -2 ** 31 - 1),
        ("int-above-45-bit", 2 ** 45),
        ("int-largest-64-bit", 2 ** 63 - 1),
        ("int-smallest-64-bit", -2 ** 63),
        ("int-above-64-bit", 2 ** 64),
        ("int-googol", big),
        ("int-minus-googol", -big),
        ("float-minus-zero", -0.0),
        ("float-infinity", float("inf")),
        ("float-smallest", 5e-324),
        ("float-tenth", 0.1),
        ("complex-minus-zeros", complex(-0.0, -0.0)),
        ("complex", complex(1.5, -2.5)),
        ("bytes-empty", b""),
        ("bytes", b"\x00\x7f\x80\xff"),
        ("bytes-300", b"0123456789" * 30),
        ("str-empty", u""),
        ("str-ascii", u"not a name!"),
        ("str-ascii-255", u"a b" * 85),
        ("str-ascii-256", u"a bc" * 64),
        ("str-latin-1", u"caf\xe9 \xff"),
        ("str-bmp", u"\u0416\u4e2d\u20ac"),
        ("str-astral", u"\U0001F40D\U0010FFFF"),
        ("str-mixed-900", unicode_300),
        ("str-lone-surrogate", u"a\ud800b"),
        ("str-two-low-surrogates", u"\udc00\udfff"),
        ("str-nul", u"\0\0"),
        ("tuple-empty", ()),
        ("tuple-255", tuple(range(1000, 1255))),
        ("tuple-256", tuple(range(1000, 1256))),
        ("tuple-of-singletons", (None, True, False, Ellipsis, StopIteration)),
        ("tuple-of-equal-unlike", (0, 0.0, -0.0, 0j, False, u"", b"", (), 1, 1.0, True)),
        ("list-empty", []),
        ("list", [1, u"two", [3.0, []], None]),
        ("list-300", list(range(300))),
        ("dict-empty", {}),
        ("dict", {u"key": 1}),
        ("dict-nested", {1: {2: {3: {}}}}),
        ("dict-tuple-key", {(1, (2, 3)): [4]}),
        ("dict-none-key", {None: None}),
        ("set-empty", set()),
        ("set", set([1, 2, 3])),
        ("set-300", set(range(300))),
        ("set-of-tuples", set([(1, 2), (1.5, 2), ()])),
        ("frozenset-empty", frozenset()),
        ("frozenset", frozenset([1, 2, 3])),
        ("frozenset-nested", frozenset([frozenset([1]), frozenset([frozenset()])])),
    ]
    depth = 500 if sys.platform == "emscripten" else 1500  # the stack is smaller there
    values += [
        ("deep-%d-tuples" % depth, nested(tuple, depth)),
        ("deep-%d-lists" % depth, nested(list, depth)),
    ]
    if sys.version_info >= (3, 6):
        values += [
            ("dict-ordered", {u"z": 1, u"a": 2, 3: u"three", 2.5: b"", (): []}),
        ]
    if sys.version_info >= (3, 14):
        values += [
            ("slice-none", slice(None, None, None)),
            ("slice", slice(1, -2, 3)),
            ("slice-of-anything", slice(u"a", (1, 2), [b"c"])),
            ("slice-nested", slice(slice(1), slice(2, 3), (slice(None),))),
        ]
    if sys.version_info >= (3, 15):
        frozen = frozendict  # noqa: F821
        values += [
            ("frozendict-empty", frozen()),
            ("frozendict", frozen({u"key": 1, 2: (3, 4)})),
            ("frozendict-ordered", frozen([(u"z", 1), (u"a", 2), (3, None)])),
            ("frozendict-nested", frozen({frozen({1: 2}): frozen({3: slice(4)})})),
            ("frozendict-holding-list", frozen({1: [2, {3: 4}]})),
        ]
    return values


def values_of_each_stream_version(version):
    """Name and value of what marshal writes in another way in each version of its streams."""
    intern_here = getattr(sys, "intern", None) or intern  # noqa: F821
    shared = [1, 2]
    shared_text = u"shared text"
    shared_tuple = (123456, 234567)
    namespace = {}
    source = "def f(a, *b, **c):\n    'text'\n    d = a + 0.5\n    return lambda: (d, 2j, (1, 'x'), b'y')\n"
    exec(compile(source, "named.py", "exec", dont_inherit=True), namespace)
    text_or_binary = "text" if version < 2 else "binary"
    values = [
        (text_or_binary + "-float", 1.5),
        (text_or_binary + "-float-tenth", 0.1),
        (text_or_binary + "-float-minus-zero", -0.0),
        (text_or_binary + "-float-infinity", float("-inf")),
        (text_or_binary + "-complex", complex(-0.0, 2.5)),
        ("interned-str", intern_here("a_name")),
        ("interned-str-twice", [intern_here("a_name"), intern_here("a_name"), intern_here("other")]),
        ("str", u"text \u0416"),
        ("small-tuple", (1, 2)),
        ("shared-list", [shared, shared]),
        ("shared-text", [shared_text, shared_text, u"\xe9", shared_text]),
        ("shared-tuple", (shared_tuple, [shared_tuple], {1: shared_tuple})),
        ("sets", [set([1]), frozenset([2]), set(), frozenset()]),
        ("everything", [None, True, False, Ellipsis, StopIteration, 1, -1, 2 ** 40, -2 ** 70, 1.5, 2j,
                        b"bytes", u"text", (1,), [2], {3: 4}]),
        ("code", namespace["f"].__code__),
    ]
    if version >= 5:
        values += [("slice", slice(1, 2, 3)), ("shared-slice", [slice(1, 2)] * 2)]
    if version >= 6:
        values += [("frozendict", frozen_dict_of_one())]
    return values


def frozen_dict_of_one():
    return frozendict({u"key": (1, 2)})  # noqa: F821


def cyclic_values():
    """Values that hold themselves: marshal writes such from version 3 of its streams."""
    in_list = []
    in_list.append(in_list)
    in_dict = {}
    in_dict[u"itself"] = in_dict
    first, second = [], []
    first += [second, 1]
    second += [first, 2]
    in_tuple = ([],)
    in_tuple[0].append(in_tuple)
    deep = {1: ([2, {3: []}],)}
    deep[1][0][1][3].append(deep)
    return [
        ("list", in_list),
        ("dict", in_dict),
        ("two-lists", [first, second, first]),
        ("tuple-through-list", in_tuple),
        ("dict-through-all", deep),
    ]


def bodies_by_hand():
    """Name and bytes of streams that marshal.loads of this Python reads but marshal.dumps never writes."""
    bodies = [
        ("long-of-no-digits", digits(0)),
        ("long-of-one-small-digit", digits(1, 5)),
        ("long-minus-one-digit", digits(-1, 5)),
        ("text-float-nan", b"f\x03nan"),
        ("text-float-infinity", b"f\x08infinity"),
        ("text-float-overflow", b"f\x051e400"),
        ("text-float-minus-zero", b"f\x02-0"),
        ("text-float-17-digits", b"f\x130.10000000000000001"),
        ("text-complex", b"x\x031.5\x05-2e10"),
        ("binary-float-nan-with-payload", b"g" + struct.pack("<Q", 0x7FF8000000001234)),
        ("binary-float-negative-nan", b"g" + struct.pack("<Q", 0xFFF8000000000000)),
        ("binary-complex-nan", b"y" + struct.pack("<QQ", 0x7FF8000000000000, 0x8000000000000000)),
        ("int64", b"I" + struct.pack("<q", 2 ** 40 + 1)),
        ("int64-negative", b"I" + struct.pack("<q", -2 ** 63)),
        ("int64-small", b"I" + struct.pack("<q", 7)),
        ("dict-duplicate-key", b"{" + integer(1) + integer(2) + integer(1) + integer(3) + b"0"),
        ("set-duplicate-item", b"<" + i32(3) + integer(1) + integer(1) + integer(2)),
        ("bytes-after-root", integer(1) + b"left over"),
    ]
    if sys.version_info[0] == 2:
        bodies += [
            ("string-references", long_tuple(
                b"t" + i32(3) + b"one", b"t" + i32(3) + b"two", data(b"one"),
                string_reference(0), string_reference(1), string_reference(0))),
            # One entry: the order of Python 2's dicts is that of their hash table.
            ("string-reference-as-key", long_tuple(
                b"t" + i32(3) + b"one", b"{" + string_reference(0) + string_reference(0) + b"0")),
            ("dict-key-with-null-value-skipped", b"{" + integer(1) + integer(2) + integer(3) + b"0"
             + integer(4) + integer(5) + b"0"),
        ]
        return bodies
    one = b"\x01\x00\x00\x00"
    bodies += [
        ("dict-ended-by-null-value", b"{" + integer(1) + integer(2) + integer(3) + b"0"),
        ("latin-1-in-short-ascii", b"z\x04caf\xe9"),
        ("latin-1-in-short-ascii-interned", b"Z\x04caf\xe9"),
        ("latin-1-in-ascii", b"a" + i32(4) + b"caf\xe9"),
        ("latin-1-in-ascii-interned", b"A" + i32(4) + b"caf\xe9"),
        ("surrogates-apart-in-utf-8", b"u" + i32(6) + b"\xed\xa0\xbd\xed\xb0\x8d"),
        ("short-text-in-long-form", b"a" + i32(4) + b"text"),
        ("long-tuple-form-of-two", long_tuple(integer(1), integer(2))),
        ("interned-empty", b"Z\x00"),
        ("interned-in-each-form", small_tuple(
            b"Z\x04name", b"A" + i32(4) + b"name", b"t" + i32(4) + b"name", b"t" + i32(2) + b"\xc3\xa9")),
        ("same-text-in-each-form", small_tuple(
            b"z\x04name", b"a" + i32(4) + b"name", b"u" + i32(4) + b"name", b"Z\x04name")),
        ("flag-on-singletons-takes-no-number", small_tuple(
            code("N", True), code("T", True), code("F", True), code(".", True), code("S", True),
            integer(5, True), reference(0))),
        ("flag-on-null-at-the-end-of-a-dict", b"{" + integer(1) + integer(2) + code("0", True)),
        ("flag-on-everything", code("(", True) + i32(12) + integer(1, True)
         + code("l", True) + digits(1, 3)[1:] + code("g", True) + struct.pack("<d", 1.5)
         + code("y", True) + struct.pack("<dd", 1.5, 2.5) + code("s", True) + data(b"b")[1:]
         + code("z", True) + b"\x01z" + code("u", True) + text(u"\u0416")[1:]
         + code("[", True) + i32(0) + code("{", True) + b"0" + code("<", True) + i32(0)
         + code(">", True) + i32(1) + integer(2, True)
         + code(")", True) + b"\x08" + b"".join(reference(n) for n in (1, 2, 3, 4, 5, 6, 7, 11))),
        ("flag-on-empty-frozenset", small_tuple(code(">", True) + i32(0), integer(5, True),
                                                reference(0), reference(1))),
        ("frozenset-numbered-before-its-items", small_tuple(
            code(">", True) + one + integer(5, True), reference(0), reference(1))),
        ("reference-within-dict", b"{" + integer(5, True) + reference(0) + reference(0) + integer(6) + b"0"),
        ("unused-numbers", small_tuple(integer(1, True), integer(2, True), integer(2, True), reference(1))),
        (SELF_CONTAINING + "tuple", code(")", True) + b"\x01" + reference(0)),
        (SELF_CONTAINING + "tuple-long-form", code("(", True) + i32(2) + reference(0) + integer(1)),
    ]
    if sys.version_info >= (3, 14):
        bodies += [
            ("slice-numbered-before-its-items", small_tuple(
                code(":", True) + integer(5, True) + b"NN", reference(0), reference(1))),
        ]
    if sys.version_info >= (3, 15):
        bodies += [
            ("frozendict-numbered-before-its-items", small_tuple(
                code("}", True) + integer(5, True) + b"N0", reference(1))),
            ("frozendict-duplicate-key", b"}" + integer(1) + integer(2) + integer(1) + integer(3) + b"0"),
            ("frozendict-ended-by-null-value", b"}" + integer(1) + integer(2) + integer(3) + b"0"),
        ]
    return bodies


def runtime_code():
    """Code whose flags or fields no compiler sets by itself."""
    import types
    found = []
    if sys.version_info >= (3, 6):
        namespace = {}
        exec(compile("def f():\n    yield 1\n", "named.py", "exec", dont_inherit=True), namespace)
        found.append(("code-iterable-coroutine", types.coroutine(namespace["f"]).__code__))
    if sys.version_info >= (3, 8):
        base = compile("lambda: 1", "named.py", "eval", dont_inherit=True)
        found.append(("code-with-any-constants", base.replace(
            co_consts=base.co_consts + ((1, (2.5, b"b")), frozenset([1]), StopIteration, Ellipsis))))
        found.append(("code-with-text-beyond-ascii", base.replace(
            co_name=u"\u0416", co_filename=u"caf\xe9/\U0001F40D.py")))
    return found


def make_streams(folder):
    import marshal
    head = magic_here() + b"\0" * (header_length(this_version()) - 4)
    bodies = {}

    def add(name, body):
        if name in bodies:
            raise ValueError("two streams of one name: " + name)
        try:
            marshal.loads(body)
        except Exception as error:
            raise SystemExit("CPython %s refuses %s: %r" % (this_version(), name, error))
        bodies[name] = body

    for name, value in values_of_every_version() + runtime_code():
        add(name, marshal.dumps(value))
    for version in range(marshal.version + 1):
        for name, value in values_of_each_stream_version(version):
            add("v%d-%s" % (version, name), marshal.dumps(value, version))
    if marshal.version >= 3:
        for name, value in cyclic_values():
            add(SELF_CONTAINING + name, marshal.dumps(value))
    for name, body in bodies_by_hand():
        add(name, body)
    for name, body in bodies.items():
        write(os.path.join(folder, name + ".pyc"), head + body)


def make_headers(source, folder):
    """Compile one module with py_compile into each form of header that this Python has."""
    import py_compile
    import shutil
    forms = ["timestamp"]
    if sys.version_info >= (3, 7):
        forms += ["checked-hash", "unchecked-hash"]
    for form in forms:
        if not os.path.isdir(os.path.join(folder, form)):
            os.makedirs(os.path.join(folder, form))
        copy = os.path.join(folder, form, "tiny.py")
        shutil.copyfile(source, copy)
        os.utime(copy, (HEADER_MTIME, HEADER_MTIME))
        if sys.version_info[0] == 2:
            py_compile.compile(copy, copy + "c", dfile="tiny.py", doraise=True)
        else:
            extra = {}
            if sys.version_info >= (3, 7):
                extra["invalidation_mode"] = py_compile.PycInvalidationMode[form.upper().replace("-", "_")]
            for level in (0, 1, 2):
                py_compile.compile(copy, dfile="tiny.py", doraise=True, optimize=level, **extra)
        os.remove(copy)


def check_damaged(paths):
    """Fail unless this Python refuses each file: in marshal.loads if its header is sound, else on import."""
    import marshal
    try:
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    except ImportError:
        pass
    accepted = []
    for path in paths:
        with open(path, "rb") as source:
            content = source.read()
        length = header_length(this_version())
        sound = content[:4] == magic_here() and len(content) > length and (length < 16 or content[4:8] == i32(0))
        try:
            if sound:
                marshal.loads(content[length:])
            elif sys.version_info[0] == 2:
                import imp
                imp.load_compiled("damaged", path)
            else:
                from importlib.machinery import SourcelessFileLoader
                SourcelessFileLoader("damaged", path).get_code("damaged")
        except Exception as error:
            print("%-50s %s: %s" % (os.path.basename(path), type(error).__name__, str(error)[:90]))
        else:
            accepted.append(path)
    if accepted:
        raise SystemExit("CPython %s reads: %s" % (this_version(), ", ".join(accepted)))


def inside(verb, arguments):
    sys.setrecursionlimit(20000)
    if verb == "streams":
        make_streams(*arguments)
    elif verb == "headers":
        make_headers(*arguments)
    elif verb == "check":
        check_damaged(arguments)
    else:
        raise SystemExit("no such verb: " + verb)


# ---------------------------------------------------------------------------------------------
# Damaged files.
# ---------------------------------------------------------------------------------------------

CODE_FIELDS_3_13 = [
    ("argcount", i32(0)), ("posonlyargcount", i32(0)), ("kwonlyargcount", i32(0)),
    ("stacksize", i32(1)), ("flags", i32(0)),
    ("code", data(b"\x95\x00g\x00")),  # RESUME 0, RETURN_CONST 0
    ("consts", small_tuple(b"N")), ("names", small_tuple()),
    ("localsplusnames", small_tuple()), ("localspluskinds", data(b"")),
    ("filename", short_text("damaged.py")), ("name", short_text("damaged")),
    ("qualname", short_text("damaged")), ("firstlineno", i32(1)),
    ("linetable", data(b"\xf0\x03\x01\x01\x01")), ("exceptiontable", data(b"")),
]

CODE_FIELDS_3_8 = [
    ("argcount", i32(0)), ("posonlyargcount", i32(0)), ("kwonlyargcount", i32(0)), ("nlocals", i32(0)),
    ("stacksize", i32(1)), ("flags", i32(64)), ("code", data(b"d\x00S\x00")),  # LOAD_CONST 0, RETURN_VALUE
    ("consts", small_tuple(b"N")), ("names", small_tuple()), ("varnames", small_tuple()),
    ("freevars", small_tuple()), ("cellvars", small_tuple()), ("filename", short_text("damaged.py")),
    ("name", short_text("damaged")), ("firstlineno", i32(1)), ("lnotab", data(b"")),
]

CODE_FIELDS_2_7 = [
    ("argcount", i32(0)), ("nlocals", i32(0)), ("stacksize", i32(1)), ("flags", i32(64)),
    ("code", data(b"d\x00\x00S")), ("consts", long_tuple(b"N")), ("names", long_tuple()),
    ("varnames", long_tuple()), ("freevars", long_tuple()), ("cellvars", long_tuple()),
    ("filename", data(b"damaged.py")), ("name", data(b"damaged")), ("firstlineno", i32(1)),
    ("lnotab", data(b"")),
]


def code_object(fields, flagged=False, **changed):
    left = dict(changed)
    body = code("c", flagged) + b"".join(left.pop(name, value) for name, value in fields)
    if left:
        raise ValueError("no such field: %s" % list(left))
    return body


def code_3_13(flagged=False, **changed):
    return code_object(CODE_FIELDS_3_13, flagged, **changed)


def code_2_7(**changed):
    return code_object(CODE_FIELDS_2_7, **changed)


def code_3_8(**changed):
    return code_object(CODE_FIELDS_3_8, **changed)


def damaged(sample):
    """Yield version, file name, flaw and content. sample is a sound .pyc of CPython 3.13."""
    zeros = b"\0" * 12
    head = MAGIC["3.13"] + zeros
    two = MAGIC["2.7"] + b"\0" * 4
    root = code_3_13()
    largest = 2 ** 31 - 1

    def whole(name, flaw, content, version="3.13"):
        prefix = "" if version == "3.13" else "py" + version.replace(".", "") + "-"
        return version, prefix + name + ".pyc", flaw, content

    def body(name, flaw, content):
        return whole(name, flaw, head + content)

    def body_2_7(name, flaw, content):
        return whole(name, flaw, two + content, "2.7")

    yield whole("empty", "the file has no bytes", b"")
    yield whole("cut-in-magic", "the file ends within the magic number", MAGIC["3.13"][:2])
    yield whole("cut-in-header", "the file ends within the header", (MAGIC["3.13"] + zeros)[:10])
    yield whole("cut-after-magic", "the file ends after the magic number", MAGIC["3.13"])
    yield whole("cut-after-header", "the file ends after the header: no root", head)
    yield whole("cut-in-body", "the file ends halfway through its body", sample[:len(sample) // 2])
    yield whole("cut-by-one-byte", "the last byte is missing", sample[:-1])
    yield whole("unknown-magic", "no Python has this magic number", struct.pack("<H", 60001) + b"\r\n" + zeros + root)
    yield whole("magic-without-line-end", "the magic number does not end with CR LF",
                MAGIC["3.13"][:2] + b"\n\n" + zeros + root)
    yield whole("magic-of-3.5", "the magic number is that of CPython 3.5, which is not supported",
                MAGIC["3.5"] + b"\0" * 8 + code_2_7())
    yield whole("not-a-pyc", "the file is text", b"# This file is Python source under the name of a .pyc.\nx = 1\n")
    yield whole("flags-unknown", "the header's flags are 0x7: only bits 0 and 1 are known",
                MAGIC["3.13"] + i32(7) + b"\0" * 8 + root)
    yield whole("flags-high-bit", "the header's flags have their highest bit set",
                MAGIC["3.13"] + b"\x00\x00\x00\x80" + b"\0" * 8 + root)

    yield body("wrong-type-code", "no type has the code '?'", b"?")
    yield body("wrong-type-code-zero-byte", "a type code is the byte 0", b"\0")
    yield body("wrong-type-code-in-tuple", "an item of a tuple has the unknown type code '!'",
               small_tuple(integer(1), b"!"))
    yield body("string-reference-in-3.13", "the type code 'R' is Python 2's", small_tuple(b"Z\x01a", string_reference(0)))
    yield body("slice-in-3.13", "the type code ':' is that of 3.14 and newer", b":NNN")
    yield body("frozendict-in-3.13", "the type code '}' is that of 3.15 and newer", b"}0")
    yield body("root-is-null", "the root is the null mark", b"0")
    yield body("null-in-tuple", "an item of a tuple is the null mark", small_tuple(b"0"))
    yield body("null-in-list", "an item of a list is the null mark", b"[" + i32(1) + b"0")
    yield body("null-in-set", "an item of a set is the null mark", b"<" + i32(1) + b"0")
    yield body("null-in-frozenset", "an item of a frozenset is the null mark", b">" + i32(1) + b"0")
    yield body("tuple-length-2147483647", "a tuple claims 2147483647 items", b"(" + i32(largest) + b"N")
    yield body("list-length-2147483647", "a list claims 2147483647 items", b"[" + i32(largest) + b"N")
    yield body("set-length-2147483647", "a set claims 2147483647 items", b"<" + i32(largest) + b"N")
    yield body("frozenset-length-2147483647", "a frozenset claims 2147483647 items", b">" + i32(largest) + b"N")
    yield body("string-length-2147483647", "a bytes object claims 2147483647 bytes", b"s" + i32(largest) + b"abc")
    yield body("text-length-2147483647", "a str claims 2147483647 bytes", b"u" + i32(largest) + b"abc")
    yield body("ascii-length-2147483647", "an ASCII str claims 2147483647 bytes", b"a" + i32(largest) + b"abc")
    yield body("long-length-2147483647", "a long claims 2147483647 digits", b"l" + i32(largest) + b"\1\0")
    yield body("long-length-minus-2147483648", "a long claims 2147483648 digits and a minus sign",
               b"l" + i32(-largest - 1) + b"\1\0")
    yield body("short-length-255", "a short ASCII str claims 255 bytes and has 3", b"z\xffabc")
    yield body("small-tuple-length-255", "a small tuple claims 255 items and has one", b")\xffN")
    yield body("negative-length", "a bytes object claims -1 bytes", b"s" + i32(-1))
    yield body("negative-length-text", "a str claims -1 bytes", b"u" + i32(-1))
    yield body("negative-length-ascii", "an ASCII str claims -1 bytes", b"a" + i32(-1))
    yield body("negative-length-tuple", "a tuple claims -1 items", b"(" + i32(-1))
    yield body("negative-length-list", "a list claims -1 items", b"[" + i32(-1))
    yield body("negative-length-set", "a set claims -1 items", b"<" + i32(-1))
    yield body("cut-in-length", "the file ends within a length", b"(\x01\x00")
    yield body("cut-in-int", "the file ends within an int", b"i\x01\x00\x00")
    yield body("cut-in-int64", "the file ends within a 64-bit int", b"I\x01\x00\x00\x00\x00")
    yield body("cut-in-binary-float", "the file ends within a float", b"g\x00\x00\x00\x00")
    yield body("cut-in-binary-complex", "the file ends within a complex", b"y" + b"\0" * 12)
    yield body("cut-in-text-float", "the file ends within a text float", b"f\x051.5")
    yield body("cut-in-long", "the file ends within a digit of a long", b"l" + i32(2) + b"\1\0\1")
    yield body("cut-in-reference", "the file ends within a reference", b"r\x00\x00")
    yield body("dict-cut-before-null", "the file ends before a dict's closing null mark", b"{" + integer(1) + integer(2))
    yield body("dict-cut-before-value", "the file ends after a dict's key", b"{" + integer(1))
    yield body("long-digits-out-of-range", "a digit of a long exceeds 15 bits", digits(2, 0x8000, 1))
    yield body("long-not-normalized", "the highest digit of a long is zero", digits(2, 1, 0))
    yield body("bad-text-float", "a text float is not a number", b"f\x03abc")
    yield body("bad-text-float-blank", "a text float begins with a blank", b"f\x04 1.5")
    yield body("bad-text-float-underscore", "a text float holds an underscore", b"f\x041_05")
    yield body("bad-text-float-hexadecimal", "a text float is hexadecimal", b"f\x050x1p3")
    yield body("bad-text-float-empty", "a text float has no characters", b"f\x00")
    yield body("bad-text-complex", "the imaginary part of a text complex is not a number", b"x\x011\x01j")
    yield body("bad-utf8", "a str is not UTF-8: a byte 0xff", b"u" + i32(3) + b"a\xffb")
    yield body("bad-utf8-overlong", "a str is not UTF-8: an overlong form", b"u" + i32(2) + b"\xc0\x80")
    yield body("bad-utf8-cut", "a str is not UTF-8: its last character is cut", b"u" + i32(2) + b"\xe2\x82")
    yield body("bad-utf8-above-10ffff", "a str is not UTF-8: a code point above U+10FFFF",
               b"u" + i32(4) + b"\xf4\x90\x80\x80")
    yield body("bad-utf8-interned", "an interned str is not UTF-8", b"t" + i32(1) + b"\x80")
    yield body("reference-to-nowhere", "a reference to an object number that does not exist",
               small_tuple(integer(1, True), reference(1)))
    yield body("reference-as-root", "the root refers to an object, and there is none", reference(0))
    yield body("reference-negative", "a reference to object number -1", small_tuple(integer(1, True), reference(-1)))
    yield body("reference-to-unflagged", "a reference to an object that has no number",
               small_tuple(integer(1), reference(0)))
    yield body("reference-ahead", "a reference to an object that comes later",
               small_tuple(reference(0), integer(1, True)))
    yield body("reference-to-unfinished-code", "a constant of a code object refers to that code object",
               code_3_13(flagged=True, consts=small_tuple(reference(0))))
    yield body("reference-to-unfinished-frozenset", "an item of a frozenset refers to that frozenset",
               code(">", True) + i32(1) + reference(0))
    yield body("unhashable-in-set", "an item of a set is a list", b"<" + i32(1) + b"[" + i32(0))
    yield body("unhashable-in-frozenset", "an item of a frozenset is a dict", b">" + i32(1) + b"{0")
    yield body("unhashable-dict-key", "a key of a dict is a list", b"{[" + i32(0) + b"N0")
    yield body("unhashable-in-tuple-key", "a key of a dict is a tuple that holds a list",
               b"{" + small_tuple(b"[" + i32(0)) + b"N0")
    yield body("nested-100000-deep", "100,000 tuples, each within the other", b")\x01" * 100000 + b"N")
    yield body("nested-20000-deep-lists", "20,000 lists, each within the other", (b"[" + i32(1)) * 20000 + b"N")

    yield body("code-cut-in-fields", "the file ends within the fields of a code object", root[:-6])
    yield body("code-null-field", "a field of a code object is the null mark", code_3_13(names=b"0"))
    yield body("code-bytes-not-bytes", "the bytecode of a code object is a str", code_3_13(code=short_text("ab")))
    yield body("code-bytes-of-odd-length", "the bytecode of a code object has an odd length",
               code_3_13(code=data(b"\x95\x00g")))
    yield body("code-consts-not-a-tuple", "the constants of a code object are a list", code_3_13(consts=b"[" + i32(0)))
    yield body("code-names-not-a-tuple", "the names of a code object are a str", code_3_13(names=short_text("ab")))
    yield body("code-names-entry-not-a-string", "one of the names of a code object is an int",
               code_3_13(names=small_tuple(integer(1))))
    yield body("code-name-not-a-string", "the name of a code object is an int", code_3_13(name=integer(1)))
    yield body("code-qualname-not-a-string", "the qualified name of a code object is None", code_3_13(qualname=b"N"))
    yield body("code-filename-not-a-string", "the file name of a code object is bytes",
               code_3_13(filename=data(b"damaged.py")))
    yield body("code-linetable-not-bytes", "the line table of a code object is None", code_3_13(linetable=b"N"))
    yield body("code-exceptiontable-not-bytes", "the exception table of a code object is a tuple",
               code_3_13(exceptiontable=small_tuple()))
    yield body("code-kinds-not-bytes", "the kinds of locals of a code object are a tuple",
               code_3_13(localspluskinds=small_tuple()))
    yield body("code-fewer-kinds-than-names", "a code object has one local name and no kind",
               code_3_13(localsplusnames=small_tuple(short_text("a"))))
    yield body("code-more-kinds-than-names", "a code object has one kind of local and no name",
               code_3_13(localspluskinds=data(b"\x20")))
    yield body("code-argcount-negative", "a code object has -1 arguments", code_3_13(argcount=i32(-1)))
    yield body("code-argcount-above-locals", "a code object has an argument and no local", code_3_13(argcount=i32(1)))
    yield body("code-posonly-above-argcount", "a code object has a positional-only argument among none",
               code_3_13(posonlyargcount=i32(1)))
    yield body("code-stacksize-negative", "a code object has a stack of -1", code_3_13(stacksize=i32(-1)))

    for flaw, changed in (("argcount", {"argcount": i32(1)}), ("kwonlyargcount", {"kwonlyargcount": i32(1)}),
                          ("varargs", {"flags": i32(64 + 4)})):
        yield whole("code-%s-above-varnames" % flaw, "a code object has an argument and no variable",
                    MAGIC["3.8"] + zeros + code_3_8(**changed), "3.8")

    yield whole("cut-in-header", "the file ends within the header of 12 bytes", MAGIC["3.6"] + b"\0" * 6, "3.6")

    yield whole("cut-in-header", "the file ends within the header of 8 bytes", MAGIC["2.7"] + b"\0\0", "2.7")
    yield body_2_7("cut-in-body", "the file ends within a code object", code_2_7()[:-8])
    yield body_2_7("flag-on-type-code", "a type code has the flag 0x80, which Python 2 does not know",
                   integer(1, True))
    yield body_2_7("string-reference-out-of-range", "a string reference to number 1; there is only 0",
                   long_tuple(b"t" + i32(1) + b"a", string_reference(1)))
    yield body_2_7("string-reference-negative", "a string reference to number -1",
                   long_tuple(b"t" + i32(1) + b"a", string_reference(-1)))
    yield body_2_7("reference-of-3", "the type code 'r' is Python 3's", long_tuple(integer(1), reference(0)))
    yield body_2_7("short-text-of-3", "the type code 'z' is Python 3's", short_text("abc"))
    yield body_2_7("small-tuple-of-3", "the type code ')' is Python 3's", small_tuple(integer(1)))
    yield body_2_7("bad-utf8", "a unicode object is not UTF-8", b"u" + i32(2) + b"\xff\xfe")
    yield body_2_7("long-digits-out-of-range", "a digit of a long exceeds 15 bits", digits(1, 0x8001))
    yield body_2_7("negative-length", "a str claims -1 bytes", b"s" + i32(-1))
    yield body_2_7("null-in-tuple", "an item of a tuple is the null mark", long_tuple(b"0"))
    yield body_2_7("code-consts-not-a-tuple", "the constants of a code object are None", code_2_7(consts=b"N"))
    yield body_2_7("code-name-not-a-string", "the name of a code object is an int", code_2_7(name=integer(1)))
    yield body_2_7("nested-20000-deep", "20,000 tuples, each within the other", (b"(" + i32(1)) * 20000 + b"N")

    for version in ("3.14", "3.15"):
        newer = MAGIC[version] + zeros
        yield whole("reference-to-unfinished-slice", "the start of a slice refers to that slice",
                    newer + code(":", True) + reference(0) + b"NN", version)
        yield whole("null-in-slice", "the start of a slice is the null mark", newer + b":0NN", version)
        yield whole("slice-cut-before-step", "the file ends before the step of a slice", newer + b":NN", version)
    yield whole("frozendict-in-3.14", "the type code '}' is that of 3.15 and newer", MAGIC["3.14"] + zeros + b"}0", "3.14")
    newer = MAGIC["3.15"] + zeros
    yield whole("reference-to-unfinished-frozendict", "a value of a frozendict refers to that frozendict",
                newer + code("}", True) + integer(1) + reference(0) + b"0", "3.15")
    yield whole("frozendict-cut-before-null", "the file ends before a frozendict's closing null mark",
                newer + b"}" + integer(1) + integer(2), "3.15")
    yield whole("unhashable-frozendict-key", "a key of a frozendict is a list", newer + b"}[" + i32(0) + b"N0", "3.15")


# ---------------------------------------------------------------------------------------------
# The driver: any Python 3.8 or newer.
# ---------------------------------------------------------------------------------------------

PYODIDE_RUNNER = """
import path from "node:path";
import { pathToFileURL } from "node:url";
const [folder, mounts, script, ...rest] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")).href);
const lines = [];
const py = await loadPyodide({
  env: { HOME: "/", PYTHONHASHSEED: "0", PYTHONDONTWRITEBYTECODE: "1" },
  stdout: (line) => lines.push(line),
  stderr: (line) => process.stderr.write(line + "\\n"),
});
for (const [place, root] of Object.entries(JSON.parse(mounts))) {
  py.FS.mkdirTree(place);
  py.FS.mount(py.FS.filesystems.NODEFS, { root }, place);
}
py.globals.set("ARGUMENTS", py.toPy([script, ...rest]));
process.exitCode = py.runPython(`
import os, runpy, sys
os.chdir("/testdata")
sys.argv = list(ARGUMENTS)
del ARGUMENTS
def run():
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
            return 1
        return end.code or 0
    return 0
run()
`);
process.stdout.write(lines.map((line) => line + "\\n").join(""));
"""

IMPORT_SET = """
import json, http.client, asyncio, unittest, decimal, optparse
import sys
print("# CPython %d.%d.%d, run with -S -E: the modules in sys.modules that have a .pyc file in the standard" % sys.version_info[:3])
print("# library (__cached__ is set; frozen modules and those in C have none) after, in a fresh interpreter,")
print("# import json, http.client, asyncio, unittest, decimal, optparse")
print("\\n".join(sorted(name for name, module in sys.modules.items() if getattr(module, "__cached__", None))))
"""


def driver():
    import argparse
    import json
    import pathlib
    import shutil
    import subprocess
    import tempfile

    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--oracle", required=True, type=pathlib.Path)
    parser.add_argument("--pythons", action="append", type=pathlib.Path)
    parser.add_argument("--pyodide", action="append", type=pathlib.Path, default=[])
    options = parser.parse_args()
    oracle = options.oracle.resolve()
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
                   "PYTHONIOENCODING": "utf-8"}
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="testdata-"))
    runner = scratch / "run.mjs"
    runner.write_text(PYODIDE_RUNNER)

    class Native:
        def __init__(self, python):
            self.python = str(python)

        def run(self, script, *arguments):
            script = oracle if script == "oracle" else here / (script + ".py")
            done = subprocess.run([self.python, "-s", "-S", str(script)] + list(map(str, arguments)),
                                  cwd=here, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            return finished(done, arguments)

        def place(self, path):
            return os.path.relpath(path, here) if here in path.parents else str(path)

    class Pyodide:
        def __init__(self, package):
            self.package = str(package.resolve())

        def run(self, script, *arguments):
            mounts = {"/testdata": str(here), "/oracle": str(oracle.parent), "/scratch": str(scratch)}
            script = "/oracle/" + oracle.name if script == "oracle" else "/testdata/%s.py" % script
            done = subprocess.run(["node", "--stack-size=3900", str(runner), self.package, json.dumps(mounts), script]
                                  + list(map(str, arguments)),
                                  cwd=scratch, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            return finished(done, arguments)

        def place(self, path):
            return "/scratch/" + os.path.relpath(path, scratch) if scratch in path.parents else \
                os.path.relpath(path, here)

    def finished(done, arguments):
        if done.returncode:
            raise SystemExit("failed: %s\n%s" % (" ".join(map(str, arguments))[:300],
                                                done.stderr.decode("utf-8", "replace")[-3000:]))
        if done.stderr:
            print(done.stderr.decode("utf-8", "replace"), end="")
        return done.stdout.decode("ascii")

    def interpreters():
        found = {}
        for folder in options.pythons or [pathlib.Path.home() / ".pyenv" / "versions"]:
            for python in sorted(folder.glob("*/bin/python")):
                done = subprocess.run([str(python), "-S", "-c", "import sys; print('%d.%d %d' % sys.version_info[:3])"],
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                if done.returncode == 0:
                    version, patch = done.stdout.decode().split()
                    found.setdefault(version, []).append((int(patch), python))
        chosen = {version: Native(max(found[version])[1]) for version in VERSIONS if version in found}
        for package in options.pyodide:
            python = Pyodide(package)
            (scratch / "which.py").write_text("import sys\nprint('%d.%d' % sys.version_info[:2])\n")
            done = subprocess.run(["node", str(runner), python.package, json.dumps(
                {"/testdata": str(here), "/scratch": str(scratch)}), "/scratch/which.py"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            chosen[finished(done, ["which"]).strip()] = python
        return {version: chosen[version] for version in VERSIONS if version in chosen}

    def groups(version):
        """The folders of sources that this version compiles."""
        number = tuple(map(int, version.split(".")))
        for folder in sorted(path for path in (here / "sources").iterdir() if path.is_dir()):
            name = folder.name
            if name == "common" or name == "py2" and number[0] == 2 or name == "py3" and number[0] == 3:
                yield folder
            elif name.startswith("py3") and len(name) > 3 and number >= (3, int(name[3:])):
                yield folder

    def fresh(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def compile_sources(version, python):
        target = fresh(here / "pyc" / version)
        for group in groups(version):
            out = fresh(scratch / "compiled")
            python.run("oracle", "compile", python.place(group), python.place(out))
            sources = [path for path in group.rglob("*.py")]
            for source in sources:
                made = out / source.relative_to(group).with_suffix(".pyc")
                if not made.exists():
                    raise SystemExit("%s does not compile under %s" % (source.relative_to(here), version))
                goal = target / source.relative_to(group).with_suffix(".pyc")
                if goal.exists():
                    raise SystemExit("two sources of one name: %s" % source.relative_to(here))
                goal.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(made, goal)

    def compile_headers(version, python):
        out = fresh(here / "pyc" / (version + "-headers"))
        python.run("regenerate", "--inside", "headers", here / "sources" / "headers" / "tiny.py", out)

    def print_graphs(folder, python):
        """Write the golden JSON of each .pyc below a folder of testdata."""
        goal = fresh(here / "golden" / folder.relative_to(here))
        paths = [path for path in sorted(folder.rglob("*.pyc")) if not path.name.startswith(SELF_CONTAINING)]
        lines = python.run("oracle", "graph", *(path.relative_to(here) for path in paths)).splitlines()
        if len(lines) != len(paths):
            raise SystemExit("%d graphs of %d files" % (len(lines), len(paths)))
        for path, line in zip(paths, lines):
            out = (goal / path.relative_to(folder)).with_suffix(".json")
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(line.encode("ascii") + b"\n")

    def print_bytecode(version, python):
        """Write the digests of what is in the bytecode of a version's files."""
        folder = here / "pyc" / version
        names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.pyc"))
        prefix = "pyc/%s/" % version
        lines = python.run("bytecode_facts", "digest", *(prefix + name for name in names))
        out = here / "golden" / "bytecode" / (version + ".txt")
        out.parent.mkdir(exist_ok=True)
        out.write_bytes(lines.replace(prefix, "").encode("ascii"))

    def damage(pythons):
        out = fresh(here / "corrupt")
        rows, of_version = [], {}
        sample = (here / "pyc" / "3.13" / "functions.pyc").read_bytes()
        for version, name, flaw, content in damaged(sample):
            if (out / name).exists():
                raise SystemExit("two damaged files of one name: " + name)
            (out / name).write_bytes(content)
            rows.append("%s\t%s\n" % (name, flaw))
            of_version.setdefault(version, []).append(pathlib.Path("corrupt") / name)
        (out / "EXPECTED.tsv").write_bytes("".join(sorted(rows)).encode("ascii"))
        for version, paths in of_version.items():
            if version in pythons:
                print(pythons[version].run("regenerate", "--inside", "check", *paths), end="")

    try:
        pythons = interpreters()
        for version in VERSIONS:
            python = pythons.get(version)
            if python is None:
                print("%s: no interpreter, its files stay as they are" % version)
                continue
            compile_sources(version, python)
            folders = [here / "pyc" / version]
            if version in HEADER_VERSIONS:
                compile_headers(version, python)
                folders.append(here / "pyc" / (version + "-headers"))
            if version in STREAM_VERSIONS:
                folders.append(fresh(here / "streams" / version))
                python.run("regenerate", "--inside", "streams", python.place(folders[-1]))
            for folder in folders:
                print_graphs(folder, python)
            print_bytecode(version, python)
            print("%s: %d files" % (version, sum(len(list(folder.rglob("*.pyc"))) for folder in folders)))
        damage(pythons)
        if "3.11" in pythons:
            done = subprocess.run([pythons["3.11"].python, "-S", "-E", "-B", "-c", IMPORT_SET],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            (here / "import-set-3.11.txt").write_bytes(finished(done, ["import set"]).encode("ascii"))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(sys.argv[2], sys.argv[3:])
    else:
        driver()
