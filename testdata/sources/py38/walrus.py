# Assignment expressions, self-documenting format strings, continue in finally.
def assigns(items):
    while (chunk := items.read(10)):
        print(f"{chunk=}, {len(chunk)=!r:>10}")
    found = [y := 1, y ** 2]
    return any((match := x) for x in items), match, found


TOP = [last := n for n in range(3)]


def continues(items):
    for item in items:
        try:
            item()
        finally:
            continue
