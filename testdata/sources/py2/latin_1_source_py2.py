# -*- coding: latin-1 -*-
# A source in Latin-1: bytes as they stand, text decoded.
BYTES = "café"
TEXT = u"café"
