# Imports the modules that a file names, in one process. A line for each: its name, "ok" or what was raised, and where
# it came from: "image", "builtin", "elsewhere".
import sys


class Nowhere(object):
    def write(self, text):
        pass


def origin(name):
    module = sys.modules[name]
    if type(getattr(module, '__loader__', None)).__name__ == 'ImageImporter':
        return 'image'
    return 'elsewhere' if hasattr(module, '__file__') else 'builtin'


names = open(sys.argv[1]).read().split()
# Modules that read the command line get an empty one.
sys.argv[1:] = []
out = sys.stdout
for name in names:
    sys.stdout = Nowhere()
    try:
        __import__(name)
        result = 'ok\t' + origin(name)
    except BaseException:
        kind, value = sys.exc_info()[:2]
        result = '%s: %s\t-' % (kind.__name__, str(value).replace('\n', ' '))
    finally:
        sys.stdout = out
    print '%s\t%s' % (name, result)
