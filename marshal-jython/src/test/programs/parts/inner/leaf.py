from .. import first
from . import __name__ as package

__all__ = ['listed']
listed = first, package
unlisted = 1
