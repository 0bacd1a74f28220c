# As another one does; its filter is before that one's.
import copy_reg, warnings, registers


class More(registers.Pickled):
    pass


copy_reg.pickle(More, registers.reduced)
warnings.filterwarnings('error', 'of more')
