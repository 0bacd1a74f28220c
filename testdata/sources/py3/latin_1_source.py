# -*- coding: latin-1 -*-
# A source in Latin-1: its text is decoded, and the stream holds UTF-8.
TEXT = "café"


def déjà(vu="ü"):
    return vu
