# Several context managers in parentheses, and union types.
def managed(a, b):
    with (
        a() as first,
        b() as second,
    ):
        return first, second


def either(x: int | None = None) -> int | str:
    return x
