"""The AI robot's wire format, the same over its socket and over HTTP: read JSON as a `WeComCallback`.

`{"msgid": "M1", "chatid": "wr…", "chattype": "group", "from": {"userid": "wangqiang"}, "msgtype": "text",
"text": {"content": "@回音 签收 12"}}` is read as `签收 12` from wangqiang. Only the sender's id gives authority.
A quote has text but neither id nor sender.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from bot.channels.wecom.config import CHANNEL
from bot.channels.wecom.content import CONTENTS, FILES, MEDIA, files, parts, words
from bot.channels.wire_types import (
    LATEST_MS,
    Lenient,
    Malformed,
    all_texts,
    id_of,
    parsed,
    text_of,
    whole_number,
)
from handlers.rules.language.commands import clean
from handlers.rules.language.messages import Link, Message, Press, Quote

ROBOT = "robot@"
"""Before the user id: a chat with the AI robot alone. The self-built app's has "@" alone."""

DONE = "done"
"""The key of the button on a decided card: pressing it has no effect."""

REFRESH = "stream"
"""A callback that asks for the rest of a streamed answer; the bot never begins one."""


class WeComCallback(NamedTuple):
    """What a callback says. `message` is None for an event that is no message; `event` names an event.

    `card` is the pressed card's own id and `task` the platform's. `answer_to` takes one answer within an hour.
    """

    message: Message | None
    event: str = ""
    card: str = ""
    task: str = ""
    answer_to: str = ""


class WeComBody(Struct, rename={"sender": "from"}, kw_only=True):
    """A callback's fields, none of which has to be of its documented type.

    `passed_on` is the content of a message of an unknown kind, such as a record of a chat.
    """

    msgid: Lenient = None
    msgtype: Lenient = None
    chatid: Lenient = None
    chattype: Lenient = None
    sender: Lenient = None
    create_time: Lenient = None
    response_url: Lenient = None
    text: Lenient = None
    mixed: Lenient = None
    voice: Lenient = None
    image: Lenient = None
    file: Lenient = None
    link: Lenient = None
    quote: Lenient = None
    event: Lenient = None
    passed_on: Lenient = None

    @property
    def kind(self) -> str:
        return text_of(self.msgtype)[:40]

    @property
    def userid(self) -> str:
        sender = parsed(self.sender)
        return id_of(sender.get("userid") if isinstance(sender, dict) else sender)

    @property
    def content(self) -> Lenient:
        return getattr(self, self.kind, None) if self.kind in CONTENTS else None


def read_callback(body: bytes | str | dict[str, Any], names: Iterable[str], now: datetime) -> WeComCallback:
    """Return what a callback says; `names` are what people call the robot. Malformed if it is no callback."""
    try:
        fields = body if isinstance(body, dict) else msgspec.json.decode(body)
        raw = msgspec.convert(fields, WeComBody)
        raw.passed_on = None if raw.kind in (*CONTENTS, "event", REFRESH) else fields.get(raw.kind)
        return _callback(raw, names, now)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not a callback: {error}"[:200]) from error


def place_of(body: dict[str, Any]) -> tuple[str, str]:
    """Return the conversation and the sender of a callback that may not be readable; "" for what it does not say."""
    sender = body.get("from")
    userid = id_of(sender.get("userid") if isinstance(sender, dict) else sender)
    return id_of(body.get("chatid")) or (userid and f"{ROBOT}{userid}"), userid


def _callback(raw: WeComBody, names: Iterable[str], now: datetime) -> WeComCallback:
    if raw.kind == "event":
        return _event(raw, now)
    if raw.kind == REFRESH:
        return WeComCallback(None, REFRESH)
    text, unsupported = _read_text(raw)
    material = _passed_on(raw)
    links, attached = _links(raw), (*files(parts(raw.kind, raw.content)), *files(_quoted_parts(raw)))
    message = _message(
        raw,
        now,
        id=id_of(raw.msgid),
        text=clean(text, names),
        material=material,
        links=links,
        attachments=attached,
        quote=_quote(raw),
        unsupported=None if attached or links or material else unsupported,
    )
    return WeComCallback(message, answer_to=raw.response_url if isinstance(raw.response_url, str) else "")


def _passed_on(raw: WeComBody) -> str:
    """Return what people see in a message of an unknown kind; "" of a record that has nothing but its title."""
    content = parsed(raw.passed_on)
    if "record" in raw.kind.lower() and isinstance(content, dict):
        said = all_texts({key: value for key, value in content.items() if key != "title"})
        return all_texts(content) if said else ""
    return all_texts(content)


def _event(raw: WeComBody, now: datetime) -> WeComCallback:
    found = parsed(raw.event)
    event = found if isinstance(found, dict) else {}
    kind = text_of(event.get("eventtype"))
    pressed = parsed(event.get("template_card_event"))
    pressed = pressed if isinstance(pressed, dict) else event
    key, task = text_of(pressed.get("event_key")), text_of(pressed.get("task_id"))
    if kind != "template_card_event" or not key or key == DONE:
        return WeComCallback(None, kind)
    known = f"{raw.userid}:{raw.create_time}:{task}:{key}"
    id = id_of(raw.msgid) or f"press-{sha256(known.encode()).hexdigest()}"
    card = card_id(task)
    return WeComCallback(_message(raw, now, id=id, press=Press(key=key, ref=task or None)), kind, card, task)


def _message(raw: WeComBody, now: datetime, **content: Any) -> Message:
    """Return a message. One from a group that does not name the group is answered to its sender alone."""
    sender, chat = raw.userid, id_of(raw.chatid)
    if not sender or not content["id"]:
        raise Malformed("not a callback: it has no sender, or no id")
    private = raw.chattype == "single" or not chat
    return Message(
        channel=CHANNEL,
        conversation=f"{ROBOT}{sender}" if private else chat,
        sender=sender,
        sent_at=sent_at(raw.create_time, now),
        private=private,
        **content,
    )


def sent_at(seconds: Lenient, now: datetime) -> datetime:
    """Return the end of the second in which a message was sent, as WeCom gives no finer time.

    It is at most `now`, unless it is later by more than that second: then the clocks differ, which has to be seen.
    """
    found = whole_number(seconds)
    if found is None or not 0 <= found <= LATEST_MS // 1000:
        return now
    sent = datetime.fromtimestamp(0, UTC) + timedelta(seconds=found, milliseconds=999)
    return min(sent, now) if sent - now < timedelta(seconds=1) else sent


def _read_text(raw: WeComBody) -> tuple[str, str | None]:
    """Return the text, and the kind of a message without text."""
    kind = raw.kind
    if not kind or (kind == "text" and not isinstance(parsed(raw.text), dict | str)):
        raise Malformed("not a callback: text.content is missing")
    text = words(kind, raw.content)
    return text, None if text or kind == "text" else FILES.get(kind, kind)


def _quoted(raw: WeComBody) -> tuple[str, Lenient] | None:
    """Return the kind and the content of what is quoted."""
    quote = parsed(raw.quote)
    if not isinstance(quote, dict):
        return None
    kind = text_of(quote.get("msgtype"))
    return kind, quote.get(kind)


def _quoted_parts(raw: WeComBody) -> list[tuple[str, Lenient]]:
    """Return the quoted items: in a group the robot sees a picture or file only if a message quotes it."""
    quoted = _quoted(raw)
    return parts(*quoted) if quoted else []


def _links(raw: WeComBody) -> tuple[Link, ...]:
    found = parsed(raw.link)
    body = found if isinstance(found, dict) else {}
    url = text_of(body.get("url"))
    return (Link(url=url, title=text_of(body.get("title"))),) if url else ()


def _quote(raw: WeComBody) -> Quote | None:
    """Return the quote with the words that people see in it: of a card all, of a picture or file none."""
    quoted = _quoted(raw)
    if quoted is None:
        return Quote() if raw.quote else None
    kind, body = quoted
    return Quote(text=words(kind, body) or ("" if kind in MEDIA else all_texts(body)))


def task_id(card: str, key: str) -> str:
    """Return the platform's id of a shown card: our id and the message that shows it, because it must be unique."""
    return f"{card}@{key}"[:128]


def card_id(task: str) -> str:
    return task.partition("@")[0]
