"""Loads marshal streams and says what came of each.

    python load_streams.py IN OUT

IN has a stream in hex in each line. OUT gets a line for each: "ok" and a sketch of the value,
"refused" and the exception, or "crashed" and the signal. A process loads some of them; if it does
not live to the end, each of these is loaded in a process of its own. Runs under CPython 2.7 and 3.6
or newer.
"""
import binascii
import marshal
import os
import sys
import types


def sketch(value, depth=4):
    if depth == 0:
        return "..."
    if isinstance(value, (tuple, list)):
        return "[%s]" % ",".join(sketch(item, depth - 1) for item in value)
    if isinstance(value, (set, frozenset, dict)):
        return "%d" % len(value)
    if isinstance(value, types.CodeType):
        return "code(%d,%d)" % (value.co_flags, value.co_stacksize)
    return repr(value) if isinstance(value, (float, complex)) else type(value).__name__


def answer(stream):
    try:
        said = "ok " + sketch(marshal.loads(stream))
    except BaseException as error:
        said = "refused %s: %s" % (type(error).__name__, error)
    return said.replace("\n", " ").encode("ascii", "replace") + b"\n"


def load(streams):
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        for stream in streams:
            os.write(sink, answer(stream))
        os._exit(0)
    os.close(sink)
    said = b""
    part = os.read(source, 65536)
    while part:
        said += part
        part = os.read(source, 65536)
    os.close(source)
    status = os.waitpid(child, 0)[1]
    if not status:
        return said.decode("ascii").split("\n")[:-1]
    if len(streams) == 1:
        return ["crashed %d" % (status & 127)]
    return [line for stream in streams for line in load([stream])]


TOGETHER = 8
with open(sys.argv[1]) as lines:
    streams = [binascii.unhexlify(line.strip()) for line in lines]
answers = []
for start in range(0, len(streams), TOGETHER):
    answers += load(streams[start : start + TOGETHER])
with open(sys.argv[2], "w") as out:
    out.write("".join(line + "\n" for line in answers))
