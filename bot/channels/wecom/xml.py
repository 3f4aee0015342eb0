"""The self-built app's wire format: read XML as a `WeComCallback`.

<xml><Encrypt><![CDATA[…]]></Encrypt></xml>      the envelope, of which only the base64 is read
<xml><FromUserName>wangqiang</FromUserName><MsgType>text</MsgType><Content>签收 12</Content>…</xml>    inside
"""

import re
from datetime import datetime
from hashlib import sha256
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

import msgspec

from bot.channels.wecom.config import CHANNEL
from bot.channels.wecom.wire import DONE, WeComCallback, card_id, sent_at
from bot.channels.wire_types import Malformed, text_of
from handlers.rules.language.messages import Attachment, Link, Message, Press

# Possessive quantifiers: unsigned input must not make the search backtrack over its blanks.
_ENCRYPTED = re.compile(rb"<Encrypt>\s*+(?:<!\[CDATA\[\s*+)?+([A-Za-z0-9+/=]++)\s*+(?:\]\]>\s*+)?+</Encrypt>")
_CONTROL = re.compile(r"[\x00-\x1f]")
KINDS = ("text", "image", "voice", "video", "shortvideo", "file", "location", "link")
"""The documented kinds of messages; what another kind says is passed on, and nobody's own words."""


def encrypted(body: bytes) -> str:
    """Return the base64 in an envelope, without parsing unsigned XML. Malformed unless there is exactly one."""
    found = _ENCRYPTED.findall(body)
    if len(found) != 1 or b"<!DOCTYPE" in body.upper() or not body.rstrip().endswith(b"</xml>"):
        raise Malformed("not a callback: it is cut off, or there is no Encrypt in it")
    return str(found[0].decode())


def read_callback(xml: str, now: datetime) -> WeComCallback:
    """Return what a decrypted callback says. Malformed if it is none; document types and entities are refused."""
    from wechatpy.enterprise import parse_message  # loaded with the envelope that it came in

    try:
        _declares_nothing(xml)
        parsed = parse_message(xml)
        return _callback({key: value or "" for key, value in parsed._data.items()}, now)
    except (ExpatError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Malformed(f"not a callback: {type(error).__name__}") from None


def _declares_nothing(xml: str) -> None:
    """Raise Malformed if the document itself, and not a text in it, declares a type or entities; or as expat does."""

    def refuse(*_: object) -> None:
        raise Malformed("not a callback: it declares a document type or entities")

    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.Parse(xml, True)


def _callback(fields: dict[str, Any], now: datetime) -> WeComCallback:
    kind, sender = str(fields["MsgType"]).lower(), fields["FromUserName"]
    if not isinstance(sender, str) or not 1 <= len(sender) <= 140 or _CONTROL.search(sender):
        raise Malformed("not a callback: it has no sender, or several")
    if kind == "event":
        return _event(fields, sender, now)
    if not fields.get("MsgId"):
        raise Malformed("not a callback: it has no id")
    text, links, files = _text(kind, fields), _links(kind, fields), _files(kind, fields)
    material = text_of(fields.get("Content")) if kind not in KINDS else ""
    message = _message(
        fields,
        sender,
        now,
        id=str(fields["MsgId"])[:140],
        text=text,
        material=material,
        links=links,
        attachments=files,
        unsupported=None if text or material or links or files or kind == "text" else kind,
    )
    return WeComCallback(message)


def _event(fields: dict[str, Any], sender: str, now: datetime) -> WeComCallback:
    """Return a pressed button as a message. Events have no id: sender, time and button make one."""
    event, key, task = (str(fields.get(name) or "") for name in ("Event", "EventKey", "TaskId"))
    if event.lower() != "template_card_event" or not key or key == DONE:
        return WeComCallback(None, event.lower())
    known = f"{sender}:{fields.get('CreateTime')}:{task}:{key}"
    press = Press(key=key, ref=task or None)
    message = _message(fields, sender, now, id=f"press-{sha256(known.encode()).hexdigest()}", press=press)
    return WeComCallback(message, event.lower(), card_id(task), task)


def _message(fields: dict[str, Any], sender: str, now: datetime, **content: Any) -> Message:
    at = sent_at(str(fields.get("CreateTime") or "") or None, now)
    known: dict[str, Any] = {"channel": CHANNEL, "conversation": f"@{sender}", "sender": sender, "sent_at": at}
    return Message(**known, private=True, **content)


def _text(kind: str, fields: dict[str, Any]) -> str:
    field = {"text": "Content", "voice": "Recognition"}.get(kind, "")
    return str(fields.get(field) or "").replace("\0", "").strip()


def _links(kind: str, fields: dict[str, Any]) -> tuple[Link, ...]:
    url = str(fields.get("Url") or "") if kind == "link" else ""
    return (Link(url=url, title=str(fields.get("Title") or "")),) if url else ()


def _files(kind: str, fields: dict[str, Any]) -> tuple[Attachment, ...]:
    media = str(fields.get("MediaId") or "")
    if kind not in ("image", "file") or not media:
        return ()
    source = msgspec.json.encode({"media_id": media}).decode()
    name = str(fields.get("FileName") or fields.get("Title") or "")[:160]
    return (Attachment(kind="picture" if kind == "image" else "file", name=name, source=source),)
