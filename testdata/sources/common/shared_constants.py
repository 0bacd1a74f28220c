# The same names, strings, tuples and numbers in many functions: references within one stream.
def first(value, name="shared text", size=(640, 480)):
    return value.attribute, name, "shared text", 12345678901234567890, 2.5, b"shared"


def second(value, name="shared text", size=(640, 480)):
    return value.attribute, name, "shared text", 12345678901234567890, 2.5, b"shared"


def third(value, name="shared text", size=(640, 480)):
    return value.attribute, name, "shared text", 12345678901234567890, 2.5, b"shared"


class Holder(object):
    def first(self, value, name="shared text"):
        return self.first, value.attribute, (640, 480)

    def second(self, value, name="shared text"):
        return self.first, value.attribute, (640, 480)
