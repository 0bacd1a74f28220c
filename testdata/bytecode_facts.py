"""Prints what the CPython that runs it finds in the bytecode of .pyc files of its own version.

    python3.13 bytecode_facts.py digest FILE...    a line a file: SHA-256 of its text, number of code
                                                   objects, file
    python3.13 bytecode_facts.py text FILE...      the texts

With @LIST in place of files, LIST has one a line. Runs on CPython 2.7 and 3.6 or newer. The text of a
file has these lines for each code object, outer ones before those among their constants:

    code NAME FIRST_LINE LENGTH
    flags NAME...                                  future features as future:NAME
    START OFFSET END OPNAME ARGUMENT TARGET        an instruction, extended arguments folded: where
                                                   these start, where its opcode is, where the next
                                                   one starts; "-" for no argument, no jump
    starts OFFSET:LINE...                          dis.findlinestarts
    lines START:END:LINE...                        co_lines(), from 3.10 on; "-" for no line
    places START:END:LINE:END_LINE:COLUMN:END_COLUMN...    co_positions(), from 3.11 on
    except START END TARGET DEPTH LASTI            an entry of the exception table

Neighbours that are equal are one range.
"""

from __future__ import print_function

import __future__
import dis
import hashlib
import inspect
import marshal
import re
import sys

VERSION = sys.version_info[:2]
HEADER = 8 if VERSION[0] == 2 else 12 if VERSION < (3, 7) else 16

# As dis.disassemble prints it in Python 2: line, arrow, label, offset, name, argument, its meaning.
PYTHON_2_LINE = re.compile(
    r"^(?: *(\d+) +| +)(?:--> +)?(?:>> +)?(\d+) ([^ ]+) *(?: (\d+)L?)?(?: \((.*)\))?$"
)


def flag_names():
    if hasattr(dis, "COMPILER_FLAG_NAMES"):
        names = dict(dis.COMPILER_FLAG_NAMES)
    else:
        names = dict((getattr(inspect, n), n[3:]) for n in dir(inspect) if n.startswith("CO_"))
    for feature in __future__.all_feature_names:
        flag = getattr(__future__, feature).compiler_flag
        if flag:
            names.setdefault(flag, "future:" + feature)
    return names


FLAG_NAMES = flag_names()


def instructions(code):
    """Offset, name, argument, and target of each, extended arguments apart."""
    if VERSION[0] > 2:
        jumps = set(dis.hasjrel) | set(dis.hasjabs)
        for each in dis.get_instructions(code):
            yield each.offset, each.opname, each.arg, each.argval if each.opcode in jumps else None
        return
    for line in printed(code).splitlines():
        offset, name, argument, meaning = PYTHON_2_LINE.match(line).groups()[1:]
        target = None
        if dis.opmap.get(name) in dis.hasjabs:
            target = argument
        elif meaning is not None and meaning.startswith("to "):
            target = meaning[3:]
        yield int(offset), name, argument, target


def printed(code):
    """What dis.disassemble prints but for empty lines."""
    import StringIO

    stdout, sys.stdout = sys.stdout, StringIO.StringIO()
    try:
        dis.disassemble(code)
        text = sys.stdout.getvalue()
    finally:
        sys.stdout = stdout
    return "\n".join(line for line in text.split("\n") if line)


def shown(value):
    return "-" if value is None else str(value)


def folded(code):
    """The lines of the instructions."""
    rows = []
    start = None
    for offset, name, argument, target in instructions(code):
        start = offset if start is None else start
        if name != "EXTENDED_ARG":
            rows.append((start, offset, name, shown(argument), shown(target)))
            start = None
    ends = [row[0] for row in rows[1:]] + [len(code.co_code)]
    for (start, offset, name, argument, target), end in zip(rows, ends):
        yield "%d %d %d %s %s %s" % (start, offset, end, name, argument, target)


def merged(ranges):
    """Joins neighbours of which all is equal but where they begin and end; drops empty ones."""
    result = []
    for start, end, value in ranges:
        if start == end:
            continue
        if result and result[-1][1] == start and result[-1][2] == value:
            start = result.pop()[0]
        result.append((start, end, value))
    return result


def text(code, lines):
    names = [FLAG_NAMES.get(1 << bit, "bit%d" % bit) for bit in range(32) if code.co_flags >> bit & 1]
    lines.append("code %s %d %d" % (code.co_name, code.co_firstlineno, len(code.co_code)))
    lines.append(" ".join(["flags"] + names))
    lines.extend(folded(code))
    # Before 3.8 it goes on behind the bytecode.
    starts = [each for each in dis.findlinestarts(code) if each[0] < len(code.co_code)]
    lines.append(" ".join(["starts"] + ["%d:%s" % (each[0], shown(each[1])) for each in starts]))
    if VERSION >= (3, 10):
        ranges = merged(code.co_lines())
        lines.append(" ".join(["lines"] + ["%d:%d:%s" % (s, e, shown(v)) for s, e, v in ranges]))
    if VERSION >= (3, 11):
        units = enumerate(code.co_positions())
        ranges = merged((2 * i, 2 * i + 2, ":".join(map(shown, place))) for i, place in units)
        lines.append(" ".join(["places"] + ["%d:%d:%s" % each for each in ranges]))
        for entry in dis._parse_exception_table(code):
            lines.append(
                "except %d %d %d %d %d"
                % (entry.start, entry.end, entry.target, entry.depth, entry.lasti)
            )
    count = 1
    for const in code.co_consts:
        if isinstance(const, type(code)):
            count += text(const, lines)
    return count


def main():
    verb, files = sys.argv[1], sys.argv[2:]
    if files and files[0].startswith("@"):
        with open(files[0][1:]) as source:
            files = source.read().splitlines()
    for file in files:
        with open(file, "rb") as source:
            code = marshal.loads(source.read()[HEADER:])
        lines = []
        count = text(code, lines)
        whole = "".join(line + "\n" for line in lines)
        if verb == "text":
            print(whole, end="")
        else:
            encoded = whole if VERSION[0] == 2 else whole.encode("utf-8", "backslashreplace")
            print(hashlib.sha256(encoded).hexdigest(), count, file)


if __name__ == "__main__":
    main()
