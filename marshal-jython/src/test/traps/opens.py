import os
print 'opens is executed'
held = open(os.devnull)
