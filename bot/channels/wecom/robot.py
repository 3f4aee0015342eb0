"""Sending through the AI robot: at any time over its long connection, only as an answer over HTTP.

A push is markdown, a card, a picture or a file. There is no plain text, and a push cannot @ people.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import md5, sha256
from typing import Literal, Protocol

from redis.asyncio import Redis
from yarl import URL

from bot.channels.base import Outcome
from bot.channels.wecom.http import Http, Json, WeComError
from bot.channels.wecom.socket import Socket
from storage.timers import keys
from storage.timers.link import REDIS_ERRORS

ROBOT_TEXT_BYTES = 4096
CHUNK = 512 * 1024
ANSWERABLE = timedelta(minutes=55)
MOST_ANSWERS = 20
MEDIA_HOSTS = (".myqcloud.com", ".qq.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotSettings:
    """`names` are what people call the robot; `media_hosts` may serve its pictures and files.

    A host that begins with a dot stands for all its subdomains.
    """

    bot_id: str
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    aes_key: str = field(default="", repr=False)
    mode: Literal["socket", "http"] = "socket"
    names: tuple[str, ...] = ("回音", "Huiyin")
    socket: str = "wss://openws.work.weixin.qq.com"
    api: str = "https://qyapi.weixin.qq.com"
    media_hosts: Sequence[str] = MEDIA_HOSTS


class Robot(Protocol):
    """`speaks_first`: it can send without being asked. `owns_connection`: this process is the one that sends.

    `ready`: it can send now.
    """

    speaks_first: bool

    @property
    def owns_connection(self) -> bool: ...

    @property
    def ready(self) -> bool: ...

    async def push(self, conversation: str, chat: str, private: bool, body: Json) -> None:
        """Send to a chat: a group's id, or a person's user id. Raises WeComError."""
        ...

    async def upload(self, kind: str, body: bytes, name: str) -> str:
        """Upload an image or a file for three days; return its media id."""
        ...


class SocketRobot:
    speaks_first = True

    def __init__(self, socket: Socket) -> None:
        self.socket = socket

    @property
    def owns_connection(self) -> bool:
        return self.socket.owner

    @property
    def ready(self) -> bool:
        return self.socket.state.connected.is_set()

    async def push(self, conversation: str, chat: str, private: bool, body: Json) -> None:  # noqa: ARG002
        where: Json = {"chatid": chat, "chat_type": 1 if private else 2}
        await self.socket.request("aibot_send_msg", where | body)

    async def update_card(self, req_id: str, card: Json) -> None:
        """Change a card whose button was pressed no more than five seconds ago."""
        update = {"response_type": "update_template_card", "template_card": card}
        await self.socket.request("aibot_respond_update_msg", update, req_id)

    async def upload(self, kind: str, body: bytes, name: str) -> str:
        chunks = [body[at : at + CHUNK] for at in range(0, len(body), CHUNK)]
        digest = md5(body, usedforsecurity=False).hexdigest()
        begin = {"type": kind, "filename": name, "total_size": len(body), "total_chunks": len(chunks), "md5": digest}
        id = await self._upload("aibot_upload_media_init", begin, "upload_id")
        for n, chunk in enumerate(chunks):
            part = {"upload_id": id, "chunk_index": n, "base64_data": base64.b64encode(chunk).decode()}
            await self._upload("aibot_upload_media_chunk", part)
        return await self._upload("aibot_upload_media_finish", {"upload_id": id}, "media_id")

    async def _upload(self, cmd: str, body: Json, wanted: str = "") -> str:
        """Send one step of an upload. An upload of unknown outcome may be repeated: it is not visible."""
        try:
            answer = (await self.socket.request(cmd, body)).get("body") or {}
        except WeComError as error:
            outcome = Outcome.RETRY if error.may_have_arrived else error.outcome
            raise WeComError(str(error), outcome, error.wait, error.code) from None
        return str(answer.get(wanted) or "")


class AnsweringRobot:
    """The robot over HTTP: each message brings an address that takes one answer within the hour, from any process."""

    speaks_first = False
    owns_connection = True
    ready = True

    def __init__(self, settings: RobotSettings, http: Http, redis: Redis | None, now: Callable[[], datetime]) -> None:
        self._origin = URL(settings.api).origin()
        self._http, self._redis, self._now = http, redis, now

    async def remember(self, conversation: str, url: str) -> None:
        """Keep an address for one answer, once though callbacks repeat; ignore one that is not WeCom's."""
        if self._redis is None or not self._is_of_wecom(url):
            return
        key = keys.answers(keys.NAMESPACE, conversation)
        ends = int((self._now() + ANSWERABLE).timestamp())
        known = keys.answer(keys.NAMESPACE, sha256(url.encode()).hexdigest()[:32])
        try:
            if not await self._redis.set(known, "1", nx=True, ex=ANSWERABLE):
                return
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.lpush(key, f"{ends} {url}")
                pipe.ltrim(key, 0, MOST_ANSWERS - 1)
                pipe.expire(key, ANSWERABLE)
                await pipe.execute()
        except REDIS_ERRORS:
            return  # then the answer goes through the webhook or the app

    def _is_of_wecom(self, url: str) -> bool:
        try:
            return URL(url).origin() == self._origin
        except ValueError:
            return False

    async def push(self, conversation: str, chat: str, private: bool, body: Json) -> None:  # noqa: ARG002
        url = await self._take(conversation)
        if not url:
            reason = "WeCom: over HTTP the robot answers only, within the hour: use its long connection, or a webhook"
            raise WeComError(reason, Outcome.REFUSED)
        await self._http.post(URL(url), body)

    async def upload(self, kind: str, body: bytes, name: str) -> str:  # noqa: ARG002
        raise WeComError("WeCom: over HTTP the robot sends no files: give the group a webhook", Outcome.REFUSED)

    async def _take(self, conversation: str) -> str:
        """Return the newest address that is still valid, or ""."""
        try:
            while self._redis is not None:
                found = await self._redis.lpop(keys.answers(keys.NAMESPACE, conversation))
                if not isinstance(found, str | bytes):
                    return ""
                known = found.decode() if isinstance(found, bytes) else found
                ends, _, url = known.partition(" ")
                if int(ends) >= self._now().timestamp():
                    return url
        except REDIS_ERRORS:
            return ""
        return ""
