# Has a dict of a module that is executed, and has put something into it: is executed itself.
from opened import table
print 'sharer is executed'
table['sharer'] = 1
