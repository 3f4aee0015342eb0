"""A fake of WeCom on one port: the AI robot's socket and HTTP callbacks, the groups' webhooks, the self-built app.

Each part checks requests by the platform's documents. `fake.seen` is what people see.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from tests.support.torn_answer import torn
from tests.support.wecom_envelope import AES_KEY, TOKEN, sealed, signed

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
GROUP = "wrGroup000000000000000000000001"
CORP = "wwcorp0000000001"


class Seen(NamedTuple):
    """A message that arrived. `by` is webhook, robot, answer (to a response_url) or app; `to` a chat or a user id."""

    by: str
    to: str
    kind: str
    text: str = ""
    rings: tuple[str, ...] = ()
    card: Json | None = None
    body: bytes = b""
    ref: str = ""

    @property
    def buttons(self) -> dict[str, str]:
        return {one["text"]: one["key"] for one in (self.card or {}).get("button_list", ())}


class Fault(NamedTuple):
    """A fault instead of an answer. If it `arrives`, the message is delivered nevertheless.

    `delay` is in seconds; `torn` breaks the connection off in the middle of the answer.
    """

    status: int = 200
    body: Json | None = None
    drop: bool = False
    arrives: bool = False
    delay: float = 0.0
    torn: bool = False


def error(code: int, message: str = "") -> web.Response:
    return web.json_response({"errcode": code, "errmsg": message or "ok"})


@dataclass
class World:
    """State that the parts of the fake share."""

    now: Callable[[], datetime]
    seen: list[Seen] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    calls: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    """The JSON of every request, whatever became of it."""
    members: set[str] = field(default_factory=lambda: {"u1", "u2"})
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    always: Fault | None = None
    """The fault of every call, while it is set."""
    url: str = ""
    busiest: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """The highest number of messages in any minute, by target."""
    _minute: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    def over(self, target: str, most: int) -> bool:
        """Count a message to a target; return whether it is beyond `most` in the past minute."""
        recent = [at for at in self._minute[target] if at > self.now() - timedelta(minutes=1)]
        self._minute[target] = [*recent, self.now()]
        self.busiest[target] = max(self.busiest[target], len(self._minute[target]))
        return len(recent) >= most

    def keep(self, name: str, body: bytes) -> str:
        id = f"media-{len(self.files) + 1}"
        self.files[id] = (name, body)
        return id


class Server:
    """Serve all parts on one port."""

    def __init__(self, world: World, routes: list[web.RouteDef]) -> None:
        self.world, self._routes = world, routes

    async def __aenter__(self) -> "Server":
        app = web.Application(middlewares=[self._faulty], client_max_size=30 * 1024 * 1024)
        app.add_routes(self._routes)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.world.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @web.middleware
    async def _faulty(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.world.calls.append(request.path)
        if request.content_type == "application/json":
            self.world.tried.append(await request.text())
        queued = self.world.faults[request.path]
        fault = queued.pop(0) if queued else self.world.always if request.path != "/ws" else None
        if fault is None:
            return await handler(request)
        await request.read()
        if fault.arrives:
            await handler(request)
        await asyncio.sleep(fault.delay)
        if fault.torn:
            return await torn(request)
        if fault.drop and request.transport:
            request.transport.abort()
        return web.Response(status=fault.status, text=json.dumps(fault.body), content_type="application/json")


class Answer(NamedTuple):
    status: int
    body: str


async def deliver(
    url: str, body: bytes, query: dict[str, str], *, patience: float = 60.0, tries: int = 4
) -> list[Answer]:
    """Post a callback as WeCom does, up to three times more if there is no 200; return every answer.

    WeCom waits for five seconds. Here the test sets the time-out, because the test machine may be slow.
    """
    answers: list[Answer] = []
    async with ClientSession(timeout=ClientTimeout(total=patience)) as session:
        for _ in range(tries):
            try:
                async with session.post(url, data=body, params=query) as answer:
                    answers.append(Answer(answer.status, await answer.text()))
            except (TimeoutError, ClientError):
                continue
            if answers[-1].status == 200:
                break
    return answers


def envelope(
    message: str, receiver: str, now: datetime, *, token: str = TOKEN, key: str = AES_KEY, nonce: str = "n0nce"
) -> tuple[str, dict[str, str]]:
    """Return the ciphertext and the signed query."""
    timestamp, ciphertext = str(int(now.timestamp())), sealed(message, receiver, key)
    signature = signed(timestamp, nonce, ciphertext, token)
    return ciphertext, {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}
