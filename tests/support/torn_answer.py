"""An answer whose connection breaks off in the middle: its caller cannot know what became of the request."""

from aiohttp import web


async def torn(request: web.Request) -> web.StreamResponse:
    """Begin an answer and break the connection off in the middle of it."""
    answer = web.StreamResponse(headers={"Content-Length": "500", "Content-Type": "application/json"})
    await answer.prepare(request)
    await answer.write(b'{"errcode": 0, "err')
    if request.transport:
        request.transport.abort()
    return answer
