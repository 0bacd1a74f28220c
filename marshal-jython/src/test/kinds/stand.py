# Leaves something with a module that cannot be kept.
import opened
print 'stand is executed'


def stand():
    pass


opened.Class.stand = stand
