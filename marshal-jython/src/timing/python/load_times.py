# Runs code, then writes how long CPython takes to read and unmarshal the .pyc files of all modules that are loaded.
import marshal
import sys
import time

exec sys.argv[1]
files = [getattr(module, '__file__', None) for module in sys.modules.values()]
files = [name[:-1] if name.endswith('.pyo') else name for name in files if name and name.endswith(('.pyc', '.pyo'))]
start = time.time()
for name in files:
    with open(name, 'rb') as pyc:
        pyc.seek(8)
        marshal.loads(pyc.read())
nanos = (time.time() - start) * 1e9
sys.stderr.write('loading %d of which %d at import, in %d\n' % (nanos, nanos, len(files)))
