# Lazy imports.
lazy import json
lazy import os.path
lazy import collections.abc as abc
lazy from re import compile, sub as substitute
