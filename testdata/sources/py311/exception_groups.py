# except*, nested and with names; notes; starred subscripts and arguments.
def grouped(f):
    try:
        f()
    except* ValueError as group:
        print(group)
    except* (TypeError, KeyError):
        raise
    else:
        return_value = 1
    finally:
        f(None)
    return return_value


def nested(f):
    try:
        try:
            f()
        except* OSError as inner:
            raise ValueError from inner
    except* ValueError:
        pass


def variadic(*args: *tuple[int, ...]):
    return args[*args, 1]
