"""A tiny module whose code differs at each level of optimization."""


def checked(value):
    """Level 1 drops the assertion, level 2 this docstring as well."""
    assert value, "no value"
    return value if __debug__ else None
