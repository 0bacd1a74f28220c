"""The __future__ flag of annotations: they are kept as text."""
from __future__ import annotations

count: list[int] = []


def annotated(a: Later, *, b: "quoted" = None) -> dict[str, Later | None]:
    return {}


class Later:
    field: a + b * c
