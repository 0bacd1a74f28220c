# Annotations of arguments, results and variables; CPython 3.14 and newer evaluates them later.
from typing import Dict, List

count: int = 1
names: List[str]
table: Dict[str, "Later"] = {}


def annotated(a: int, b: "text" = 2, *args: tuple, key: float = 1.5, **kwargs: dict) -> List[int]:
    local: int = a
    unset: str
    return [local]


class Later:
    x: int
    y: "int" = 2

    def method(self: "Later", other: "Later") -> None:
        self.x: int = 1
