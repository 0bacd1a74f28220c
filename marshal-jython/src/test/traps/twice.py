# What is looked up here is made again, after what cannot be kept is executed.
from executed import Executed


class Own(Exception):
    def __hash__(self):
        return 5


class Deeper(Own):
    pass


class Other(object):
    pass


keyed = {Own('key'): Deeper, Deeper('more'): Other, 'last': Executed}
both = [Own, Deeper, Other, keyed, Executed]
