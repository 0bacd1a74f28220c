"""Prints the opcode table of the CPython that runs it, as Opcodes.java reads it.

    python3.16 opcode_table.py >> opcodes.txt

Runs on CPython 2.7 and 3.6 or newer. Numbers, names and classes of opcodes come from the standard
library's opcode and dis modules. What those modules keep inside functions (how many low bits of an
argument are flags, how jumps count) is listed here, by name and version.

The output has a fact a line, its words parted by single spaces:

    python 3.13                             the version
    magic 3571                              magic number of its .pyc files
    have_argument 44                        opcodes unknown to the table have an argument from here on
    jump_unit 2                             bytes that a jump's argument counts by
    compare_shift 5                         low bits of COMPARE_OP's argument that are flags
    compare <                               what an argument of that kind means, from 0 on
    op LOAD_GLOBAL 4 global_name            name, inline cache entries, kind of argument
    gap 3                                   numbers that follow and are none of the table's

Opcodes are in the order of their numbers, the first being 0, so that a table is mostly that of the
version before, which a jar packs well.

Opcodes that no compiler writes into a .pyc file are left out: pseudo, instrumented and specialised
ones.
"""

from __future__ import print_function

import dis
import opcode
import struct
import sys

VERSION = sys.version_info[:2]

# The kinds whose arguments no list of the opcode module tells. Names are unique over versions, but
# an argument may have changed its meaning: then the first version of the kind stands beside it.
KINDS = {
    "BINARY_OP": ("binary", (3, 11)),
    "CALL_INTRINSIC_1": ("intrinsic_1", (3, 12)),
    "CALL_INTRINSIC_2": ("intrinsic_2", (3, 12)),
    "CONTAINS_OP": ("contains", (3, 9)),
    "CONVERT_VALUE": ("conversion", (3, 13)),
    "EXTENDED_ARG": ("extended", (2, 7)),
    "FORMAT_VALUE": ("format", (3, 6)),
    "IMPORT_NAME": ("import_name", (3, 15)),
    "IS_OP": ("is", (3, 9)),
    "LOAD_ATTR": ("attribute_name", (3, 12)),
    "LOAD_COMMON_CONSTANT": ("common_constant", (3, 14)),
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW": ("local_pair", (3, 14)),
    "LOAD_FAST_LOAD_FAST": ("local_pair", (3, 13)),
    "LOAD_GLOBAL": ("global_name", (3, 11)),
    "LOAD_SMALL_INT": ("number", (3, 14)),
    "LOAD_SPECIAL": ("special_method", (3, 14)),
    "LOAD_SUPER_ATTR": ("super_name", (3, 12)),
    "MAKE_FUNCTION": ("function_parts", (3, 6)),
    "SET_FUNCTION_ATTRIBUTE": ("function_parts", (3, 13)),
    "STORE_FAST_LOAD_FAST": ("local_pair", (3, 13)),
    "STORE_FAST_STORE_FAST": ("local_pair", (3, 13)),
}

# Python 2 packs two counts into the argument of its calls.
PYTHON_2_CALLS = (
    "CALL_FUNCTION",
    "CALL_FUNCTION_VAR",
    "CALL_FUNCTION_KW",
    "CALL_FUNCTION_VAR_KW",
)

# Stands in the table of 3.12 and newer among those that compilers write; the interpreter alone does.
INTERNAL = ("ENTER_EXECUTOR",)

FUNCTION_PARTS = ("defaults", "kwdefaults", "annotations", "closure")


def has_argument(number):
    if hasattr(opcode, "hasarg"):
        return number in opcode.hasarg
    return number >= opcode.HAVE_ARGUMENT


def is_backward(name):
    # The argument of END_ASYNC_FOR leads back to the SEND that it ends.
    return "JUMP_BACKWARD" in name or name == "END_ASYNC_FOR"


def kind(number, name):
    if not has_argument(number):
        return "none"
    if name in KINDS and VERSION >= KINDS[name][1]:
        return KINDS[name][0]
    if VERSION[0] == 2 and name in PYTHON_2_CALLS:
        return "call"
    if number in opcode.hasconst:
        return "const"
    if number in opcode.hasname:
        return "name"
    if number in opcode.hasjabs:
        return "jump_absolute"
    if number in opcode.hasjrel:
        return "jump_backward" if is_backward(name) else "jump_forward"
    if number in opcode.haslocal:
        return "local"
    if number in opcode.hasfree:
        return "free"
    if number in opcode.hascompare:
        return "compare"
    return "number"


def spelling(value):
    if isinstance(value, tuple):  # of _nb_ops: name and sign
        return value[1]
    if callable(value):
        return value.__name__
    return value if isinstance(value, str) and value else repr(value)


def print_list(kind, values):
    for value in values:
        print(kind, spelling(value))


def magic():
    if VERSION[0] == 2:
        import imp

        return struct.unpack("<H", imp.get_magic()[:2])[0]
    import importlib.util

    return struct.unpack("<H", importlib.util.MAGIC_NUMBER[:2])[0]


def main():
    print("# Opcodes of CPython %d.%d. Made by opcode_table.py." % VERSION)
    print("python %d.%d" % VERSION)
    print("magic", magic())
    print("have_argument", opcode.HAVE_ARGUMENT)
    print("jump_unit", 2 if VERSION >= (3, 10) else 1)
    print("compare_shift", 5 if VERSION >= (3, 13) else 4 if VERSION >= (3, 12) else 0)
    print_list("compare", opcode.cmp_op)
    print_list("binary", getattr(opcode, "_nb_ops", ()))
    print_list("intrinsic_1", getattr(opcode, "_intrinsic_1_descs", ()))
    print_list("intrinsic_2", getattr(opcode, "_intrinsic_2_descs", ()))
    print_list("common_constant", getattr(opcode, "_common_constants", ()))
    print_list("special_method", getattr(opcode, "_special_method_names", ()))
    if VERSION[0] > 2:
        parts = getattr(dis, "MAKE_FUNCTION_FLAGS", FUNCTION_PARTS)
        print_list("function_parts", getattr(dis, "FUNCTION_ATTR_FLAGS", parts))
    caches = getattr(opcode, "_inline_cache_entries", None) or {}
    limit = getattr(opcode, "MIN_INSTRUMENTED_OPCODE", 256)
    following = 0
    for name, number in sorted(opcode.opmap.items(), key=lambda item: item[1]):
        if number < limit and name not in INTERNAL:
            # A list by number in 3.11 and 3.12, a dict by name since.
            entries = caches.get(name, 0) if hasattr(caches, "get") else caches[number]
            if number > following:
                print("gap", number - following)
            print("op", name, entries, kind(number, name))
            following = number + 1


if __name__ == "__main__":
    main()
