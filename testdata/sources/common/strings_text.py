# -*- coding: utf-8 -*-
# Text literals beyond ASCII: Latin-1, BMP, astral, lone surrogates, mixtures.
EMPTY = u""
ASCII = u"text"
LATIN_1 = u"caf\xe9 \xff"
LATIN_1_LITERAL = u"Grüße"
BMP = u"\u0416\u4e2d\u20ac"
BMP_LITERAL = u"Привет, 世界"
ASTRAL = u"\U0001F40D \U0010FFFF"
ASTRAL_LITERAL = u"🐍"
HIGH_SURROGATE = u"\ud800"
LOW_SURROGATE = u"\udfff"
SURROGATES_REVERSED = u"\udc00\ud800"
SURROGATE_AMONG_LETTERS = u"a\ud83db"
NONCHARACTERS = u"\ufffe\uffff"
BYTE_ORDER_MARK = u"\ufeff"
MIXED = u"a\xe9\u0416\U0001F40D"
NUL_AND_CONTROLS = u"\0\x80\x9f\u2028"


def greets():
    u"""Grüße, 世界 🐍."""
    return u"Grüße", u"Привет", u"🐍"
