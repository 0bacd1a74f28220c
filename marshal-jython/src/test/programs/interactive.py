if True:
    "Compiled as the interactive interpreter compiles: the values of expressions are shown."
    import sys
    1 + 1
    None
    'text', u'text'
    [x for x in 'ab']

    def function():
        'not shown'
        5
    function()
    for i in range(2):
        i
    try:
        1 / 0
    except ZeroDivisionError as e:
        e.args
    import __builtin__
    __builtin__._
    old = sys.displayhook
    sys.displayhook = lambda value: sys.stdout.write('<%r>\n' % (value,))
    'shown otherwise'
    None
    sys.displayhook = old
