"""The AI robot as something that speaks: over its long connection whenever it likes, over HTTP only in answer.

A push takes markdown, a card, a picture or a file; there is no plain text, and nobody can be @-ed by it.
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
from storage.timers.lease import AWAY

ROBOT_TEXT_BYTES = 4096
CHUNK = 512 * 1024
ANSWERABLE = timedelta(minutes=55)
MOST_ANSWERS = 20
MEDIA_HOSTS = (".myqcloud.com", ".qq.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotSettings:
    """`names` are what people call the robot; `media_hosts` are where its pictures and files may be fetched from.

    A host that begins with a dot stands for all below it.
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
    """`speaks_first`: it can say something that nobody asked for. `has_it`: this process is the one that speaks.

    `ready`: it can do so now.
    """

    speaks_first: bool

    @property
    def has_it(self) -> bool: ...

    @property
    def ready(self) -> bool: ...

    async def push(self, conversation: str, chat: str, private: bool, body: Json) -> None:
        """Says something in a chat: a group's id, or a person's user id. Raises WeComError."""
        ...

    async def upload(self, kind: str, body: bytes, name: str) -> str:
        """Uploads an image or a file for three days; its media id."""
        ...


class SocketRobot:
    speaks_first = True

    def __init__(self, socket: Socket) -> None:
        self.socket = socket

    @property
    def has_it(self) -> bool:
        return self.socket.owner

    @property
    def ready(self) -> bool:
        return self.socket.state.connected.is_set()

    async def push(self, conversation: str, chat: str, private: bool, body: Json) -> None:  # noqa: ARG002
        where: Json = {"chatid": chat, "chat_type": 1 if private else 2}
        await self.socket.request("aibot_send_msg", where | body)

    async def update_card(self, req_id: str, card: Json) -> None:
        """Changes a card whose button was pressed no more than five seconds ago."""
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
        """An upload shows nobody anything: whatever became of it, it can be begun again."""
        try:
            answer = (await self.socket.request(cmd, body)).get("body") or {}
        except WeComError as error:
            outcome = Outcome.RETRY if error.outcome is Outcome.UNKNOWN else error.outcome
            raise WeComError(str(error), outcome, error.wait, error.code) from None
        return str(answer.get(wanted) or "")


class AnsweringRobot:
    """Over HTTP: each message brings an address that takes one answer within the hour, from any of our processes."""

    speaks_first = False
    has_it = True
    ready = True

    def __init__(self, settings: RobotSettings, http: Http, redis: Redis | None, now: Callable[[], datetime]) -> None:
        self._origin = URL(settings.api).origin()
        self._http, self._redis, self._now = http, redis, now

    async def remember(self, conversation: str, url: str) -> None:
        """An address for one answer, once: a repeated callback brings it again. One that leads elsewhere is left."""
        if self._redis is None or not self._is_wecoms(url):
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
        except AWAY:
            return  # without it the answer goes through the webhook or the app

    def _is_wecoms(self, url: str) -> bool:
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
        """The newest address that is still good."""
        try:
            while self._redis is not None:
                found = await self._redis.lpop(keys.answers(keys.NAMESPACE, conversation))
                if not isinstance(found, str | bytes):
                    return ""
                known = found.decode() if isinstance(found, bytes) else found
                ends, _, url = known.partition(" ")
                if int(ends) >= self._now().timestamp():
                    return url
        except AWAY:
            return ""
        return ""
