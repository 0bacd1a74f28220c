# except and except* with several types and no parentheses.
def catches(f):
    try:
        return f()
    except ValueError, TypeError:
        return None


def catches_groups(f):
    try:
        f()
    except* ValueError, TypeError:
        pass
