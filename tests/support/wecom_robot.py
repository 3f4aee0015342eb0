"""A fake of the AI robot: one socket per robot, encrypted callbacks over HTTP, addresses for one answer.

await fake.says("u-wang", "签收 12")          through the socket if one is connected, else over HTTP
await fake.presses("u-qian", seen, "同意")
"""

import asyncio
import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from tests.support.wecom import GROUP, Answer, Json, Seen, World, deliver, envelope, error
from tests.support.wecom_envelope import AES_KEY, encrypted, key_of, opened, signed

KINDS = ("markdown", "template_card", "image", "file", "voice", "video")


@dataclass
class FakeRobot:
    world: World
    bot_id: str = "bot-1"
    secret: str = "robot-secret-value"
    name: str = "回音"
    spoken_in: set[str] = field(default_factory=set)
    connections: list[web.WebSocketResponse] = field(default_factory=list)
    subscribed: int = 0
    refused: int = 0
    pings: int = 0
    kicked: int = 0
    silent: bool = False
    """If set, frames are received but not acknowledged."""
    updates: list[tuple[str, Json]] = field(default_factory=list)
    errors: list[tuple[str, int]] = field(default_factory=list)
    answered: list[Json] = field(default_factory=list)
    callback_url: str = ""
    _events: dict[str, datetime] = field(default_factory=dict)
    _answers: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _uploads: dict[str, tuple[Json, dict[int, bytes]]] = field(default_factory=dict)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/ws", self._socket),
            web.post("/cgi-bin/aibot/response", self._response),
            web.get("/cdn/{id}", self._file),
        ]

    @property
    def socket(self) -> web.WebSocketResponse | None:
        return self.connections[-1] if self.connections else None

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(max_msg_size=4 * 1024 * 1024)
        await ws.prepare(request)
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    await self._frame(ws, json.loads(message.data))
        finally:
            if ws in self.connections:
                self.connections.remove(ws)
        return ws

    async def _frame(self, ws: web.WebSocketResponse, frame: Json) -> None:
        cmd, body, req_id = frame["cmd"], frame.get("body") or {}, frame["headers"]["req_id"]
        self.world.calls.append(cmd)
        self.world.tried.append(json.dumps(body))
        code, answer = await self._outcome(ws, cmd, body, req_id)
        if code:
            self.errors.append((cmd, code))
        if self.silent and cmd != "aibot_subscribe":
            return
        if self.world.faults[cmd] and not code:
            fault = self.world.faults[cmd].pop(0)
            if fault.drop:
                assert ws._req
                assert ws._req.transport
                ws._req.transport.abort()
            return
        ack: Json = {"headers": {"req_id": req_id}, "errcode": code, "errmsg": "ok" if not code else f"refused {cmd}"}
        await ws.send_json(ack | ({"body": answer} if answer else {}))

    async def _outcome(self, ws: web.WebSocketResponse, cmd: str, body: Json, req_id: str) -> tuple[int, Json]:
        if cmd == "aibot_subscribe":
            return await self._subscribe(ws, body), {}
        if ws not in self.connections:
            return 846609, {}
        if self.world.faults[cmd] and (code := (self.world.faults[cmd][0].body or {}).get("errcode")):
            self.world.faults[cmd].pop(0)
            return code, {}
        if cmd == "ping":
            self.pings += 1
            return 0, {}
        if cmd == "aibot_send_msg":
            return self._push(body), {}
        if cmd == "aibot_respond_update_msg":
            return self._updated(req_id, body), {}
        return self._upload(cmd, body)

    async def _subscribe(self, ws: web.WebSocketResponse, body: Json) -> int:
        if (body["bot_id"], body["secret"]) != (self.bot_id, self.secret):
            self.refused += 1
            return 40001
        for other in list(self.connections):
            await self.kick(other)
        self.connections.append(ws)
        self.subscribed += 1
        return 0

    def forget(self) -> None:
        """Lose the subscription of every connection, and leave the connections open."""
        self.connections.clear()

    async def kick(self, ws: web.WebSocketResponse) -> None:
        """Tell a connection that another one takes its place."""
        self.kicked += 1
        self.connections.remove(ws)
        event = {"msgtype": "event", "aibotid": self.bot_id, "event": {"eventtype": "disconnected_event"}}
        await ws.send_json({"cmd": "aibot_event_callback", "headers": {"req_id": uuid4().hex}, "body": event})
        asyncio.get_running_loop().create_task(ws.close())

    def _push(self, body: Json) -> int:
        chat, kind = body["chatid"], body["msgtype"]
        if kind not in KINDS:
            return 40008
        chat_type = body.get("chat_type") or (1 if chat in self.world.members else 2)  # the official SDK omits it
        if chat not in (self.spoken_in if chat_type == 2 else self.world.members):
            return 93006
        if self.world.over(f"robot:{chat}", 30):
            return 45009
        return self._shown("robot", chat, kind, body[kind])

    def _shown(self, by: str, chat: str, kind: str, content: Json) -> int:
        if kind == "markdown":
            if len(content["content"].encode()) > 20480:
                return 40058
            self.world.seen.append(Seen(by, chat, kind, content["content"]))
            return 0
        if kind == "template_card":
            return self._show_card(by, chat, content)
        if content["media_id"] not in self.world.files:
            return 40007
        name, file = self.world.files[content["media_id"]]
        self.world.seen.append(Seen(by, chat, kind, name, body=file))
        return 0

    def _show_card(self, by: str, chat: str, card: Json) -> int:
        shown = {seen.card["task_id"] for seen in self.world.seen if seen.card}
        task, buttons = card["task_id"], card["button_list"]
        legal = len(task) <= 128 and all(sign.isascii() and (sign.isalnum() or sign in "_-@") for sign in task)
        fits = 1 <= len(buttons) <= 6 and all(len(one["key"].encode()) <= 1024 for one in buttons)
        if not (legal and fits) or task in shown or len(card.get("horizontal_content_list", ())) > 6:
            return 40058
        self.world.seen.append(Seen(by, chat, "template_card", card.get("sub_title_text", ""), card=card))
        return 0

    def _updated(self, req_id: str, body: Json) -> int:
        """Accept an update once, within five seconds of the press, and of the same card."""
        pressed = self._events.pop(req_id, None)
        if pressed is None or self.world.now() - pressed > timedelta(seconds=5):
            return 846605
        if body["response_type"] != "update_template_card" or not body["template_card"]["button_list"]:
            return 40058
        self.updates.append((body["template_card"]["task_id"], body["template_card"]))
        return 0

    def _upload(self, cmd: str, body: Json) -> tuple[int, Json]:
        if cmd == "aibot_upload_media_init":
            id = f"upload-{len(self._uploads) + 1}"
            self._uploads[id] = (body, {})
            return (0, {"upload_id": id}) if body["total_chunks"] <= 100 else (40058, {})
        about, chunks = self._uploads[body["upload_id"]]
        if cmd == "aibot_upload_media_chunk":
            chunks[body["chunk_index"]] = chunk = base64.b64decode(body["base64_data"])
            return (0, {}) if len(chunk) <= 512 * 1024 else (40058, {})
        whole = b"".join(chunks[n] for n in range(about["total_chunks"]))
        if (len(whole), hashlib.md5(whole).hexdigest()) != (about["total_size"], about["md5"]):
            return 40058, {}
        return 0, {"type": about["type"], "media_id": self.world.keep(about["filename"], whole), "created_at": "1"}

    async def _response(self, request: web.Request) -> web.Response:
        chat, until = self._answers.pop(request.query["response_code"], ("", self.world.now()))
        if not chat or until <= self.world.now():
            return error(60140, "response_code is invalid or was used")
        body = await request.json()
        if body["msgtype"] not in ("markdown", "template_card"):
            return error(40008, "invalid msgtype")
        return error(self._shown("answer", chat, body["msgtype"], body[body["msgtype"]]))

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.world.files[request.match_info["id"]][1])

    def put(self, body: bytes, *, over_socket: bool = True) -> Json:
        """Return a picture or file as in a callback: the address of the encrypted bytes."""
        key = bytes(range(32)) if over_socket else key_of(AES_KEY)
        id = self.world.keep("", encrypted(body, key))
        named = {"url": f"{self.world.url}/cdn/{id}"}
        return named | ({"aeskey": base64.b64encode(key).decode()} if over_socket else {})

    def callback(self, user: str, chat: str | None, kind: str, **content: Any) -> Json:
        body: Json = {"msgid": uuid4().hex, "aibotid": self.bot_id, "chattype": "group" if chat else "single"}
        body |= {"chatid": chat} if chat else {}
        body |= {"from": {"userid": user}, "msgtype": kind}
        if kind == "event":
            return body | {"create_time": int(self.world.now().timestamp())} | content
        self.spoken_in.add(chat or user)
        if self.callback_url:
            code = uuid4().hex
            self._answers[code] = (chat or user, self.world.now() + timedelta(hours=1))
            body["response_url"] = f"{self.world.url}/cgi-bin/aibot/response?response_code={code}"
        return body | content

    async def says(self, user: str, words: str, *, chat: str | None = GROUP, quote: Seen | None = None) -> None:
        """Let somebody type to the robot, with an @ in a group. A quote has the text only, without id or sender."""
        text = {"content": f"@{self.name} {words}" if chat else words}
        quoted = {"quote": {"msgtype": "text", "text": {"content": quote.text}}} if quote else {}
        await self.hand_over(self.callback(user, chat, "text", text=text, **quoted))

    async def presses(self, user: str, seen: Seen, label: str) -> None:
        assert seen.card
        pressed = {"card_type": "button_interaction", "event_key": seen.buttons[label], "task_id": seen.card["task_id"]}
        chat = None if seen.to in self.world.members else seen.to
        event = {"eventtype": "template_card_event", "template_card_event": pressed}
        await self.hand_over(self.callback(user, chat, "event", event=event))

    async def hand_over(self, body: Json) -> None:
        if self.callback_url:
            answers = await self.post(body)
            assert answers[-1].status == 200, answers
            return
        assert self.socket, "nobody is connected"
        req_id, event = uuid4().hex, body["msgtype"] == "event"
        if event:
            self._events[req_id] = self.world.now()
        cmd = "aibot_event_callback" if event else "aibot_msg_callback"
        await self.socket.send_json({"cmd": cmd, "headers": {"req_id": req_id}, "body": body})

    async def post(self, body: Json, **how: Any) -> list[Answer]:
        """Post a callback over HTTP. If there is an answer, it is a card's update."""
        ciphertext, query = envelope(json.dumps(body, ensure_ascii=False), "", self.world.now(), **how)
        answers = await deliver(self.callback_url, json.dumps({"encrypt": ciphertext}).encode(), query)
        if answers and answers[-1].status == 200 and answers[-1].body:
            self._passive(json.loads(answers[-1].body))
        return answers

    def _passive(self, answer: Json) -> None:
        timestamp, nonce = str(answer["timestamp"]), answer["nonce"]
        assert isinstance(answer["timestamp"], int)
        assert answer["msgsignature"] == signed(timestamp, nonce, answer["encrypt"])
        message, receiver = opened(answer["encrypt"])
        assert receiver == ""
        body = json.loads(message)
        self.answered.append(body)
        self.updates.append((body["template_card"]["task_id"], body["template_card"]))
