# Times functions of speed.py: reference_speed.py stock | IMAGE, the image to write for code by reference. A line for
# each: its name, ms of the first call, and the median of 15 calls after 15 others, of this thread's processor time.
import sys

from java.lang.management import ManagementFactory

import speed

THREADS = ManagementFactory.getThreadMXBean()


def timed(function, argument):
    start = THREADS.getCurrentThreadCpuTime()
    function(argument)
    return (THREADS.getCurrentThreadCpuTime() - start) / 1e6


if sys.argv[1] != 'stock':
    from org.marshalimage.jython.compiled import ReferencesEverywhere
    sys.stderr.write(ReferencesEverywhere.replaceAll(sys.argv[1]) + '\n')

for function, argument in ((speed.fib, 27), (speed.methods, 1000000), (speed.generators, 1000000)):
    first = timed(function, argument)
    for _ in range(14):
        timed(function, argument)
    later = sorted(timed(function, argument) for _ in range(15))
    print '%s %.1f %.1f' % (function.__name__, first, later[7])
