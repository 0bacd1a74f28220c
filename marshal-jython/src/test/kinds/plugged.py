# Is kept, though it has a function of a module that is executed.
from effect import search


def call():
    return search('nothing')
