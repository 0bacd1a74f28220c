# What is looked up here is made again, after what cannot be kept is executed.
from executed import Executed


class Own(Exception):
    def __hash__(self):
        return 5


class Deeper(Own):
    pass


class Other(object):
    pass


# A dict is filled, for which hashes are asked for, before the list behind it.
keyed = {Own('key'): Deeper, Deeper('more'): Other}
both = [Own, Deeper, Other, keyed, [Executed]]
