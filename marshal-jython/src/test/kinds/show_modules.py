# Prints what is executed, and when.
import sys, logging, os
def shown():
    return sorted(name for name in sys.modules if name in ('opened', 'holder', 'effect', 'registry', 'plugin', 'stand', 'plugged', 'pack', 'pack.same', 'pack.other'))
import pack, pack.other
print pack.same(), pack.other.name, sys.modules['pack.same'].same is pack.same, shown()
import pack.same
print pack.same(), shown()
import holder
print holder.plain()
print holder.Derived.__mro__, holder.function() is holder.Class, isinstance(holder.Old(), holder.Old)
import opened
print holder.Class is opened.Class, holder.marker is opened.marker, holder.Derived.__bases__[0] is opened.Class, len(logging.getLogger('opened').handlers)
import sharer
print opened.table, sharer.table is opened.table
import registry, plugin
print len(registry.plugins), registry.plugins[0] is plugin.plug
import stand
print opened.Class.stand.im_func is stand.stand
import plugged
print plugged.call(), shown()
import effect
import effect_alias
print effect_alias.name
print 'of-effect' in sys.path, of_effect, 'x'.decode('of_effect')
import of_finder
print of_finder.__name__, shown()
import show_kinds
