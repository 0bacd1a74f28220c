# Leaves something with a module that could be kept, and cannot be kept itself.
import os, registry
print 'plugin is executed'
opened = open(os.devnull)


@registry.register
def plug():
    pass
