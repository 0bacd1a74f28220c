# Constant tuples: empty, nested, repeated, mixed, longer than 255, and equal but of other types.
EMPTY = ()
ONE = (1,)
NESTED = (1, (2, (3, (4, (5, (), ((),), (((),),))))))
DEEP = ((((((((((((((((((((((((((((((1,),),),),),),),),),),),),),),),),),),),),),),),),),),),),),)
MIXED = (None, 1.5, 2j, "text", b"bytes", u"text", (True, False))
TWINS = ((1, 2), (1, 2), (1.0, 2.0), (True, 2))
LONG = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10) * 26


def defaults(first=(1, 2), second=(), third=((), (1, 2))):
    return (1, 2), (), first, second, third
