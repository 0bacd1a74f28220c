# Membership tests in set and list displays, which CPython 3 folds to frozensets and tuples.
def member(x):
    if x in {1, 2, 3}:
        return "set"
    if x not in {"a", "b", "c"}:
        return "not in set"
    if x in [1, 2, 3]:
        return "list"
    if x in {1.5, 2j, b"bytes", (1, 2), ()} or x in {None}:
        return "mixed"
    if x in {7}:
        return "single"
    for y in {10, 20, 30}:
        x += y
    for y in [10, 20, 30]:
        x += y
    return x
