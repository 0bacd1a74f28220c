# nonlocal, global within functions, and the __class__ cell of zero-argument super.
total = 0


def outer():
    count = 0

    def inner():
        nonlocal count
        global total
        count += 1
        total += 1
        return count

    return inner


class Base:
    def __init__(self, value, **kwargs):
        self.value = value


class Child(Base):
    def __init__(self, value):
        super().__init__(value)

    def its_class(self):
        return __class__

    def closure(self):
        return lambda: super().__init__(self)


class WithMeta(Base, metaclass=type, **{}):
    """With a metaclass."""


def class_scope(x):
    class Local:
        nonlocal x
        x = 1
        y = x
    return Local
