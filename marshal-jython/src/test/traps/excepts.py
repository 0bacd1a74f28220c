import sys
print 'excepts is executed'
def held(*args):
    pass
sys.excepthook = held
