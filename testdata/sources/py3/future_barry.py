# The __future__ flag of the other inequality operator, which only an interactive parser obeys.
from __future__ import barry_as_FLUFL


def function():
    return lambda: barry_as_FLUFL
