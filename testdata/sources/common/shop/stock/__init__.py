# A package within a package.
from . import shelf
