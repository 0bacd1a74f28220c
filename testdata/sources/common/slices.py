# Slices and subscripts with constants; CPython 3.14 and newer makes them slice constants.
def sliced(x, i):
    a = x[:], x[1:], x[:2], x[1:2], x[1:2:3], x[::-1], x[None:None:None]
    b = x["a":"b"], x[1.5:2.5], x[-1:], x[i:], x[:i], x[i:i + 1]
    x[0:1] = a
    x[5:10] += b
    del x[2:3]
    return x[1, 2], x[1:2, 3:4], x[..., 1:2], x[()], x[1:2], x[(1, 2):(3, 4)]
