# Format strings with quotes, backslashes, comments and further format strings inside their fields.
def formats(items):
    return f"{", ".join(f"{x!r:{f"{10}"}}" for x in items)} {
        "\n".join(items)  # a comment
    }"
