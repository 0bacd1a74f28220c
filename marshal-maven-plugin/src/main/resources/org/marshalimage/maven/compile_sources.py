"""Compiles the sources that a file lists. For CPython 2.7 and 3.6 or newer.

    compile_sources.py LISTING checked-hash|unchecked-hash

LISTING has four texts for each source, each with a NUL behind it: its path, what messages call it,
the name that its code is to have for it, and the path of the compiled file. Prints a line for each
source that cannot be compiled; then the exit code is 3.
"""
import io
import os
import py_compile
import sys

PYTHON2 = sys.version_info < (3,)


def path(data):
    return data if PYTHON2 else os.fsdecode(data)


def text(data):
    return data if PYTHON2 else data.decode("utf-8")


def one_line(value):
    return " ".join(str(value).split())


def fault(error):
    """Says what is wrong with a source, its line first if there is one."""
    if isinstance(error, py_compile.PyCompileError):
        error = error.exc_value
    if isinstance(error, SyntaxError):
        line = "" if error.lineno is None else ":%d" % error.lineno
        return "%s: %s: %s" % (line, type(error).__name__, one_line(error.msg))
    return ": %s: %s" % (type(error).__name__, one_line(error))


def main(listing, invalidation):
    with io.open(listing, "rb") as file:
        parts = file.read().split(b"\0")[:-1]
    options = {"doraise": True}
    if sys.version_info >= (3, 7):
        mode = py_compile.PycInvalidationMode
        options["invalidation_mode"] = (
            mode.UNCHECKED_HASH if invalidation == "unchecked-hash" else mode.CHECKED_HASH)
    code = 0
    for i in range(0, len(parts), 4):
        try:
            py_compile.compile(
                path(parts[i]), path(parts[i + 3]), dfile=text(parts[i + 2]), **options)
        except Exception as error:
            print(text(parts[i + 1]) + fault(error))
            code = 3
    sys.exit(code)


main(*sys.argv[1:])
