# await and asynchronous comprehension within a generator expression and an f-string.
async def expressions(a):
    pending = (await x for x in a)
    return f"{await a}", [await x for x in a], pending
