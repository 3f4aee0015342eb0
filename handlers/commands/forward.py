"""A forwarded post opens an incident: `@回音 https://…`, a pasted text, or a text with several links.

The same post forwarded again joins the incident that it belongs to. A text without a link opens one when it is long
enough to be a post and comes from the desk, or after `上报` / `report`; from others it is asked back. Several posts in
one message are several matters. Plain words that quote the announcement of a bare address say what it is about.
"""

import re
from typing import NamedTuple

from handlers.common.approval_words import answers_a_link
from handlers.common.context import Context
from handlers.common.registration import add_words
from handlers.common.taking_in import take_in
from handlers.rules.language.commands import asks
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Message, quoted_code
from handlers.rules.language.utterance import Utterance
from handlers.rules.posts.links import find
from handlers.rules.posts.several_posts import posts_in
from handlers.rules.refusal import Refusal

VERBS = ("上报", "转发", "舆情", "登记", "report", "forward")
EXAMPLES = {
    "zh": ("https://weibo.com/1234567890/Ab1cD2eF3", "上报 家长反映放学时校门口堵车 @保卫处"),
    "en": ("https://weibo.com/1234567890/Ab1cD2eF3", "report parents complain about the traffic at the gate"),
}
ASK = "备注|note"
"""The command by which an announcement asks what its post says."""
A_POST = 30
"""Minimum length (characters) of a text without a link that may be a post."""


class Forward(NamedTuple):
    text: str
    explicit: bool


class Contents(NamedTuple):
    """What the post of a matter says: plain words that quote its announcement, which asks for them."""

    about: int
    text: str


def parse(utterance: Utterance) -> Forward | Contents | None:
    """Take what has a link, follows `上报`, or is long enough to be a post. Tried after all other handlers."""
    message = utterance.message
    if message.press is not None:
        return None
    found = utterance.command(VERBS, glued=True, free=True)
    if found and (found.rest or message.quote or message.material):
        return Forward(_joined(_behind(utterance.text, found.verb), _quoted(message), message.material), True)
    post = _joined(utterance.whole if utterance.text else "", message.material)
    if answers_a_link(post):
        return None
    if message.links or find(post):
        return Forward(post, True)
    if about := _asked_about(message):
        return Contents(about, post) if utterance.text and not asks(utterance.text) else None
    return Forward(post, False) if _may_be_a_post(post, message) else None


def _asked_about(message: Message) -> int | None:
    """Return the matter whose quoted announcement asks what its post says: 备注 12 内容."""
    code = quoted_code(message)
    if code is None or message.quote is None or not re.search(rf"(?:{ASK})\s*{code[0]}(?!\d)", message.quote.text):
        return None
    return code[0]


def _joined(*texts: str) -> str:
    return "\n".join(filter(None, texts)).strip()


def _quoted(message: Message) -> str:
    return message.quote.text if message.quote else ""


def _may_be_a_post(text: str, message: Message) -> bool:
    """Return whether a message without a link may be a forwarded post: a picture, or a long enough text to the bot."""
    if message.attachments and message.private:
        return True
    return message.addressed and bool(message.attachments or len(text) >= A_POST or len(posts_in(text).texts) > 1)


def _behind(text: str, verb: str) -> str:
    """Return the post behind the verb; a number at its beginning belongs to the post (12号楼没有热水)."""
    start = normalize(text).casefold().find(verb.casefold())
    return text[start + len(verb) :].lstrip(" \n:：,，")


async def handle(context: Context, forward: Forward | Contents) -> None:
    message = context.message
    if isinstance(forward, Contents):
        case = await context.case(forward.about)
        if not await add_words(context, case, forward.text):
            raise Refusal("forward.known_already", case=case)
        return
    if not (forward.text or message.links or any(one.id for one in message.attachments)):
        raise Refusal("forward.nothing_readable")
    if not forward.explicit and not context.person.has("officer", "office"):
        raise Refusal("forward.is_it_a_post")
    await take_in(context, forward.text)
