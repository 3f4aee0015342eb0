"""A fake of the self-built app: tokens that expire, trusted addresses, silent drops, codes for one use."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

from aiohttp import web

from tests.support.wecom import CORP, Answer, Json, Seen, World, deliver, envelope, error


@dataclass
class FakeApp:
    world: World
    secret: str = "app-secret-value"
    agent: int = 1000002
    trusted: bool = True
    token_lives: int = 7200
    open_ids: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, datetime] = field(default_factory=dict)
    codes: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    dropped: list[tuple[datetime, Seen]] = field(default_factory=list)
    """When each message arrived that nobody was shown, though it was accepted."""
    updates: list[tuple[str, str]] = field(default_factory=list)
    callback_url: str = ""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/cgi-bin/gettoken", self._token),
            web.post("/cgi-bin/message/send", self._checked(self._send)),
            web.post("/cgi-bin/message/update_template_card", self._checked(self._update)),
            web.post("/cgi-bin/batch/openuserid_to_userid", self._checked(self._resolve)),
            web.post("/cgi-bin/media/upload", self._checked(self._upload)),
            web.get("/cgi-bin/media/get", self._checked(self._download)),
            web.get("/cgi-bin/user/get", self._checked(self._user)),
            web.get("/cgi-bin/agent/get", self._checked(self._agent)),
        ]

    async def _token(self, request: web.Request) -> web.Response:
        if request.query.get("corpid") != CORP:
            return error(40013, "invalid corpid")
        if request.query.get("corpsecret") != self.secret:
            return error(40001, f"invalid credential {request.query.get('corpsecret')}")
        token = f"access-token-{len(self.tokens) + 1}"
        self.tokens[token] = self.world.now() + timedelta(seconds=self.token_lives)
        return web.json_response({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": self.token_lives})

    def _checked(self, handler: Any) -> Any:
        async def checked(request: web.Request) -> web.StreamResponse:
            token = request.query.get("access_token", "")
            if token not in self.tokens:
                return error(40014, f"invalid access_token {token}")
            if self.tokens[token] <= self.world.now():
                return error(42001, f"access_token expired {token}")
            if not self.trusted:
                return error(60020, "not allow to access from your ip, from ip: 203.0.113.7")
            answered: web.StreamResponse = await handler(request)
            return answered

        return checked

    async def _send(self, request: web.Request) -> web.Response:
        body = await request.json()
        kind, people = body["msgtype"], body["touser"].split("|")
        if body["agentid"] != self.agent:
            return error(301002, "no privilege to send")
        if kind == "text" and len(body["text"]["content"].encode()) > 2048:
            return error(40058, "content exceed max length")
        strangers = [uid for uid in people if uid not in self.world.members]
        known = [uid for uid in people if uid in self.world.members]
        if not known:
            return error(81013, "user & party & tag all invalid")
        code = f"response-code-{len(self.codes) + 1}" if kind == "template_card" else ""
        for uid in known:
            self._arrives(uid, kind, body[kind], code)
        answer: Json = {"errcode": 0, "errmsg": "ok", "invaliduser": "|".join(strangers).lower(), "msgid": uuid4().hex}
        if code:
            self.codes[code] = (self.world.now(), body[kind]["task_id"])
            answer["response_code"] = code
        return web.json_response(answer)

    def _arrives(self, uid: str, kind: str, content: Json, code: str) -> None:
        """Drop messages beyond 30 a minute for a person, with success as the answer, as WeCom does."""
        card = content if kind == "template_card" else None
        text = card.get("sub_title_text", "") if card else content.get("content", "")
        name, file = self.world.files.get(content.get("media_id", ""), ("", b""))
        seen = Seen("app", uid, kind, text or name, card=card, body=file, ref=code)
        if self.world.over(f"app:{uid}", 30):
            self.dropped.append((self.world.now(), seen))
        else:
            self.world.seen.append(seen)

    async def _update(self, request: web.Request) -> web.Response:
        body = await request.json()
        made, task = self.codes.pop(body["response_code"], (None, ""))
        if made is None or made < self.world.now() - timedelta(hours=72):
            return error(42059, "response_code is invalid or was used")
        self.updates.append((task, body["button"]["replace_name"]))
        return error(0)

    async def _resolve(self, request: web.Request) -> web.Response:
        asked = (await request.json())["open_userid_list"]
        found = [{"open_userid": one, "userid": self.open_ids[one]} for one in asked if one in self.open_ids]
        strangers = [one for one in asked if one not in self.open_ids]
        return web.json_response(
            {"errcode": 0, "errmsg": "ok", "userid_list": found, "invalid_open_userid_list": strangers}
        )

    async def _upload(self, request: web.Request) -> web.Response:
        media = (await request.post())["media"]
        assert isinstance(media, web.FileField)
        id = self.world.keep(media.filename, media.file.read())
        return web.json_response({"errcode": 0, "errmsg": "ok", "type": request.query["type"], "media_id": id})

    async def _download(self, request: web.Request) -> web.Response:
        name, body = self.world.files.get(request.query["media_id"], ("", b""))
        if not name:
            return error(40007, "invalid media_id")
        return web.Response(body=body, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    async def _user(self, request: web.Request) -> web.Response:
        uid = request.query["userid"]
        if uid not in self.world.members:
            return error(60111, "userid not found")
        return web.json_response({"errcode": 0, "errmsg": "ok", "userid": uid, "name": uid.title()})

    async def _agent(self, request: web.Request) -> web.Response:
        known = request.query["agentid"] == str(self.agent)
        return error(0) if known else error(301002, "no privilege to access the agent")

    def xml(self, user: str, kind: str, **fields: Any) -> str:
        """Return the decrypted content of a callback."""
        known = {"ToUserName": CORP, "FromUserName": user, "CreateTime": int(self.world.now().timestamp())}
        known |= {"MsgType": kind} | ({} if kind == "event" else {"MsgId": uuid4().int >> 66}) | {"AgentID": self.agent}
        inner = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in (known | fields).items())
        return f"<xml>{inner}</xml>"

    async def says(self, user: str, words: str) -> list[Answer]:
        return await self.hand_over(self.xml(user, "text", Content=words))

    async def presses(self, user: str, seen: Seen, label: str) -> list[Answer]:
        assert seen.card
        pressed = {"Event": "template_card_event", "EventKey": seen.buttons[label], "TaskId": seen.card["task_id"]}
        return await self.hand_over(
            self.xml(user, "event", **pressed, CardType="button_interaction", ResponseCode="for-the-presser")
        )

    async def hand_over(self, xml: str, **how: Any) -> list[Answer]:
        ciphertext, query = envelope(xml, how.pop("receiver", CORP), self.world.now(), **how)
        return await deliver(self.callback_url, self.wrapped(ciphertext), query)

    def wrapped(self, ciphertext: str) -> bytes:
        to, agent = f"<ToUserName><![CDATA[{CORP}]]></ToUserName>", f"<AgentID><![CDATA[{self.agent}]]></AgentID>"
        return f"<xml>{to}<Encrypt><![CDATA[{ciphertext}]]></Encrypt>{agent}</xml>".encode()
