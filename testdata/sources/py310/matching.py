# match statements: literals, sequences, mappings, classes, guards, alternatives, captures.
def match_all(command):
    match command:
        case 1 | 2 | -3 | 4.5 | 1 + 2j:
            return "number"
        case "text" | b"bytes":
            return "text"
        case None | True | False:
            return "singleton"
        case [first, *rest] if rest:
            return first, rest
        case (a, b, [c, _]):
            return a, b, c
        case {"key": value, "other": {"inner": 1}, **others}:
            return value, others
        case Point(x=0, y=0) | Point(0, 0):
            return "origin"
        case str() as text:
            return text
        case module.CONSTANT:
            return "dotted"
        case _:
            return None
