# A module two packages down; shares names and strings with shop.prices.
from ..prices import TABLE


def has(name):
    return name in TABLE
