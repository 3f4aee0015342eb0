"""DingTalk's wire format: read robot messages (JSON) as `Message`, write texts as request bodies.

`{"msgtype": "text", "text": {"content": " 签收 12"}, "senderStaffId": "u1", …}` is read as `签收 12` from u1. Only a
staff id of our own organisation gives authority; every other sender is read as `outsider:…`.
"""

import base64
import hmac
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
from msgspec import Struct

from bot.channels import splitting
from bot.channels.dingtalk.config import CHANNEL, OUTSIDER
from bot.channels.dingtalk.content import all_runs, card, first, is_record, record, words
from bot.channels.wire_types import LATEST_MS, Lenient, Malformed, id_of, parsed, text_of, whole_number
from handlers.rules.language.messages import Attachment, Card, Message, Quote, Reply

REQUEST_LIMIT = 20_000
"""Most bytes of a whole request: beyond it the platform answers 460101 ("请保持大小在 20000bytes 以内")."""

TEXT_KINDS = ("richText", "audio")
PASSED_ON: dict[str, Callable[[Lenient], str]] = {"chatRecord": record, "link": words}
"""Kinds of message whose words are somebody else's, and what reads them."""
FILE_KINDS = {"picture": "", "file": "", "video": "video.mp4"}
"""Kinds of message that are a file, and the name of a file that has none."""
TEXT_LIMIT = 16_000
"""Most bytes of a text as JSON in JSON; the rest of a request is for the card and for people's ids."""


class DingTalkCallback(Struct, rename="camel", kw_only=True):
    """A callback's fields, none of which has to be of its documented type."""

    msg_id: Lenient = None
    conversation_id: Lenient = None
    conversation_type: Lenient = None
    conversation_title: Lenient = None
    msgtype: Lenient = None
    sender_id: Lenient = None
    sender_staff_id: Lenient = None
    sender_nick: Lenient = None
    sender_corp_id: Lenient = None
    chatbot_corp_id: Lenient = None
    chatbot_user_id: Lenient = None
    at_users: Lenient = None
    create_at: Lenient = None
    text: Lenient = None
    content: Lenient = None
    is_forward_msg: Lenient = None
    err_code: Lenient = None
    errcode: Lenient = None
    err_msg: Lenient = None
    original_msg_id: Lenient = None
    original_process_query_key: Lenient = None

    @property
    def kind(self) -> str:
        return text_of(self.msgtype)[:40] or ("text" if self.text is not None else "unknownMsgType")


OVER_THE_LIMIT = 20001


class OverTheLimit(Malformed):
    """A robot message that came empty, as the month's deliveries are used up. `conversation` is "" if it is unknown."""

    def __init__(self, reason: str, conversation: str) -> None:
        super().__init__(reason)
        self.conversation = conversation


def sign(timestamp: str, secret: str) -> str:
    """Return the signature of callbacks and custom robots: base64 of HMAC-SHA256 over timestamp (ms) and secret."""
    return base64.b64encode(hmac.digest(secret.encode(), f"{timestamp}\n{secret}".encode(), "sha256")).decode()


def read_message(body: bytes | str, now: datetime) -> Message:
    """Return a callback as a message, sent at `now` if it has no time. Malformed if it is no robot message.

    OverTheLimit if the platform left its content out.
    """
    try:
        return _message(msgspec.json.decode(body, type=DingTalkCallback), now)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not a robot message: {error}"[:200]) from error


class DeliveryPlace(Struct, rename="camel"):
    """Where a message or a press comes from, and from whom."""

    conversation_id: Lenient = None
    space_id: Lenient = None
    sender_staff_id: Lenient = None
    user_id: Lenient = None


def place_of(data: bytes | str) -> tuple[str, str]:
    """Return the conversation and the sender of a delivery that may not be readable; "" for what it does not say."""
    try:
        place = msgspec.json.decode(data, type=DeliveryPlace)
    except (ValueError, RecursionError):
        return "", ""
    return id_of(place.conversation_id) or id_of(place.space_id), id_of(place.sender_staff_id) or id_of(place.user_id)


def _message(raw: DingTalkCallback, now: datetime) -> Message:
    if OVER_THE_LIMIT in (whole_number(raw.err_code), whole_number(raw.errcode)):
        raise OverTheLimit(f"errCode {OVER_THE_LIMIT} {text_of(raw.err_msg)}"[:200], _where_unheard(raw))
    id, sender, private = id_of(raw.msg_id), _sender(raw), text_of(raw.conversation_type) == "1"
    conversation = f"@{sender}" if private else id_of(raw.conversation_id)
    if not id or not conversation:
        raise Malformed("not a robot message: it has no id, or no conversation")
    text, material, unsupported = _texts(raw)
    return Message(
        channel=CHANNEL,
        id=id,
        conversation=conversation,
        sender=sender,
        sent_at=_sent_at(raw.create_at, now),
        text=text,
        material=material,
        sender_name=text_of(raw.sender_nick) if isinstance(raw.sender_nick, str) else "",
        group_name="" if private else " ".join(text_of(first(raw.conversation_title)).split())[:60],
        private=private,
        mentions=_mentions(raw),
        attachments=_attachments(raw),
        quote=_quote(raw),
        unsupported=unsupported,
    )


def _where_unheard(raw: DingTalkCallback) -> str:
    """Return the conversation of an empty message, as far as it says it."""
    if text_of(raw.conversation_type) != "1":
        return id_of(raw.conversation_id)
    staff = id_of(raw.sender_staff_id)
    return f"@{staff}" if staff else ""


def _sender(raw: DingTalkCallback) -> str:
    """Return the sender. A staff id is unique within one organisation only: one from another is an outsider's."""
    staff, other = id_of(raw.sender_staff_id), id_of(raw.sender_id)
    theirs, ours = id_of(raw.sender_corp_id), id_of(raw.chatbot_corp_id)
    if staff and not (theirs and ours and theirs != ours):
        return staff
    if found := other or staff:
        return f"{OUTSIDER}{found}"
    raise Malformed("not a robot message: it has no sender")


def _sent_at(ms: Lenient, now: datetime) -> datetime:
    sent = whole_number(ms)
    if sent is None or not 0 <= sent <= LATEST_MS:
        return now
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=sent)


def _mentions(raw: DingTalkCallback) -> tuple[str, ...]:
    users = [user for user in raw.at_users if isinstance(user, dict)] if isinstance(raw.at_users, list) else []
    people = (id_of(user.get("staffId")) for user in users if user.get("dingtalkId") != (raw.chatbot_user_id or ""))
    return tuple(dict.fromkeys(filter(None, people)))


def _texts(raw: DingTalkCallback) -> tuple[str, str, str | None]:
    """Return what was typed, what was passed on with it, and the kind of a message that holds nothing readable."""
    kind = "chatRecord" if raw.kind not in ("chatRecord", "text") and is_record(parsed(raw.content)) else raw.kind
    if read := PASSED_ON.get(kind):
        material = read(raw.content)
        return "", material, None if material else kind
    text = _typed(raw.text) if kind == "text" else _said(kind, raw.content)
    if not (text or kind == "text" or _files_in(kind, raw.content)):
        return "", "", "picture" if kind == "richText" else kind
    return ("", text, None) if _is_passed_on(raw) else (text, "", None)


def _said(kind: str, content: Lenient) -> str:
    return words(content) if kind in TEXT_KINDS else ""


def _typed(text: Lenient) -> str:
    """Return the text of a text message. Malformed if there is none."""
    body = parsed(text)
    if isinstance(body, dict) and "content" in body:
        return text_of(body["content"])
    if isinstance(body, str) and body.strip():
        return text_of(body)
    raise Malformed("not a robot message: text.content is missing")


def _is_passed_on(raw: DingTalkCallback) -> bool:
    """Return whether the platform says that the message was forwarded, in any place where it has been seen to."""
    return any(_is_set(flag) for flag in (raw.is_forward_msg, *(body.get("isForwardMsg") for body in _bodies(raw))))


def _is_set(flag: Lenient) -> bool:
    return flag is True or text_of(flag).lower() in ("1", "true")


def _attachments(raw: DingTalkCallback) -> tuple[Attachment, ...]:
    """Return the pictures and files of a message and of what it quotes: in a group a picture can only be quoted."""
    replied = _replied(raw)
    kind = replied.get("msgType") or replied.get("msgtype")
    found = (*_files_in(raw.kind, raw.content), *_files_in(first(kind), replied.get("content")))
    return tuple({attachment.source: attachment for attachment in found}.values())


def _files_in(kind: str, content: Lenient) -> tuple[Attachment, ...]:
    content = parsed(content)
    if not isinstance(content, dict):
        return ()
    if kind == "richText":
        return tuple(one for run in all_runs(content) for one in _files_in("picture", run))
    source = first(content.get("downloadCode"), content.get("pictureDownloadCode"))
    if kind not in FILE_KINDS or not source:
        return ()
    name = text_of(first(content.get("fileName")))[:200] or FILE_KINDS[kind]
    return (Attachment(kind="picture" if kind == "picture" else "file", name=name, source=source),)


def _bodies(raw: DingTalkCallback) -> list[dict[str, Lenient]]:
    return [body for body in (parsed(raw.text), parsed(raw.content)) if isinstance(body, dict)]


def _replied(raw: DingTalkCallback) -> dict[str, Lenient]:
    found = (parsed(body.get("repliedMsg")) for body in _bodies(raw))
    return next((replied for replied in found if isinstance(replied, dict)), {})


def _quote(raw: DingTalkCallback) -> Quote | None:
    replied = _replied(raw)
    ref = first(raw.original_process_query_key, raw.original_msg_id, replied.get("msgId"))
    if replied or ref or any(_is_set(body.get("isReplyMsg")) for body in _bodies(raw)):
        text = words(replied.get("content")) or card(replied)
        return Quote(text=text, ref=ref or None)
    return None


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
