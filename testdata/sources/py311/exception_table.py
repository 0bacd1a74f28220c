# Exception tables: many handlers, nested to a depth, with ranges and targets of several bytes.
def many(f, manager):
    try:
        with manager, manager as a, manager as b:
            try:
                for x in f:
                    try:
                        f(x, a, b, x + 1, x + 2, x + 3, x + 4, x + 5, x + 6, x + 7, x + 8, x + 9)
                    except ValueError as error:
                        f(error)
                    except (KeyError, TypeError):
                        continue
                    else:
                        break
                    finally:
                        f(x, a, b, x + 1, x + 2, x + 3, x + 4, x + 5, x + 6, x + 7, x + 8, x + 9)
            except OSError:
                return None
    finally:
        f(manager)
    yield f
