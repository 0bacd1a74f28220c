"""A module that is a docstring and nothing else: __doc__ from a constant."""
