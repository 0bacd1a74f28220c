# Imports what a snapshot has and looks at all of it, in the order of names; "seen" is what there is.
import sys
names = ['kinds', 'holder', 'sharer', 'plugin', 'stand', 'plugged', 'pack', 'pack.other', 'codecs', 're', 'threading',
         'collections', 'weakref', 'abc', 'copy_reg', 'warnings', 'site', 'os', 'encodings.ascii', 'atexit']
lines = []
known = {}


def look(path, value, depth):
    kind = type(value)
    line = path + ' ' + kind.__name__
    if kind in (str, unicode, int, long, float, bool, complex, type(None)):
        text = repr(value)
        lines.append(line + ' ' + (text if not '.img' in text and not path.startswith('os.') else ''))
        return
    if id(value) in known:
        lines.append(line + ' as ' + known[id(value)])
        return
    known[id(value)] = path
    keep.append(value)
    lines.append(line)
    if depth == 0:
        return
    if kind in (tuple, list):
        for i, each in enumerate(value):
            look(path + '[%d]' % i, each, depth - 1)
    elif kind is dict:
        for key in sorted(value, key=repr_of):
            look(path + '[' + repr_of(key) + ']', value[key], depth - 1)
    elif isinstance(value, type) or kind is type(old):
        if value.__module__ in names:
            lines.append(path + ' ' + value.__module__ + '.' + value.__name__)
            look(path + '.bases', value.__bases__, depth - 1)
            for name in sorted(vars(value)):
                look(path + '.' + name, vars(value)[name], depth - 1)
    elif kind is type(look):
        for name in 'func_name', 'func_defaults', 'func_closure', 'func_dict', '__module__', '__doc__':
            look(path + '.' + name, getattr(value, name), depth - 1)
        lines.append(path + ' ' + value.func_code.co_name)
    elif kind is type(find_cell()):
        try:
            look(path + '.cell', value.cell_contents, depth - 1)
        except ValueError:
            pass
    elif (getattr(kind, '__module__', '') in names or kind is type(old())) and hasattr(value, '__dict__') and type(value.__dict__) in (dict, type(vars(sys.modules['copy_reg']))):
        for name in sorted(value.__dict__):
            look(path + '.' + name, value.__dict__[name], depth - 1)


class old:
    pass


def find_cell():
    def inner():
        return find_cell
    return (lambda x: lambda: x)(1).func_closure[0]


def repr_of(key):
    return repr(key) if type(key) in (str, int, unicode, long) else type(key).__name__


keep = []
for name in names:
    __import__(name)
for name in names:
    module = sys.modules[name]
    for each in sorted(vars(module)):
        if each == '__builtins__':
            # All of a process have the same.
            continue
        look(name + '.' + each, vars(module)[each], 4 if name == 'kinds' else 2)
seen = '\n'.join(lines)
