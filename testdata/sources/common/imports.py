# Import statements of every form.
import os
import os.path
import os.path as path
import sys as system, json
from os import path, sep as separator
from collections import (
    OrderedDict,
    defaultdict,
)


def lazily():
    import string
    from re import compile, sub as substitute
    return string, compile, substitute
