# Builds pages with Sphinx; then, if MODULES is set, writes there which modules it has imported from files.
import os
import sys

import sphinx

code = sphinx.build_main(['sphinx-build'] + sys.argv[1:])
if 'MODULES' in os.environ:
    names = []
    for name, module in list(sys.modules.items()):
        if getattr(module, '__file__', None) and module.__name__ == name and name != '__main__':
            names.append(name)
    open(os.environ['MODULES'], 'w').write('\n'.join(sorted(names)) + '\n')
sys.exit(code)
