# Leaves something in registries of the library.
import copy_reg, logging, warnings


class Pickled(object):
    pass


def reduced(pickled):
    return Pickled, ()


def of_complex(number):
    return complex, (0, 0)


copy_reg.pickle(Pickled, reduced)
copy_reg.pickle(complex, of_complex)
copy_reg.add_extension('registers', 'Pickled', 77)
warnings.filterwarnings('error', 'of registers')
warnings.filterwarnings('ignore', 'at the end', append=True)
warnings.onceregistry['of registers', UserWarning] = 1
logging.addLevelName(17, 'REGISTERS')
