from java.util import ArrayList
print 'derives is executed'
class held(ArrayList):
    pass
