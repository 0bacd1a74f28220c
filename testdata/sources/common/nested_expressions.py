# Deep nesting of expressions, displays and blocks, within the limits of every compiler.
x = 1
PARENTHESES = ((((((((((((((((((((x + 1) * 2) + 3) * 4) + 5) * 6) + 7) * 8) + 9) * 10) + 11) * 12) + 13) * 14) + 15) * 16) + 17) * 18) + 19) * 20)
LISTS = [[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]
DICTS = {1: {2: {3: {4: {5: {6: {7: {8: {9: {10: x}}}}}}}}}}
CHAIN = x.a.b.c[0][1][2].d(1)(2)(3).e
BOOLEANS = x and (x or (x and (x or (x and (x or (x and (x or x)))))))


def blocks(a):
    for b in a:
        for c in b:
            while c:
                if c:
                    try:
                        with c as d:
                            for e in d:
                                try:
                                    if e:
                                        return e
                                finally:
                                    c = e
                    except KeyError:
                        pass
