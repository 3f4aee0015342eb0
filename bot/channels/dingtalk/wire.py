"""DingTalk's wire format: read robot messages (JSON) as `Message`, write texts as request bodies.

`{"msgtype": "text", "text": {"content": " 签收 12"}, "senderStaffId": "u1", …}` is read as `签收 12` from u1. Only a
staff id of our own organisation gives authority; every other sender is read as `outsider:…`.
"""

import base64
import hmac
from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta, Struct

from bot.channels import splitting
from bot.channels.dingtalk.config import CHANNEL, OUTSIDER
from bot.channels.wire_types import LATEST_MS, Id, Lenient, Malformed, text_of
from handlers.rules.language.messages import Attachment, Card, Message, Quote, Reply

REQUEST_LIMIT = 20_000
"""Most bytes of a whole request: beyond it the platform answers 460101 ("请保持大小在 20000bytes 以内")."""

TEXT_KINDS = ("richText", "audio", "chatRecord")
FILE_KINDS = {"picture": "", "file": "", "video": "video.mp4"}
"""Kinds of message that are a file, and the name of a file that has none."""
TEXT_LIMIT = 16_000
"""Most bytes of a text as JSON in JSON; the rest of a request is for the card and for people's ids."""


class DingTalkCallback(Struct, rename="camel", kw_only=True):
    msg_id: Id
    conversation_id: Id
    conversation_type: str | int
    conversation_title: Lenient = None
    msgtype: Annotated[str, Meta(max_length=40)]
    sender_id: Id | None = None
    sender_staff_id: Annotated[str, Meta(max_length=140)] | None = None
    sender_nick: str | None = None
    sender_corp_id: str | None = None
    chatbot_corp_id: str | None = None
    chatbot_user_id: str | None = None
    at_users: list[dict[str, str | None]] | None = None
    create_at: int | str | None = None
    text: Lenient = None
    content: Lenient = None
    original_msg_id: Lenient = None
    original_process_query_key: Lenient = None


def sign(timestamp: str, secret: str) -> str:
    """Return the signature of callbacks and custom robots: base64 of HMAC-SHA256 over timestamp (ms) and secret."""
    return base64.b64encode(hmac.digest(secret.encode(), f"{timestamp}\n{secret}".encode(), "sha256")).decode()


def read_message(body: bytes | str, now: datetime) -> Message:
    """Return a callback as a message, sent at `now` if it has no time. Malformed if it is no robot message."""
    try:
        return _message(msgspec.json.decode(body, type=DingTalkCallback), now)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not a robot message: {error}"[:200]) from error


def _message(raw: DingTalkCallback, now: datetime) -> Message:
    sender, private = _sender(raw), str(raw.conversation_type) == "1"
    text, unsupported = _text(raw)
    return Message(
        channel=CHANNEL,
        id=raw.msg_id,
        conversation=f"@{sender}" if private else raw.conversation_id,
        sender=sender,
        sent_at=_sent_at(raw.create_at, now),
        text=text,
        sender_name=text_of(raw.sender_nick),
        group_name="" if private else " ".join(text_of(_first(raw.conversation_title)).split())[:60],
        private=private,
        mentions=_mentions(raw),
        attachments=_attachments(raw),
        quote=_quote(raw),
        unsupported=unsupported,
    )


def _sender(raw: DingTalkCallback) -> str:
    """Return the sender. A staff id is unique within one organisation only: one from another is an outsider's."""
    foreign = raw.sender_corp_id and raw.chatbot_corp_id and raw.sender_corp_id != raw.chatbot_corp_id
    if raw.sender_staff_id and not foreign:
        return raw.sender_staff_id
    if other := raw.sender_id or raw.sender_staff_id:
        return f"{OUTSIDER}{other}"
    raise Malformed("not a robot message: it has no sender")


def _sent_at(ms: int | str | None, now: datetime) -> datetime:
    if ms is None:
        return now
    if not 0 <= int(ms) <= LATEST_MS:
        raise Malformed("not a robot message: createAt is not a time")
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(ms))


def _mentions(raw: DingTalkCallback) -> tuple[str, ...]:
    robot = raw.chatbot_user_id or ""
    people = (user.get("staffId") for user in raw.at_users or () if user.get("dingtalkId") != robot)
    return tuple(dict.fromkeys(filter(None, people)))


def _text(raw: DingTalkCallback) -> tuple[str, str | None]:
    """Return the text, and the kind of a message that holds nothing readable."""
    if raw.msgtype == "text":
        if not isinstance(raw.text, dict) or not isinstance(raw.text.get("content"), str):
            raise Malformed("not a robot message: text.content is missing")
        return text_of(raw.text["content"]), None
    text = _words(raw.content) if raw.msgtype in TEXT_KINDS else ""
    if text or _files_in(raw.msgtype, raw.content):
        return text, None
    return "", {"richText": "picture"}.get(raw.msgtype, raw.msgtype)


def _attachments(raw: DingTalkCallback) -> tuple[Attachment, ...]:
    """Return the pictures and files of a message and of what it quotes: in a group a picture can only be quoted."""
    replied = _replied(raw)
    kind = replied.get("msgType") or replied.get("msgtype")
    found = (*_files_in(raw.msgtype, raw.content), *_files_in(_first(kind), replied.get("content")))
    return tuple({attachment.source: attachment for attachment in found}.values())


def _files_in(kind: str, content: Lenient) -> tuple[Attachment, ...]:
    if isinstance(content, str):
        with suppress(ValueError):
            content = msgspec.json.decode(content)
    if not isinstance(content, dict):
        return ()
    if kind == "richText":
        return tuple(one for run in _all_runs(content) for one in _files_in("picture", run))
    source = _first(content.get("downloadCode"), content.get("pictureDownloadCode"))
    if kind not in FILE_KINDS or not source:
        return ()
    name = text_of(_first(content.get("fileName")))[:200] or FILE_KINDS[kind]
    return (Attachment(kind="picture" if kind == "picture" else "file", name=name, source=source),)


def _replied(raw: DingTalkCallback) -> dict[str, Lenient]:
    bodies = [body for body in (raw.text, raw.content) if isinstance(body, dict)]
    return next((body["repliedMsg"] for body in bodies if isinstance(body.get("repliedMsg"), dict)), {})


def _quote(raw: DingTalkCallback) -> Quote | None:
    bodies = [body for body in (raw.text, raw.content) if isinstance(body, dict)]
    replied = _replied(raw)
    ref = _first(raw.original_process_query_key, raw.original_msg_id, replied.get("msgId"))
    if replied or ref or any(body.get("isReplyMsg") is True for body in bodies):
        return Quote(text=_words(replied.get("content")), ref=ref or None)
    return None


def _first(*candidates: Lenient) -> str:
    return next((one for one in candidates if isinstance(one, str) and one), "")


def _words(content: Lenient) -> str:
    """Return the text of a content in any shape: plain, in runs around pictures, a merged chat record."""
    if isinstance(content, dict):
        content = _record(content) if "chatRecord" in content else _runs(content) or _plain(content)
    return text_of(content)


def _plain(content: dict[str, Lenient]) -> str:
    parts = (_first(content.get(key)) for key in ("title", "text", "content", "recognition", "messageUrl", "url"))
    return "\n".join(dict.fromkeys(filter(None, parts)))


def _runs(content: dict[str, Lenient]) -> str:
    return "".join(_first(run.get("text"), run.get("content")) or "\n" for run in _all_runs(content))


def _all_runs(content: dict[str, Lenient]) -> list[dict[str, Lenient]]:
    runs = content.get("richText")
    return [run for run in runs if isinstance(run, dict)] if isinstance(runs, list) else []


def _record(content: dict[str, Lenient]) -> str:
    record: Lenient = content["chatRecord"]
    with suppress(ValueError, TypeError):
        record = msgspec.json.decode(record)
    lines = [_line(entry) for entry in record] if isinstance(record, list) else [_words(record)]
    text = "\n".join(filter(None, lines)) or _words(content.get("summary"))
    return "\n".join(filter(None, (_words(content.get("title")), text))) if text else ""


def _line(entry: Lenient) -> str:
    if not isinstance(entry, dict):
        return _words(entry)
    name, text = _first(entry.get("senderNick"), entry.get("senderName")), _words(entry.get("content")) or _words(entry)
    return f"{name}: {text}" if name and text else text


class MessageText(NamedTuple):
    """A text to send. With a title it is markdown."""

    text: str
    title: str | None = None

    def fields(self, text: str) -> dict[str, str]:
        return {"content": text} if self.title is None else {"title": self.title, "text": text}


def split_reply(reply: Reply) -> list[Reply]:
    """Return a message in parts that each fit into one request."""
    return splitting.parts(reply, TEXT_LIMIT, lambda text: len(msgspec.json.encode(msgspec.json.encode(text).decode())))


def with_card(text: str, card: Card) -> MessageText:
    """Return a card as markdown, without its buttons. Text from outside makes no link, picture or tag."""
    facts = (f"**{name}** {fact}" for name, fact in card.facts)
    written = "\n".join([text, "", f"**{card.title}**", *facts, card.done or ""]).strip()
    inert = written.replace("](", "] (").replace("<", "＜")
    return MessageText(inert.replace("\n", "  \n"), " ".join(card.title.split())[:60])


def template_body(words: MessageText, **address: object) -> bytes:
    """Return the request of a message through the robot's API, cut to REQUEST_LIMIT."""
    key = "sampleText" if words.title is None else "sampleMarkdown"

    def build(text: str) -> bytes:
        param = msgspec.json.encode(words.fields(text)).decode()
        return msgspec.json.encode({**address, "msgKey": key, "msgParam": param})

    return _fit(build, words.text)


def file_param(media: str, name: str, *, picture: bool) -> tuple[str, str]:
    """Return the msgKey and msgParam of an uploaded picture or file."""
    if picture:
        return "sampleImageMsg", msgspec.json.encode({"photoURL": media}).decode()
    ending = name.rpartition(".")[2]
    return "sampleFile", msgspec.json.encode({"mediaId": media, "fileName": name, "fileType": ending}).decode()


def webhook_body(words: MessageText, uids: Sequence[str]) -> bytes:
    """Return the request through a group's custom robot, which really mentions `uids`, cut to REQUEST_LIMIT."""
    kind = "text" if words.title is None else "markdown"

    def build(text: str) -> bytes:
        at = {"atUserIds": uids, "isAtAll": False}
        return msgspec.json.encode({"msgtype": kind, kind: words.fields(text), "at": at})

    return _fit(build, words.text)


def _fit(build: Callable[[str], bytes], text: str) -> bytes:
    body = build(text)
    if len(body) <= REQUEST_LIMIT:
        return body
    length = bisect_right(range(len(text)), REQUEST_LIMIT, key=lambda end: len(build(text[:end] + "…"))) - 1
    return build(text[: max(length, 0)] + "…")
