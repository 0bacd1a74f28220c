# Format strings: conversions, format specifications, nested fields, escapes.
def formats(name, value, width):
    return (
        f"{name}",
        f"plain",
        f"{name!r} is {value:>{width}.3f}{{}}",
        f"{value!s}{name!a}" "joined" f"{width}",
        f"Grüße {name} \U0001F40D",
        rf"\d{name}",
        f"",
    )
