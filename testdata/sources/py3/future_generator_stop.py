# The __future__ flag of generator_stop.
from __future__ import generator_stop


def generator():
    yield lambda: 1
