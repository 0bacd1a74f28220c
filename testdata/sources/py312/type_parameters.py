# Type parameters of functions, classes and type statements, with bounds and constraints.
type Alias = list[int]
type Generic[T, *Ts, **P] = dict[T, tuple[*Ts]]


def first[T](items: list[T]) -> T:
    return items[0]


def bounded[T: int, S: (str, bytes)](a: T, b: S = None, *, c: T = 1) -> S:
    def inner[U](x: U) -> tuple[T, U]:
        return x
    return inner


class Box[T, *Ts]:
    """A generic class."""

    type Inner = T

    def method[U](self, other: U) -> T:
        return super().method(other)


class Bounded[T: (int, str)](Box[T], metaclass=type):
    pass
