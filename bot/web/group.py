"""The local group page: a group chat in the browser, served to this machine only.

`GET /group` is the page. It reads `/group/state`, `/group/messages`, `/group/find`, `/group/events` (Server-Sent
Events) and, for pictures and files, `/group/files/<id>`; it posts to `/group/files` (the bytes alone), `/group/say`,
`/group/press` and `/group/clock`.
An error is `{"error": "a sentence for the person"}`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import aclosing
from pathlib import Path
from urllib.parse import quote

import structlog
from aiohttp import web
from jinja2 import Environment, FileSystemLoader

from bot.channels.base import FILE_LIMIT
from bot.web import page_origin
from bot.web.event_frames import frames
from bot.web.group_interface import PICTURES, ClockRequest, GroupBackend, GroupPageError, PressRequest, SayRequest
from bot.web.page_requests import HEADERS, body_of, bytes_of, json_answer
from bot.web.storage_answers import (
    NOT_KNOWN,
    NOT_SHOWN,
    NOT_SHOWN_DAMAGED,
    NOT_TAKEN,
    NOT_TAKEN_DAMAGED,
    StorageState,
)
from bot.web.words import group_words
from handlers.texts.filters import short
from storage.database.faults import is_away, is_damaged, kind_of
from storage.database.transaction import OutcomeUnknown

log = structlog.get_logger(__name__)
HERE = Path(__file__).parent
LONGEST_QUERY = 200
MOST_PAGES = 128
"""How many pages may listen at once: each keeps a connection that others need."""
TOO_MANY = "打开的页面太多，请关掉几个再刷新。 / Too many pages are open: please close some and reload."
SAID = web.RequestKey("said", str)
"""Where a request keeps the beginning of what somebody says, for an answer that it was not taken."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def setup(
    app: web.Application, backend: GroupBackend, hosts: Collection[str] = (), storage: StorageState | None = None
) -> None:
    """Add the page to `app`. `hosts`: further host names, beside loopback, under which it may be reached."""
    page = _GroupPage(backend, hosts, storage)
    app.add_routes(page.routes())
    app.on_shutdown.append(page.close)


class _GroupPage:
    def __init__(self, backend: GroupBackend, hosts: Collection[str], storage: StorageState | None) -> None:
        self._backend = backend
        self._storage = storage
        self._hosts = hosts
        self._streams: set[asyncio.Task[object]] = set()
        self._template = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True
        ).get_template("group.html")

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/group", self._guarded(self._page)),
            web.get(r"/group/assets/{name:group\w*\.(?:js|css|svg)}", self._guarded(self._asset)),
            web.get("/group/state", self._guarded(self._state)),
            web.get("/group/messages", self._guarded(self._messages)),
            web.get("/group/find", self._guarded(self._find)),
            web.get("/group/events", self._guarded(self._events), allow_head=False),
            web.get(r"/group/files/{id:\d{1,9}}", self._guarded(self._file)),
            web.post("/group/files", self._guarded(self._upload)),
            web.post("/group/say", self._guarded(self._say)),
            web.post("/group/press", self._guarded(self._press)),
            web.post("/group/clock", self._guarded(self._clock)),
        ]

    async def close(self, _app: web.Application) -> None:
        for stream in self._streams:
            stream.cancel()

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                if complaint := page_origin.objection(request, self._hosts):
                    raise GroupPageError(complaint, 403)
                if request.method == "POST" and self._storage is not None and self._storage.state == "away":
                    raise GroupPageError(NOT_TAKEN, 503)  # at once: a try would wait, with others before it
                return await handler(request)
            except GroupPageError as error:
                return json_answer({"error": str(error)}, error.status)
            except Exception as error:
                if not is_away(error):
                    raise
                said = f"“{request[SAID]}”：" if SAID in request else ""
                return self._away(error, said, wrote=request.method == "POST")

        return guarded

    def _away(self, error: Exception, said: str, *, wrote: bool) -> web.Response:
        log.warning("the page was not served: storage does not work", fault=kind_of(error))
        if self._storage is not None:
            self._storage.note(error)
        if wrote and isinstance(error, OutcomeUnknown):
            return json_answer({"error": said + NOT_KNOWN}, 503)
        if is_damaged(error):
            return json_answer({"error": said + NOT_TAKEN_DAMAGED if wrote else NOT_SHOWN_DAMAGED}, 503)
        return json_answer({"error": said + NOT_TAKEN if wrote else NOT_SHOWN}, 503)

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        state = await self._backend.state(None)
        html = self._template.render(language=state["language"], words=group_words(state["language"]))
        return web.Response(text=html, content_type="text/html", headers=HEADERS)

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        path = HERE / "static" / request.match_info["name"]
        if not path.is_file():
            raise GroupPageError("There is no such file.", 404)
        return web.FileResponse(path, headers=HEADERS | {"Cache-Control": "no-cache"})

    async def _state(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._backend.state(request.query.get("as") or None))

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        before = request.query.get("before")
        if not before:
            raise GroupPageError("Say before which message: ?before=ID")
        return json_answer(await self._backend.messages(before))

    async def _find(self, request: web.Request) -> web.StreamResponse:
        words = request.query.get("words", "")[:LONGEST_QUERY]
        return json_answer(await self._backend.find(words, request.query.get("as", ""), request.query.get("before")))

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        """Store the body as a file. It is never JSON or a form: a page of another site cannot send it unasked."""
        body = await bytes_of(request, FILE_LIMIT + 1)
        person, name = request.query.get("as", ""), request.query.get("name", "")
        return json_answer(await self._backend.upload(person, name[:LONGEST_QUERY], body), 201)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """Serve a picture to be shown, any other file to be saved; the headers keep both from running scripts."""
        file = await self._backend.file(int(request.match_info["id"]))
        shown = "inline" if file.type in PICTURES else "attachment"
        headers = {
            "Content-Type": file.type if file.type in PICTURES else "application/octet-stream",
            "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(file.name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
            "Cache-Control": "private, max-age=86400, immutable",
        }
        return web.Response(body=file.body, headers=HEADERS | headers)

    async def _say(self, request: web.Request) -> web.StreamResponse:
        asked = await body_of(request, SayRequest)
        request[SAID] = short(asked.text)
        return json_answer({"id": await self._backend.say(asked.person, asked)}, 202)

    async def _press(self, request: web.Request) -> web.StreamResponse:
        asked = await body_of(request, PressRequest)
        await self._backend.press(asked.person, asked.message, asked.key)
        return json_answer({}, 202)

    async def _clock(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._backend.move_clock((await body_of(request, ClockRequest)).move))

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if len(self._streams) >= MOST_PAGES:
            raise GroupPageError(TOO_MANY, 503)
        stream = asyncio.current_task()
        assert stream is not None  # noqa: S101 - a handler always runs in a task
        self._streams.add(stream)
        response = web.StreamResponse(headers=HEADERS | {"Content-Type": "text/event-stream; charset=utf-8"})
        events = self._backend.subscribe(request.headers.get("Last-Event-ID"))
        try:
            async with aclosing(frames(events)) as sent:
                first = await anext(sent)
                await response.prepare(request)
                await response.write(first)
                async for frame in sent:
                    await response.write(frame)
        except ConnectionResetError:
            pass
        finally:
            self._streams.discard(stream)
        return response
