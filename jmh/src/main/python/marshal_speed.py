"""Measures marshal.loads and marshal.dumps of CPython, 2.7 and 3.6 or newer, over .pyc files.

    python marshal_speed.py [--rounds N] [--seconds S] FILE...
    python marshal_speed.py [--rounds N] [--seconds S] --list LIST
    python marshal_speed.py [--seconds S] --list LIST --serve loads|dumps

The files must be of the Python that runs this. They are read into memory first; a pass hands the
stream of each, without the header of the file, to marshal.loads, or the object that it gave to
marshal.dumps. A round is as many passes as take 0.4 seconds. Rounds are preceded by S seconds of
warm-up (default 1). The garbage collector is left as it is by default: on, as in an import.

Without --serve, prints one JSON object: for each function the best and the median MB/s of N rounds
(default 15), in millions of bytes of streams.

With --serve, prints a line of JSON when warm and then, for each line that it reads, one with the
passes, seconds and CPU seconds of a round; so a harness can let it take turns with others.
"""

from __future__ import print_function

import argparse
import gc
import json
import marshal
import platform
import resource
import sys
import time

ROUND_SECONDS = 0.4

clock = getattr(time, "perf_counter", time.time)


def cpu_clock():
    """Returns the seconds of processor time that this process has used."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def header_length():
    """Bytes before the stream in a .pyc file of this Python."""
    if sys.version_info < (3, 3):
        return 8
    return 12 if sys.version_info < (3, 7) else 16


def magic():
    """The word that the .pyc files of this Python begin with."""
    if sys.version_info < (3,):
        import imp

        return imp.get_magic()
    import importlib.util

    return importlib.util.MAGIC_NUMBER


def read(files):
    """Returns the streams of files."""
    streams = []
    for name in files:
        with open(name, "rb") as source:
            content = source.read()
        if content[:4] != magic():
            raise SystemExit("not a .pyc of Python %s: %s" % (platform.python_version(), name))
        streams.append(content[header_length() :])
    return streams


def measure(function, arguments, seconds=ROUND_SECONDS):
    """Makes passes for some time; returns how many, and the seconds and CPU seconds they took."""
    passes = 0
    taken = 0.0
    cpu_start = cpu_clock()
    start = clock()
    while taken < seconds or passes == 0:
        for argument in arguments:
            function(argument)
        passes += 1
        taken = clock() - start
    return passes, taken, cpu_clock() - cpu_start


def prepare(task, streams):
    """Returns the function of a task and what it is called with."""
    if task == "loads":
        return marshal.loads, streams
    return marshal.dumps, [marshal.loads(stream) for stream in streams]


def serve(task, streams, warmup):
    function, arguments = prepare(task, streams)
    measure(function, arguments, warmup)
    ready = {
        "program": platform.python_implementation() + " " + platform.python_version(),
        "files": len(streams),
        "bytes": sum(map(len, streams)),
    }
    print(json.dumps(ready))
    sys.stdout.flush()
    for _ in iter(sys.stdin.readline, ""):
        passes, seconds, cpu = measure(function, arguments)
        print(json.dumps({"passes": passes, "seconds": seconds, "cpuSeconds": cpu}))
        sys.stdout.flush()


def report(streams, rounds, warmup):
    length = sum(map(len, streams))
    result = {
        "python": platform.python_version(),
        "files": len(streams),
        "bytes": length,
        "rounds": rounds,
        "gc": gc.isenabled(),
        "unit": "MB/s",
    }
    for task in "loads", "dumps":
        function, arguments = prepare(task, streams)
        measure(function, arguments, warmup)
        speeds = []
        for _ in range(rounds):
            passes, seconds, _ = measure(function, arguments)
            speeds.append(length * passes / seconds / 1e6)
        speeds.sort()
        middle = (speeds[(rounds - 1) // 2] + speeds[rounds // 2]) / 2
        result[task] = {"best": speeds[-1], "median": middle}
    print(json.dumps(result, indent=1, sort_keys=True))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", metavar="FILE", help=".pyc files of this Python")
    parser.add_argument("--list", help="file that names .pyc files, one a line")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=1.0, help="warm-up")
    parser.add_argument("--serve", choices=["loads", "dumps"], help="measure a round on request")
    options = parser.parse_args()
    files = list(options.files)
    if options.list:
        with open(options.list, "rb") as names:
            files += names.read().splitlines()
    streams = read(files)
    if not streams:
        parser.error("no files")
    if options.rounds < 1:
        parser.error("fewer than one round")
    if options.serve:
        serve(options.serve, streams, options.seconds)
    else:
        report(streams, options.rounds, options.seconds)


if __name__ == "__main__":
    main()
