# The __static_attributes__ and __firstlineno__ that the compiler stores in a class.
class Attributes:
    def __init__(self):
        self.first = 1
        self.second: int = 2

    def other(self):
        """A docstring: the flag for docstrings."""
        self.third = self.first
