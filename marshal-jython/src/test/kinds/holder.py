# Has what another module has by name.
from opened import Class, Old, function, marker


class Derived(Class):
    pass


def plain():
    return 'plain'
