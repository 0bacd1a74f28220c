# Leaves something there, too, and cannot be kept.
import copy_reg, os, warnings
print 'executed'
opened = open(os.devnull)


class Executed(object):
    pass


def reduced(pickled):
    return Executed, ()


copy_reg.pickle(Executed, reduced)
warnings.filterwarnings('error', 'of executed')
