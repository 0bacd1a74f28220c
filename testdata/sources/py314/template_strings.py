# Template strings: conversions, format specifications, nesting, raw and joined.
def templates(name, value):
    return (
        t"plain",
        t"",
        t"Hello {name}!",
        t"{name!r:>{value}} {value:.2f} {name=}",
        rt"\d{name}" t"joined",
        t"{t"{name}"} {f"{name}"}",
    )
