# Plain string literals: short and long, name-like (interned) and not, empty, with NUL and controls.
EMPTY = ""
LETTER = "a"
NAME_LIKE = "an_identifier_1"
NOT_NAME_LIKE = "not an identifier!"
QUOTES = "'\"\\/"
CONTROLS = "\0\t\n\r\x0b\x0c\x1f\x7f"
LENGTH_255 = (
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm"
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm"
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm"
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgh"
)
LENGTH_256_NAME_LIKE = (
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl"
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl"
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl"
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl"
)
LENGTH_300 = (
    "A long text with blanks, which is never interned. It has to be longer than 255 characters so "
    "that its length no longer fits one byte, and therefore takes four bytes in the stream. It goes "
    "on and on, without saying anything at all, until it has reached the three hundred characters....."
)
REPEATED = "ab" * 20
