"""A fake of DingTalk: the API and the group robots' webhook on one port, and the callbacks.

It checks credentials, signatures, limits and sizes by the platform's documents and with its own code. `fake.sent` is
what people see; `await fake.says("u1", "签收 12")` is a person who types it.
"""

import asyncio
import base64
import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any, NamedTuple
from uuid import uuid4

from aiohttp import ClientSession, web

from tests.support.dingtalk_stream import CARD, ROBOT, FakeGateway
from tests.support.torn_answer import torn

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
BOT = "$:LWCP_v1:$bot"
GROUP = "cidGroup=="


def signature(timestamp: str, secret: str) -> str:
    return base64.b64encode(
        hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    ).decode()


class Sent(NamedTuple):
    """A message that arrived. `by` is group, private or webhook; `to` is a conversation or a user id."""

    by: str
    to: str
    text: str
    title: str | None = None
    mentions: tuple[str, ...] = ()
    key: str | None = None
    buttons: tuple[str, ...] = ()
    card: str | None = None


class Fault(NamedTuple):
    """A fault instead of an answer, after `delay` seconds. If it `arrives`, the message is delivered nevertheless.

    `torn` breaks the connection off in the middle of the answer.
    """

    status: int = 200
    body: Json | None = None
    drop: bool = False
    delay: float = 0.0
    arrives: bool = False
    torn: bool = False


QPS = Fault(403, {"code": "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", "message": "qps limit"})
COUNT = Fault(403, {"code": "Forbidden.AccessDenied.ApiCountLimitForOrg", "message": "api count limit"})


def refusal(code: str, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message, "requestid": "R"}, status=400)


@dataclass
class FakeDingTalk:
    now: Callable[[], datetime]
    app_key: str = "dingkey"
    app_secret: str = "app-secret-value"
    robot_code: str = "dingrobot"
    robots: dict[str, tuple[str, str]] = field(default_factory=lambda: {"hook-token-1": (GROUP, "SEChook")})
    groups: set[str] = field(default_factory=lambda: {GROUP})
    members: set[str] = field(default_factory=lambda: {"u1", "u2"})
    held_back: set[str] = field(default_factory=set)
    token_lives: int = 7200
    sent: list[Sent] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    """The JSON of every request, whatever became of it."""
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    always: Fault | None = None
    """The fault of every call, while it is set."""
    tokens: dict[str, datetime] = field(default_factory=dict)
    url: str = ""
    callback_url: str = ""
    gateway: FakeGateway = field(init=False)
    cards: dict[str, Json] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    calls_left: int | None = None
    overruns: list[str] = field(default_factory=list)
    busiest: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """The highest number of messages in any minute, by webhook."""
    _minute: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    _second: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    _blocked: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.gateway = FakeGateway(self.now, self.app_key, self.app_secret)

    async def __aenter__(self) -> "FakeDingTalk":
        app = web.Application(middlewares=[self._faulty], client_max_size=10**7)
        app.router.add_post("/v1.0/oauth2/accessToken", self._access_token)
        app.router.add_post("/v1.0/robot/{kind:groupMessages/send|oToMessages/batchSend}", self._robot)
        app.router.add_post("/v1.0/robot/messageFiles/download", self._download)
        app.router.add_get("/files/{code}", self._file)
        app.router.add_post("/v1.0/card/instances/createAndDeliver", self._create_card)
        app.router.add_put("/v1.0/card/instances", self._update_card)
        app.router.add_post("/topapi/v2/user/get", self._user)
        app.router.add_post("/media/upload", self._upload)
        app.router.add_post("/robot/send", self._webhook)
        app.add_routes(self.gateway.routes())
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = self.gateway.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._client = ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.gateway.close()
        await self._client.close()
        await self._runner.cleanup()

    @web.middleware
    async def _faulty(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.calls.append(request.path)
        await request.read()
        if request.content_type == "application/json":
            self.tried.append(await request.text())
        if self.calls_left is not None and request.path.startswith("/v1.0/robot/"):
            if self.calls_left <= 0:
                return web.Response(status=COUNT.status, text=json.dumps(COUNT.body))
            self.calls_left -= 1
        if self._too_often(request.path):
            return web.Response(status=QPS.status, text=json.dumps(QPS.body))
        queued = self.faults[request.path]
        fault = queued.pop(0) if queued else self.always if request.path != "/connect" else None
        if fault is None:
            return await handler(request)
        if fault.arrives:
            await handler(request)
        await asyncio.sleep(fault.delay)
        if fault.torn:
            return await torn(request)
        if fault.drop and request.transport:
            request.transport.abort()
        return web.Response(status=fault.status, text=json.dumps(fault.body))

    async def _access_token(self, request: web.Request) -> web.Response:
        if await request.json() != {"appKey": self.app_key, "appSecret": self.app_secret}:
            return refusal("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        token = f"access-token-{len(self.tokens) + 1}"
        self.tokens[token] = self.now() + timedelta(seconds=self.token_lives)
        return web.json_response({"accessToken": token, "expireIn": self.token_lives})

    def _stale(self, request: web.Request) -> web.Response | None:
        token = request.headers.get("x-acs-dingtalk-access-token", "")
        if self.tokens.get(token, self.now()) <= self.now():
            return refusal("InvalidAuthentication", f"不合法的access_token {token}")
        return None

    async def _robot(self, request: web.Request) -> web.Response:
        if stale := self._stale(request):
            return stale
        asked = await request.json()
        if asked["robotCode"] != self.robot_code:
            return refusal("invalidParameter.robotCode", "robot 不存在")
        if len(await request.read()) > 20_000:
            return refusal("460101", "请保持大小在 20000bytes 以内")
        return self._private(asked) if "userIds" in asked else self._group(asked)

    def _group(self, asked: Json) -> web.Response:
        if (group := asked["openConversationId"]) not in self.groups:
            return refusal("invalidParameter.openConversationId", "群不存在")
        return web.json_response({"processQueryKey": self._arrives("group", group, asked)})

    def _private(self, asked: Json) -> web.Response:
        users = set(asked["userIds"])
        unknown, held = users - self.members, users & self.held_back
        for user in users - unknown - held:
            self._arrives("private", user, asked)
        lists = {"invalidStaffIdList": [*unknown], "flowControlledStaffIdList": [*held]}
        return web.json_response(lists | {"processQueryKey": f"key-{len(self.sent)}"})

    def _arrives(self, by: str, to: str, asked: Json) -> str:
        param, key = json.loads(asked["msgParam"]), f"key-{len(self.sent) + 1}"
        shown = {
            "sampleText": "content",
            "sampleMarkdown": "text",
            "sampleImageMsg": "photoURL",
            "sampleFile": "fileName",
        }
        text = param[shown[asked["msgKey"]]]
        self.sent.append(Sent(by, to, text, param.get("title"), key=key))
        return key

    async def _download(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if stale := self._stale(request):
            return stale
        if asked["robotCode"] != self.robot_code or asked["downloadCode"] not in self.files:
            return refusal("invalidParameter.downloadCode", "downloadCode 无效")
        return web.json_response({"downloadUrl": f"{self.url}/files/{asked['downloadCode']}"})

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["code"]])

    async def _create_card(self, request: web.Request) -> web.Response:
        if stale := self._stale(request):
            return stale
        asked = await request.json()
        track, space = asked["outTrackId"], asked["openSpaceId"]
        if track in self.cards:
            return refusal("param.outTrackIdExist", "outTrackId 重复")
        assert asked["callbackType"] == "STREAM"
        assert all(isinstance(value, str) for value in asked["cardData"]["cardParamMap"].values())
        kind, _, to = space.removeprefix("dtv1.card//").partition(".")
        model = asked["imGroupOpenDeliverModel" if kind == "IM_GROUP" else "imRobotOpenDeliverModel"]
        known = to in (self.groups if kind == "IM_GROUP" else self.members) and model["robotCode"] == self.robot_code
        carrier = f"carrier-{len(self.sent) + 1}"
        if known:
            self.cards[track] = asked["cardData"]["cardParamMap"]
            self.sent.append(self._card(track, to, kind, carrier, tuple(model.get("atUserIds", ()))))
        delivered = {"spaceId": to, "spaceType": kind, "success": known, "carrierId": carrier if known else ""}
        return web.json_response({"success": True, "result": {"outTrackId": track, "deliverResults": [delivered]}})

    def _card(self, track: str, to: str, kind: str, carrier: str, at: tuple[str, ...]) -> Sent:
        shown = self.cards[track]
        buttons = tuple(label for n in range(1, 7) if (label := shown.get(f"button{n}")))
        by = "group" if kind == "IM_GROUP" else "private"
        return Sent(by, to, shown["text"], shown["title"], at, carrier, buttons, track)

    async def _update_card(self, request: web.Request) -> web.Response:
        if stale := self._stale(request):
            return stale
        asked = await request.json()
        if asked["outTrackId"] not in self.cards:
            return refusal("param.cardNotExist", "卡片不存在")
        assert asked["cardUpdateOptions"] == {"updateCardDataByKey": True}
        self.cards[asked["outTrackId"]] |= asked["cardData"]["cardParamMap"]
        return web.json_response({"success": True, "result": True})

    async def _upload(self, request: web.Request) -> web.Response:
        if self.tokens.get(request.query.get("access_token", ""), self.now()) <= self.now():
            return web.json_response({"errcode": 40014, "errmsg": "不合法的access_token"})
        head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
        form = message_from_bytes(head + await request.read())
        parts = {part.get_param("name", header="content-disposition"): part for part in form.get_payload()}
        assert parts["media"].get_filename()
        id = f"@media{len(self.files)}"
        self.files[id] = parts["media"].get_payload(decode=True)
        kind = parts["type"].get_payload(decode=True).decode()
        return web.json_response({"errcode": 0, "errmsg": "ok", "media_id": id, "type": kind})

    async def _user(self, request: web.Request) -> web.Response:
        uid = (await request.json())["userid"]
        if self.tokens.get(request.query.get("access_token", ""), self.now()) <= self.now():
            return web.json_response({"errcode": 40014, "errmsg": "不合法的access_token"})
        if uid not in self.members:
            return web.json_response({"errcode": 60121, "errmsg": "找不到该用户"})
        return web.json_response({"errcode": 0, "errmsg": "ok", "result": {"userid": uid, "name": uid}})

    async def _webhook(self, request: web.Request) -> web.Response:
        token = request.query["access_token"]
        conversation, secret = self.robots.get(token, ("", ""))
        code, reason = self._fault_of(request, token, secret, len(await request.read()))
        if not code:
            self.sent.append(self._ringing(conversation, await request.json()))
        return web.json_response({"errcode": code, "errmsg": reason})

    def _fault_of(self, request: web.Request, token: str, secret: str, size: int) -> tuple[int, str]:
        if token not in self.robots:
            return 300001, f"token {token} is not exist"
        if reason := self._unsigned(request, secret):
            return 310000, f"{reason} for {secret}"
        if size > 20_000:
            return 460101, "message too long, exceed 20000 bytes"
        return (130101, "send too fast, exceed 20 times per minute") if self._too_fast(token) else (0, "ok")

    def _unsigned(self, request: web.Request, secret: str) -> str | None:
        timestamp = request.query.get("timestamp", "0")
        if abs(self.now().timestamp() * 1000 - int(timestamp)) > 3_600_000:
            return "invalid timestamp"
        return None if request.query.get("sign") == signature(timestamp, secret) else "sign not match"

    def _too_often(self, path: str) -> bool:
        """Limit each API to 20 calls a second; `overruns` counts the calls beyond."""
        now = self.now()
        if not path.startswith("/v1.0/"):
            return False
        recent = [one for one in self._second[path] if one > now - timedelta(seconds=1)]
        self._second[path] = [*recent, now]
        if len(recent) >= 20:
            self.overruns.append(path)
        return len(recent) >= 20

    def _too_fast(self, token: str) -> bool:
        now = self.now()
        recent = [one for one in self._minute[token] if one > now - timedelta(minutes=1)]
        self._minute[token] = [*recent, now]
        self.busiest[token] = max(self.busiest[token], len(self._minute[token]))
        if len(recent) >= 20:
            self.overruns.append(token)
            self._blocked[token] = now + timedelta(minutes=10)
        return self._blocked.get(token, now) > now

    def _ringing(self, conversation: str, body: Json) -> Sent:
        """Return whom a message pings: those who are in the list and, as "@id", in the text."""
        content = body[body["msgtype"]]
        text = content.get("content") or content["text"]
        rung = tuple(uid for uid in body["at"]["atUserIds"] if f"@{uid}" in text)
        return Sent("webhook", conversation, text, content.get("title"), rung)

    def callback(self, user: str, text: str, conversation: str | None = GROUP, quote: Sent | None = None) -> Json:
        """Return the callback for `user` typing `text` after @-ing the robot, in a group or (None) one-to-one."""
        said = {"content": f" {text}" if conversation else text}
        if quote:
            said |= {"isReplyMsg": True, "repliedMsg": {"msgType": "text", "content": {"text": quote.text}}}
        return {
            "conversationId": conversation or f"cid-{user}",
            "conversationType": "2" if conversation else "1",
            **({"conversationTitle": "家校 工作群"} if conversation else {}),
            "msgId": f"msg{uuid4()}==",
            "msgtype": "text",
            "text": said,
            "senderId": f"$:LWCP_v1:${user}",
            "senderStaffId": user,
            "senderNick": user.title(),
            "senderCorpId": "ding-corp",
            "atUsers": [{"dingtalkId": BOT}],
            "chatbotUserId": BOT,
            "chatbotCorpId": "ding-corp",
            "robotCode": self.robot_code,
            "createAt": int(self.now().timestamp() * 1000),
            **({"originalMsgId": "msgQ", "originalProcessQueryKey": quote.key} if quote else {}),
        }

    def signed(self, at: datetime | None = None) -> dict[str, str]:
        timestamp = str(int((at or self.now()).timestamp() * 1000))
        return {"timestamp": timestamp, "sign": signature(timestamp, self.app_secret)}

    async def streams(self, user: str, text: str, **how: Any) -> str:
        """Let somebody type to the robot; the message comes over the long connection."""
        return await self.gateway.hands_over(ROBOT, self.callback(user, text, **how))

    async def presses(self, user: str, card: Sent, label: str) -> str:
        """Let somebody press a button of a card that they see."""
        action = next(f"button{n}" for n in range(1, 7) if self.cards[str(card.card)][f"button{n}"] == label)
        content = {"cardPrivateData": {"actionIds": [action], "params": {}}}
        data = {
            "outTrackId": card.card,
            "userId": user,
            "corpId": "ding-corp",
            "spaceId": card.to,
            "spaceType": "IM_GROUP" if card.by == "group" else "IM_ROBOT",
            "type": "actionCallback",
            "content": json.dumps(content),
        }
        return await self.gateway.hands_over(CARD, data)

    async def says(self, user: str, text: str, **how: Any) -> int:
        return (await self.deliver(json.dumps(self.callback(user, text, **how)).encode()))[0]

    async def deliver(self, body: Any, headers: dict[str, str] | None = None) -> tuple[int, str]:
        """Post a callback, properly signed by default; return the status and body of the answer."""
        signed = self.signed() if headers is None else headers
        async with self._client.post(self.callback_url, data=body, headers=signed) as answer:
            return answer.status, await answer.text()
