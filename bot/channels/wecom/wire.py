"""The AI robot's wire format, the same over its socket and over HTTP: read JSON as a `WeComCallback`.

`{"msgid": "M1", "chatid": "wr…", "chattype": "group", "from": {"userid": "wangqiang"}, "msgtype": "text",
"text": {"content": "@回音 签收 12"}}` is read as `签收 12` from wangqiang. Only the sender's id gives authority.
A quote has text but neither id nor sender.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from bot.channels.wecom.config import CHANNEL
from bot.channels.wire_types import LATEST_MS, Id, Lenient, Malformed, text_of
from handlers.rules.language.commands import clean
from handlers.rules.language.messages import Attachment, Link, Message, Press, Quote

ROBOT = "robot@"
"""Before the user id: a chat with the AI robot alone. The self-built app's has "@" alone."""

DONE = "done"
"""The key of the button on a decided card: pressing it has no effect."""

REFRESH = "stream"
"""A callback that asks for the rest of a streamed answer; the bot never begins one."""

FILES: dict[str, Literal["picture", "file"]] = {"image": "picture", "file": "file"}


class WeComCallback(NamedTuple):
    """What a callback says. `message` is None for an event that is no message; `event` names an event.

    `card` is the pressed card's own id and `task` the platform's. `answer_to` takes one answer within an hour.
    """

    message: Message | None
    event: str = ""
    card: str = ""
    task: str = ""
    answer_to: str = ""


class From(Struct, frozen=True):
    userid: Annotated[str, Meta(max_length=140)] = ""


class WeComBody(Struct, rename={"sender": "from"}, kw_only=True):
    msgid: Id | None = None
    msgtype: Annotated[str, Meta(max_length=40)]
    chatid: Id | None = None
    chattype: str = "single"
    sender: From = From()
    create_time: int | str | None = None
    response_url: str = ""
    text: Lenient = None
    mixed: Lenient = None
    voice: Lenient = None
    image: Lenient = None
    file: Lenient = None
    link: Lenient = None
    quote: Lenient = None
    event: Lenient = None


def read_callback(body: bytes | str | dict[str, Any], names: Iterable[str], now: datetime) -> WeComCallback:
    """Return what a callback says; `names` are what people call the robot. Malformed if it is no callback."""
    try:
        raw = msgspec.convert(body, WeComBody) if isinstance(body, dict) else msgspec.json.decode(body, type=WeComBody)
        return _callback(raw, names, now)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not a callback: {error}"[:200]) from error


def _callback(raw: WeComBody, names: Iterable[str], now: datetime) -> WeComCallback:
    if raw.msgtype == "event":
        return _event(raw, now)
    if raw.msgtype == REFRESH:
        return WeComCallback(None, REFRESH)
    text, unsupported = _read_text(raw)
    files = (*_files(_parts(raw.msgtype, getattr(raw, raw.msgtype, None))), *_files(_quoted_parts(raw)))
    message = _message(
        raw,
        now,
        id=raw.msgid,
        text=clean(text, names),
        links=_links(raw),
        attachments=files,
        quote=_quote(raw),
        unsupported=None if files else unsupported,
    )
    return WeComCallback(message, answer_to=raw.response_url)


def _event(raw: WeComBody, now: datetime) -> WeComCallback:
    event = raw.event if isinstance(raw.event, dict) else {}
    kind = text_of(event.get("eventtype"))
    pressed = event.get("template_card_event")
    pressed = pressed if isinstance(pressed, dict) else event
    key, task = text_of(pressed.get("event_key")), text_of(pressed.get("task_id"))
    if kind != "template_card_event" or not key or key == DONE:
        return WeComCallback(None, kind)
    known = f"{raw.sender.userid}:{raw.create_time}:{task}:{key}"
    id = raw.msgid or f"press-{sha256(known.encode()).hexdigest()}"
    card = card_id(task)
    return WeComCallback(_message(raw, now, id=id, press=Press(key=key, ref=task or None)), kind, card, task)


def _message(raw: WeComBody, now: datetime, **content: Any) -> Message:
    sender = raw.sender.userid
    if not sender or not content["id"]:
        raise Malformed("not a callback: it has no sender, or no id")
    private = raw.chattype != "group"
    if not private and raw.chatid is None:
        raise Malformed("not a callback: it names no group")
    return Message(
        channel=CHANNEL,
        conversation=f"{ROBOT}{sender}" if private else str(raw.chatid),
        sender=sender,
        sent_at=sent_at(raw.create_time, now),
        private=private,
        **content,
    )


def sent_at(seconds: int | str | None, now: datetime) -> datetime:
    """Return the end of the second in which a message was sent, as WeCom gives no finer time; at most `now`."""
    if seconds is None:
        return now
    if not 0 <= int(seconds) <= LATEST_MS // 1000:
        raise Malformed("not a callback: create_time is not a time")
    sent = datetime.fromtimestamp(0, UTC) + timedelta(seconds=int(seconds), milliseconds=999)
    return min(sent, now)


def _read_text(raw: WeComBody) -> tuple[str, str | None]:
    """Return the text, and the kind of a message without text."""
    if raw.msgtype == "text" and not isinstance(raw.text, dict):
        raise Malformed("not a callback: text.content is missing")
    text = _words(raw.msgtype, getattr(raw, raw.msgtype, None))
    return text, None if text or raw.msgtype in ("text", "link") else FILES.get(raw.msgtype, raw.msgtype)


def _words(kind: str, content: Lenient) -> str:
    """Return the words of a text, of a recognised voice, or between the pictures of a mixed message."""
    if kind in ("text", "voice") and isinstance(content, dict):
        return text_of(content.get("content"))
    runs = (_words(part, body) for part, body in _parts(kind, content) if part == "text")
    return "\n".join(filter(None, runs))


def _parts(kind: str, content: Lenient) -> list[tuple[str, Lenient]]:
    """Return a message's items, each with its kind: several of a mixed message, one of any other."""
    if kind != "mixed":
        return [(kind, content)]
    items = content.get("msg_item") if isinstance(content, dict) else None
    known = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return [(text_of(item.get("msgtype")), item.get(text_of(item.get("msgtype")))) for item in known]


def _quoted_parts(raw: WeComBody) -> list[tuple[str, Lenient]]:
    """Return the quoted items: in a group the robot sees a picture or file only if a message quotes it."""
    if not isinstance(raw.quote, dict):
        return []
    kind = text_of(raw.quote.get("msgtype"))
    return _parts(kind, raw.quote.get(kind))


def _files(parts: list[tuple[str, Lenient]]) -> tuple[Attachment, ...]:
    return tuple(file for kind, body in parts if (file := _file(kind, body)))


def _file(kind: str, body: Lenient) -> Attachment | None:
    if kind not in FILES or not isinstance(body, dict) or not text_of(body.get("url")):
        return None
    source = {key: text_of(body.get(key)) for key in ("url", "aeskey") if body.get(key)}
    name = text_of(body.get("filename")) or text_of(body.get("name"))
    return Attachment(kind=FILES[kind], name=name[:160], source=msgspec.json.encode(source).decode())


def _links(raw: WeComBody) -> tuple[Link, ...]:
    body = raw.link if isinstance(raw.link, dict) else {}
    url = text_of(body.get("url"))
    return (Link(url=url, title=text_of(body.get("title"))),) if url else ()


def _quote(raw: WeComBody) -> Quote | None:
    if not isinstance(raw.quote, dict):
        return None
    kind = text_of(raw.quote.get("msgtype"))
    body = raw.quote.get(kind)
    return Quote(text=_words(kind, body) or _everything(body))


def _everything(content: Lenient, depth: int = 0) -> str:
    """Return all words in a quote of an unknown kind, such as a card, whose short code is among them."""
    if isinstance(content, str):
        return content.strip()
    inner: Iterable[Lenient] = ()
    if isinstance(content, dict) and depth < 5:
        inner = content.values()
    elif isinstance(content, list) and depth < 5:
        inner = content
    return "\n".join(filter(None, (_everything(one, depth + 1) for one in inner)))[:4000]


def task_id(card: str, key: str) -> str:
    """Return the platform's id of a shown card: our id and the message that shows it, because it must be unique."""
    return f"{card}@{key}"[:128]


def card_id(task: str) -> str:
    return task.partition("@")[0]
