"""A WeCom group's webhook robot: it only sends, but it alone can really @ people in a group.

It takes a text of 2,048 bytes, a picture of 2 MB and a file of 20 MB, and its answer has no message id.
"""

import base64
from collections.abc import Sequence
from hashlib import md5, sha256

from yarl import URL

from bot.channels.wecom.http import Http, Json, WeComError

WEBHOOK_TEXT_BYTES = 2048
PICTURE_BYTES = 2 * 1024 * 1024
A_MINUTE = 20
SEND = "/cgi-bin/webhook/send"


class Webhook:
    """`address` is the whole address copied from the group, or only its key (the address is below `api` then)."""

    def __init__(self, http: Http, address: str, api: str) -> None:
        known = "/" in address
        self._url = URL(api).join(URL(address)) if known else URL(api + SEND).update_query(key=address)
        self._key = self._url.query.get("key", "")
        self._http = http
        http.secrets.add(self._key)

    @property
    def target(self) -> str:
        """Return a name of this webhook that does not tell its key."""
        return sha256(self._key.encode()).hexdigest()[:16]

    async def text(self, text: str, people: Sequence[str] = ()) -> None:
        """Send a text; `people` are user ids that are really @-ed."""
        content: Json = {"content": text} | ({"mentioned_list": list(people)} if people else {})
        await self._http.post(self._url, {"msgtype": "text", "text": content})

    async def probe(self) -> None:
        """Send what no webhook accepts: the WeComError tells whether the address is known."""
        await self._http.post(self._url, {"msgtype": "none"})

    async def answers(self) -> bool:
        """Return whether WeCom answers to what no webhook accepts."""
        try:
            await self.probe()
        except WeComError as error:
            return error.code != 0
        return True

    async def picture(self, body: bytes) -> None:
        """Send a PNG or JPEG of at most 2 MB."""
        digest = md5(body, usedforsecurity=False).hexdigest()
        shown = {"base64": base64.b64encode(body).decode(), "md5": digest}
        await self._http.post(self._url, {"msgtype": "image", "image": shown})

    async def upload(self, body: bytes, name: str) -> str:
        """Upload a file, which nobody sees yet; return its media id."""
        upload = self._url.with_path(self._url.path.replace("/send", "/upload_media"))
        uploaded = await self._http.upload(upload.with_query(key=self._key, type="file"), body, name)
        return str(uploaded.get("media_id", ""))

    async def file(self, media: str) -> None:
        await self._http.post(self._url, {"msgtype": "file", "file": {"media_id": media}})
