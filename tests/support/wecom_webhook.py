"""A fake of the groups' webhooks: sending only, 20 messages a minute, real pings of those in the list."""

import base64
import hashlib
import re
from dataclasses import dataclass, field

from aiohttp import web

from tests.support.wecom import GROUP, Seen, World, error


@dataclass
class Webhooks:
    world: World
    groups: dict[str, str] = field(default_factory=lambda: {"hook-key-value-1": GROUP})

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/cgi-bin/webhook/send", self._send),
            web.post("/cgi-bin/webhook/upload_media", self._upload),
        ]

    async def _send(self, request: web.Request) -> web.Response:
        group = self.groups.get(request.query.get("key", ""))
        if group is None:
            return error(93000, f"invalid webhook url, key {request.query.get('key')}")
        if self.world.over(f"hook:{group}", 20):
            return error(45009, "api freq out of limit")
        body = await request.json()
        kind = body["msgtype"]
        content = body.get(kind, {})
        if kind == "text":
            if len(content["content"].encode()) > 2048:
                return error(40058, "content exceed max length")
            named = (*content.get("mentioned_list", ()), *re.findall(r"<@([^<>]+)>", content["content"]))
            rings = tuple(uid for uid in named if uid in self.world.members)
            self.world.seen.append(Seen("webhook", group, kind, content["content"], rings))
        elif kind == "image":
            picture = base64.b64decode(content["base64"])
            if hashlib.md5(picture).hexdigest() != content["md5"] or len(picture) > 2 * 1024 * 1024:
                return error(40058, "invalid image")
            self.world.seen.append(Seen("webhook", group, kind, body=picture))
        elif kind == "file" and content["media_id"] in self.world.files:
            name, file = self.world.files[content["media_id"]]
            self.world.seen.append(Seen("webhook", group, kind, name, body=file))
        else:
            return error(40058, f"{kind} is not taken")
        return error(0)

    async def _upload(self, request: web.Request) -> web.Response:
        if request.query.get("key") not in self.groups or request.query.get("type") != "file":
            return error(93000, "invalid webhook url")
        form = await request.post()
        media = form["media"]
        assert isinstance(media, web.FileField)
        body = media.file.read()
        if not 5 < len(body) <= 20 * 1024 * 1024:
            return error(40058, "invalid file size")
        id = self.world.keep(media.filename, body)
        return web.json_response({"errcode": 0, "errmsg": "ok", "type": "file", "media_id": id})
