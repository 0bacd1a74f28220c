# Defaults of type parameters.
type Alias[T = int, *Ts = *tuple[int, ...], **P = [int, str]] = T


def function[T = None](a: T) -> T:
    return a


class Class[T: object = "Class"]:
    """A docstring
        that is indented."""
