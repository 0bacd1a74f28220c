# Coroutines, asynchronous generators, loops, managers and comprehensions.
async def coroutine(awaitable):
    """A coroutine."""
    return await awaitable


async def generator(source):
    async for item in source:
        yield item
        await item


async def manages(manager, other):
    async with manager as a, other:
        return a


async def comprehends(source):
    listed = [x async for x in source if await x]
    mapped = {x: await x async for x in source}
    lazily = (x async for x in source)
    return listed, mapped, lazily


def contains():
    async def inner():
        return contains
    return inner


class Methods:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        try:
            await self.close()
        finally:
            await self.done
