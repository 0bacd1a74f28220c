# Annotations evaluated on demand: conditional ones, in classes with cells, and in functions.
if __debug__:
    count: int = 1
else:
    count: str = ""

undefined: Undefined


class Class:
    other: Class
    if count:
        maybe: dict[str, Later]

    def method(self, a: Class, *, b: Later = None) -> Undefined:
        local: Nowhere = a
        return local


def generic[T: Later](a: T) -> Class:
    class Inner:
        field: T
        outer: a
    return Inner
