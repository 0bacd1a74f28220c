# Unpacking in comprehensions.
def flattens(lists, dicts):
    return [*x for x in lists], {*x for x in lists}, {**d for d in dicts}, (*x for x in lists)
