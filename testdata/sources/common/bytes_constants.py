# Bytes literals: empty, text-like, every high value, with NUL, longer than 255.
EMPTY = b""
ONE = b"\x00"
TEXT = b"bytes"
HIGH = b"\x80\xff\xfe\xc3\xa9"
NOT_UTF_8 = b"\xed\xa0\x80\xc0\x80"
LONG = b"0123456789abcdef0123456789abcdef" b"0123456789abcdef" * 8
MIXED = (b"a", "a", u"a")
