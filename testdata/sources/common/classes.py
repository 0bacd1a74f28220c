# Classes: docstrings, bases, decorators, properties, nested classes, name mangling.
def register(cls):
    return cls


class Empty:
    pass


class Documented(object):
    """A docstring."""


@register
class Full(Documented, dict):
    """Has a bit of everything."""

    constant = 1
    __slots__ = ("a", "b", "__private")

    def __init__(self, a, b=2):
        dict.__init__(self)
        self.a = a
        self.b = b
        self.__private = None

    @property
    def private(self):
        """The private value."""
        return self.__private

    @staticmethod
    def static(a):
        return a

    @classmethod
    def build(cls, *args):
        return cls(*args)

    class Inner(object):
        class Innermost(object):
            def method(self):
                return self.__secret
