# yield from, return in a generator, raise from, matrix multiplication.
def delegates(source):
    result = yield from source
    return result


def raises():
    try:
        raise ValueError
    except ValueError as error:
        raise KeyError("key") from error
    except TypeError:
        raise RuntimeError from None


def matrix(a, b):
    a @= b
    return a @ b


def nested_handlers(a):
    try:
        try:
            a()
        except ValueError as first:
            try:
                a(first)
            except TypeError as second:
                a(second)
            else:
                a(None)
        finally:
            a(1)
    except:
        return a
