"""The words and files in WeCom's contents: texts, recognised voices, mixed messages, pictures and files.

A mixed message may come as JSON or as a text that holds JSON.
"""

from typing import Literal

import msgspec

from bot.channels.wire_types import Lenient, parsed, text_of
from handlers.rules.language.messages import Attachment

CONTENTS = ("text", "mixed", "voice", "image", "file", "link")
MEDIA = ("image", "file", "voice", "video", "mixed")
"""Kinds whose other fields are addresses and keys, which are no text."""

FILES: dict[str, Literal["picture", "file"]] = {"image": "picture", "file": "file"}


def words(kind: str, content: Lenient) -> str:
    """Return the words of a text, of a recognised voice, or between the pictures of a mixed message."""
    content = parsed(content)
    if kind in ("text", "voice"):
        return text_of(content.get("content") if isinstance(content, dict) else content)
    runs = (words(part, body) for part, body in parts(kind, content) if part == "text")
    return "\n".join(filter(None, runs))


def parts(kind: str, content: Lenient) -> list[tuple[str, Lenient]]:
    """Return a message's items, each with its kind: several of a mixed message, one of any other."""
    content = parsed(content)
    if kind != "mixed":
        return [(kind, content)]
    items = parsed(content.get("msg_item")) if isinstance(content, dict) else content
    known = [item for item in map(parsed, items) if isinstance(item, dict)] if isinstance(items, list) else []
    return [(text_of(item.get("msgtype")), item.get(text_of(item.get("msgtype")))) for item in known]


def files(parts: list[tuple[str, Lenient]]) -> tuple[Attachment, ...]:
    return tuple(file for kind, body in parts if (file := _file(kind, parsed(body))))


def _file(kind: str, body: Lenient) -> Attachment | None:
    if kind not in FILES or not isinstance(body, dict) or not text_of(body.get("url")):
        return None
    source = {key: text_of(body.get(key)) for key in ("url", "aeskey") if body.get(key)}
    name = text_of(body.get("filename")) or text_of(body.get("name"))
    return Attachment(kind=FILES[kind], name=name[:160], source=msgspec.json.encode(source).decode())
