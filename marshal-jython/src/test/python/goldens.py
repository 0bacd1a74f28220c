"""Makes the .pyc files and the expected outputs of the programs in the folder beside this one.

    python2.7 goldens.py            writes them
    python2.7 goldens.py --check    compares instead; exit code 1 where one differs

The paths in what is printed are relative to the folder above.
"""
import marshal
import imp
import opcode
import os
import subprocess
import sys
import types
import warnings

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAMS = 'programs'
# A .pyc must be the same each time; nothing looks at the time of its source.
NO_TIME = '\0' * 4


def sources():
    for folder, folders, files in sorted(os.walk(PROGRAMS)):
        for name in sorted(files):
            if name.endswith('.py'):
                yield os.path.join(folder, name)


def compiled(path):
    with open(path) as source:
        mode = 'single' if path.endswith('/interactive.py') else 'exec'
        return compile(source.read(), path, mode)


def output(path):
    process = subprocess.Popen([sys.executable, '-B', '-s', '-u', path + 'c'],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return process.communicate()[0]


def reached(code, found):
    i = 0
    while i < len(code.co_code):
        op = ord(code.co_code[i])
        found.add(op)
        i += 3 if op >= opcode.HAVE_ARGUMENT else 1
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            reached(constant, found)
    return found


def opcodes(programs):
    """Lists opcodes, each with a program that has it."""
    lines = []
    for op, name in enumerate(opcode.opname):
        if not name.startswith('<'):
            having = [path for path, found in programs if op in found]
            shown = os.path.basename(having[0])[:-3] if having else '-'
            lines.append('%d %s %s\n' % (op, name, shown))
    return ''.join(lines)


def goldens():
    programs = []
    for path in sources():
        code = compiled(path)
        yield path + 'c', imp.get_magic() + NO_TIME + marshal.dumps(code)
        if os.path.dirname(path) == PROGRAMS:
            programs.append((path, reached(code, set())))
    for path, found in programs:
        yield path[:-3] + '.out', output(path)
    yield os.path.join(PROGRAMS, 'opcodes.txt'), opcodes(programs)


def main(check):
    # Star imports in functions are there on purpose.
    warnings.simplefilter('ignore', SyntaxWarning)
    os.chdir(ROOT)
    differing = 0
    for path, content in goldens():
        if check:
            with open(path, 'rb') as golden:
                if golden.read() != content:
                    differing = 1
                    print path, 'differs'
        else:
            with open(path, 'wb') as golden:
                golden.write(content)
    return differing


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:] == ['--check']))
