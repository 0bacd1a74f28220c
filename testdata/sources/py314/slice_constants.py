# Slice constants: nested in tuples, with every kind of member, shared between functions.
def first(x):
    return x[1:2], x[1:2], x[1:2, 3:4:5], x["a":b"b":1.5], x[None:(1, 2):...]


def second(x):
    return x[1:2], x[1:2, 3:4:5], x[-1:-2:-3], x[2 ** 70:], x[:0.0], x[:-0.0], x[: 1j]
