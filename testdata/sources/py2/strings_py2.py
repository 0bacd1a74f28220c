# -*- coding: utf-8 -*-
# Python 2 strings: bytes and unicode, interned names by reference, raw unicode.
BYTES = "Grüße"
UNICODE = u"Grüße"
RAW = ur"\u20ac\d"
JOINED = "one" u"two"
NAME = "name"
NAMES = ("name", "name", "BYTES", u"name")
CLASSIC = "a" "b"


class Classic:
    name = "name"

    def name_of(self, name="name"):
        return name


class Second:
    name = "name"

    def name_of(self, name="name"):
        return Classic.name, name
