"""The message model that all channels share: what a person says, and what the bot replies.

Every identifier of a person here is a platform's own (inbound) or the configuration's (outbound). Times are aware UTC.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from handlers.rules.language.folding import visible
from handlers.rules.lazy_pattern import LazyPattern

CODE = LazyPattern(r"〔#(\d{1,9})(?:·(?:请示|request )?(\d{1,9}))?〕")
"""The short code in every outgoing message: incident, and the request's number where one is asked for.

A number of more than nine digits is none of ours: no column would hold it.

Messages of earlier versions have the request's number alone: 〔#12·3〕.
"""
REQUEST = {"zh": "请示", "en": "request "}
"""What stands before a request's number, so that nobody reads it as the version of a draft."""
SWAP_CODE = LazyPattern(r"〔(?:换班|swap) (\d{1,9})〕")
"""The short code of a swap of shifts that was asked for."""

Style = Literal["primary", "danger", "plain"]
Tone = Literal["normal", "warn", "late", "good"]


class Link(Struct, frozen=True, kw_only=True):
    """A link card, as far as a platform lets the robot see it."""

    url: str
    title: str = ""


class Quote(Struct, frozen=True, kw_only=True):
    """What a reply quotes. `ref` is the platform's id of it, where there is one; the text is untrusted.

    `of_person` if it is known to be what somebody said, and no message of the bot.
    """

    text: str = ""
    ref: str | None = None
    of_person: bool = False


class Press(Struct, frozen=True, kw_only=True):
    """A pressed button: the key that the bot gave it, and the message that it was on."""

    key: str
    ref: str | None = None


class Attachment(Struct, frozen=True, kw_only=True):
    """A picture or file of a message. Inbound, `source` is what its channel needs to download it.

    Once stored, `id` is its number in `storage.files`; every outbound one has it.
    """

    kind: Literal["picture", "file"]
    name: str = ""
    source: str = ""
    id: int | None = None


class Message(Struct, frozen=True, kw_only=True):
    """One message from a platform. (channel, id) is unique; `sender` is the only thing that gives authority.

    `text` is what the sender typed or spoke. `material` came with it and is not the sender's own: a forwarded record, a
    card. No verb in it is a command. `addressed` is False for talk that the bot overhears, which it answers only if it
    is sure what is meant.
    `unsupported` names a kind of message that the platform keeps from the robot. `group_name` is what people call the
    group, where the platform tells.
    """

    channel: str
    id: str
    conversation: str
    sender: str
    sent_at: datetime
    text: str = ""
    material: str = ""
    sender_name: str = ""
    group_name: str = ""
    private: bool = False
    mentions: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    quote: Quote | None = None
    press: Press | None = None
    addressed: bool = True
    unsupported: str | None = None


class Button(Struct, frozen=True, kw_only=True):
    label: str
    key: str
    style: Style = "plain"


class Card(Struct, frozen=True, kw_only=True):
    """Facts and buttons under a text. `done` replaces the buttons once the matter is decided; `id` is unique."""

    id: str
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()
    tone: Tone = "normal"
    done: str | None = None


class Missed(Struct, frozen=True, kw_only=True):
    """What a conversation is told when a message to one person cannot arrive."""

    channel: str
    conversation: str
    text: str


class Reply(Struct, frozen=True, kw_only=True):
    """One outgoing message. `mentions` are people of the configuration; `to` makes it private to one of them.

    With `update` it is not a message of its own: the buttons of that card give way to `text`.
    Attachments follow the text, each as a message of its own where the platform wants it so.
    """

    text: str
    mentions: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    card: Card | None = None
    to: str | None = None
    update: str | None = None
    missed: Missed | None = None


def quoted_code(message: Message) -> tuple[int, int | None] | None:
    """Return the incident and request that a quote names by its short code. It selects a matter and gives no authority.

    None as well if the quoted message is about several: then the number has to be named; and if it is what a person
    said, for a code in it was typed by hand.
    """
    if message.quote is None or message.quote.of_person:
        return None
    found = list(CODE.finditer(visible(message.quote.text)))
    if len({code[1] for code in found}) != 1:
        return None
    return int(found[0][1]), int(found[0][2]) if found[0][2] else None


def quoted_swap(message: Message) -> int | None:
    """Return the number of the swap of shifts that a quote names by its short code; None if that is none or several."""
    quote = message.quote
    found = set(SWAP_CODE.findall(visible(quote.text))) if quote and not quote.of_person else set()
    return int(found.pop()) if len(found) == 1 else None


def points_nowhere(message: Message) -> bool:
    """Return whether a message quotes something that names no single matter: a card without text, a colleague's words.

    What it is about is then not known, and never "the only one that waits".
    """
    return message.quote is not None and quoted_code(message) is None and quoted_swap(message) is None


def code(number: int, request: int | None = None, language: str = "zh") -> str:
    return f"〔#{number}·{REQUEST[language]}{request}〕" if request else f"〔#{number}〕"


def picture_proof(message: Message) -> tuple[str, ...]:
    """Return how the record names the message's first picture that was stored, by its number there: "picture:7"."""
    found = next((one for one in message.attachments if one.kind == "picture" and one.id is not None), None)
    return () if found is None else (f"picture:{found.id}",)
