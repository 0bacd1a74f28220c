"""The __future__ imports that Python 2.7 and 3 share: their flags go to every code object."""
from __future__ import absolute_import, division, generators, nested_scopes
from __future__ import print_function, unicode_literals, with_statement


def divided(a, b):
    print("text", a / b, end="")
    return lambda: "text"
