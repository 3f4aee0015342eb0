"""The local group page: a group chat in the browser, served to this machine only.

`GET /group` is the page. It reads `/group/state`, `/group/messages`, `/group/find`, `/group/events` (Server-Sent
Events) and, for pictures and files, `/group/files/<id>`; it posts to `/group/files` (the bytes alone), `/group/say`,
`/group/press` and `/group/clock`.
An error is `{"error": "a sentence for the person"}`.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar
from urllib.parse import quote

import msgspec
import structlog
from aiohttp import web
from aiohttp.client_exceptions import ClientError
from aiohttp.http_exceptions import HttpProcessingError
from jinja2 import Environment, FileSystemLoader

from bot.channels.base import FILE_LIMIT, MESSAGE_LIMIT
from bot.web import page_origin
from bot.web.words import group_words
from handlers.texts.filters import short
from storage.database.faults import is_away, is_damaged, kind_of
from storage.database.transaction import OutcomeUnknown

log = structlog.get_logger(__name__)
HERE = Path(__file__).parent
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
LONGEST_QUERY = 200
MOST_PAGES = 128
"""How many pages may listen at once: each keeps a connection that others need."""
TOO_MANY = "打开的页面太多，请关掉几个再刷新。 / Too many pages are open: please close some and reload."
_MOST = f"{MESSAGE_LIMIT // 1024} KB"
TOO_LONG = f"一条消息最多 {_MOST}（约八万字），请存成文件再传。 / A message may have {_MOST}: please send it as a file."
NOT_TAKEN = "数据库暂时用不了，没有收下，请稍后再发。 / The database is away: not taken, please send it again later."
NOT_TAKEN_DAMAGED = (
    "存事项的文件坏了，没有收下，不会自己好：请告诉值守台和管理员，急事请打电话。 / The file that keeps the "
    "matters is damaged and does not come back by itself: not taken. Please tell the desk and the administrator, and "
    "call if it is urgent."
)
NOT_KNOWN = (
    "数据库没有回话，不知道有没有收下：请刷新页面看一眼，没有出现再发。 / The database did not answer, and nobody "
    "knows whether this was taken: please reload the page, and send it again only if it is not there."
)
NOT_SHOWN_DAMAGED = (
    "存事项的文件坏了，不会自己好：请告诉值守台和管理员。 / The file that keeps the matters is damaged and does not "
    "come back by itself: please tell the desk and the administrator."
)
NOT_SHOWN = "数据库暂时用不了，请稍后再看。 / The database is away: please look again later."
SAID = web.RequestKey("said", str)
"""Where a request keeps the beginning of what somebody says, for an answer that it was not taken."""
HEARTBEAT_SECONDS = 15.0
SILENCE_SECONDS, WHOLE_SECONDS = 10.0, 120.0
"""How long a body may pause, and how long it may take."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

PageEvent = tuple[str, str, object]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
RequestT = TypeVar("RequestT", bound=msgspec.Struct)


class SentFile(NamedTuple):
    """A picture or file of a message; `type` is the media type of its bytes."""

    name: str
    type: str
    body: bytes


class GroupPageError(Exception):
    """A request that cannot be served; the page shows the sentence to the person."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


class GroupBackend(Protocol):
    """What the page needs from the bot. Every method may raise GroupPageError."""

    async def state(self, viewer: str | None) -> Mapping[str, Any]: ...

    async def messages(self, before: str) -> Mapping[str, Any]: ...

    async def find(self, words: str, viewer: str, before: str | None) -> Mapping[str, Any]:
        """Return messages that `viewer` sees and that have the words, the newest first, and where to go on `before`."""

    def subscribe(self, last_event_id: str | None) -> AsyncIterator[PageEvent]:
        """Yield events (id, name, data) after that id. Listen from the first step, before awaiting anything else."""

    async def say(self, person: str, said: "SayRequest") -> str: ...

    async def upload(self, person: str, name: str, body: bytes) -> Mapping[str, Any]:
        """Store a file of `person`, for a message that names its id."""

    async def press(self, person: str, message_id: str, key: str) -> None: ...

    async def file(self, id: int) -> SentFile: ...

    async def move_clock(self, move: str) -> Mapping[str, Any]: ...


class SayRequest(msgspec.Struct, forbid_unknown_fields=True):
    person: str = msgspec.field(name="as")
    text: str
    quote: str | None = None
    private: bool = False
    files: tuple[int, ...] = ()


class PressRequest(msgspec.Struct, forbid_unknown_fields=True):
    person: str = msgspec.field(name="as")
    message: str
    key: str


class ClockRequest(msgspec.Struct, forbid_unknown_fields=True):
    move: str


class StorageState(Protocol):
    """What is known of storage: `state` is "ok", "away" or "damaged"."""

    @property
    def state(self) -> str: ...

    def note(self, error: BaseException) -> None: ...


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
                return _json({"error": str(error)}, error.status)
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
            return _json({"error": said + NOT_KNOWN}, 503)
        if is_damaged(error):
            return _json({"error": said + NOT_TAKEN_DAMAGED if wrote else NOT_SHOWN_DAMAGED}, 503)
        return _json({"error": said + NOT_TAKEN if wrote else NOT_SHOWN}, 503)

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
        return _json(await self._backend.state(request.query.get("as") or None))

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        before = request.query.get("before")
        if not before:
            raise GroupPageError("Say before which message: ?before=ID")
        return _json(await self._backend.messages(before))

    async def _find(self, request: web.Request) -> web.StreamResponse:
        words = request.query.get("words", "")[:LONGEST_QUERY]
        return _json(await self._backend.find(words, request.query.get("as", ""), request.query.get("before")))

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        """Store the body as a file. It is never JSON or a form: a page of another site cannot send it unasked."""
        body = await _read(request, FILE_LIMIT + 1)
        person, name = request.query.get("as", ""), request.query.get("name", "")
        return _json(await self._backend.upload(person, name[:LONGEST_QUERY], body), 201)

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
        asked = await _body(request, SayRequest)
        request[SAID] = short(asked.text)
        return _json({"id": await self._backend.say(asked.person, asked)}, 202)

    async def _press(self, request: web.Request) -> web.StreamResponse:
        asked = await _body(request, PressRequest)
        await self._backend.press(asked.person, asked.message, asked.key)
        return _json({}, 202)

    async def _clock(self, request: web.Request) -> web.StreamResponse:
        return _json(await self._backend.move_clock((await _body(request, ClockRequest)).move))

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if len(self._streams) >= MOST_PAGES:
            raise GroupPageError(TOO_MANY, 503)
        stream = asyncio.current_task()
        assert stream is not None  # noqa: S101 - a handler always runs in a task
        self._streams.add(stream)
        response = web.StreamResponse(headers=HEADERS | {"Content-Type": "text/event-stream; charset=utf-8"})
        events = self._backend.subscribe(request.headers.get("Last-Event-ID"))
        try:
            async with aclosing(_frames(events)) as frames:
                first = await anext(frames)
                await response.prepare(request)
                await response.write(first)
                async for frame in frames:
                    await response.write(frame)
        except ConnectionResetError:
            pass
        finally:
            self._streams.discard(stream)
        return response


async def _frames(events: AsyncIterator[PageEvent]) -> AsyncGenerator[bytes, None]:
    """Yield Server-Sent Events; the first frame only after `events` has begun to listen."""
    upcoming = asyncio.ensure_future(anext(events, None))
    try:
        await asyncio.sleep(0)
        yield b"retry: 1500\n\n"
        while True:
            done, _ = await asyncio.wait({upcoming}, timeout=HEARTBEAT_SECONDS)
            if not done:
                yield b": still here\n\n"
            elif (event := upcoming.result()) is None:
                return
            else:
                upcoming = asyncio.ensure_future(anext(events, None))
                yield _frame(event)
    finally:
        upcoming.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await upcoming
        if isinstance(events, AsyncGenerator):
            await events.aclose()


def _frame(event: PageEvent) -> bytes:
    event_id, name, data = event
    return f"id: {event_id}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def _json(data: object, status: int = 200) -> web.Response:
    body = json.dumps(data, ensure_ascii=False)
    return web.Response(text=body, status=status, content_type="application/json", headers=HEADERS)


async def _body(request: web.Request, shape: type[RequestT]) -> RequestT:
    body = await _read(request, MESSAGE_LIMIT + 1)
    if len(body) > MESSAGE_LIMIT:
        raise GroupPageError(TOO_LONG, 413)
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise GroupPageError(f"The body is not the JSON expected here: {error}") from error


async def _read(request: web.Request, most: int) -> bytes:
    """Return the body, at most its first `most` bytes; the rest is not read. GroupPageError if it is slow or broken."""
    body = bytearray()
    try:
        async with asyncio.timeout(WHOLE_SECONDS):
            while len(body) < most:
                async with asyncio.timeout(SILENCE_SECONDS):
                    chunk = await request.content.read(MESSAGE_LIMIT)
                if not chunk:
                    break
                body += chunk
    except TimeoutError as error:
        raise GroupPageError(
            "没有按时传完，请重试。 / The body did not arrive in time: please try again.", 408
        ) from error
    except (ClientError, HttpProcessingError, web.RequestPayloadError) as error:
        raise GroupPageError("传输中断，请重试。 / The body broke off: please try again.") from error
    return bytes(body[:most])
