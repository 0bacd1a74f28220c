# A star import, which only a module may have.
from os.path import *
