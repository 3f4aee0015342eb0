"""A forwarded post opens an incident: `@回音 https://…`, a pasted text, or a text with several links.

The same post forwarded again joins the incident that it belongs to. A text without a link opens one when it is long
enough to be a post and comes from the desk, or after `上报` / `report`; from others it is asked back. Several posts in
one message are several matters. A label before a post says how it came here (`热线 …`, `转办 市信访局 …`). Plain words
that quote the announcement of a bare address say what it is about.
"""

import re
from typing import NamedTuple

from handlers.common.approval_words import answers_a_link
from handlers.common.context import Context
from handlers.common.joining_posts import add_words
from handlers.common.proofs import waiting_to_publish
from handlers.common.taking_in import take_in
from handlers.rules.incident.case import OPEN_STAGES, Case
from handlers.rules.incident.permissions import relations
from handlers.rules.language.commands import asks, clean, spoken
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Message, quoted_code
from handlers.rules.language.publication_words import named_beside
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.posts.labels import says_something, without_labels
from handlers.rules.posts.links import find
from handlers.rules.posts.origins import Came, before_post
from handlers.rules.posts.public_address import without_addresses
from handlers.rules.posts.several_posts import posts_in
from handlers.rules.refusal import Refusal

VERBS = ("上报", "转发", "舆情", "登记", "report", "forward")
EXAMPLES = {
    "zh": (
        "https://weibo.com/1234567890/Ab1cD2eF3",
        "热线 家长来电反映食堂饭菜有异物",
        "上报 家长反映放学时校门口堵车 @保卫处",
    ),
    "en": (
        "https://weibo.com/1234567890/Ab1cD2eF3",
        "hotline: a parent calls about the food in the canteen",
        "report parents complain about the traffic at the gate",
    ),
}
ASK = "备注|note"
"""The command by which an announcement asks what its post says."""
_TALK = LazyPattern(
    r"\s*(?:我(?!校|们学校|们这)|好|行|可以|收到|谢|辛苦|谁|哪|怎么|什么|这[个条事]|不|没|等|马上|稍|已|正在|请|麻烦|@|嗯|哦|"
    r"ok|i |we |please|who|thanks)",
    re.IGNORECASE,
)
"""How colleagues begin who talk about a post."""
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
    return _without_address(utterance, post)


def _without_address(utterance: Utterance, post: str) -> Forward | Contents | None:
    if about := _asked_about(utterance.message):
        return Contents(about, post) if _tells(utterance.text) else None
    if utterance.message.addressed and before_post(utterance.text):
        return Forward(_joined(utterance.text, _quoted(utterance.message), utterance.message.material), True)
    return Forward(post, False) if _may_be_a_post(post, utterance.message) else None


def _asked_about(message: Message) -> int | None:
    """Return the matter whose quoted announcement asks what its post says: 备注 12 内容."""
    code = quoted_code(message)
    if code is None or message.quote is None or not re.search(rf"(?:{ASK})\s*{code[0]}(?!\d)", message.quote.text):
        return None
    return code[0]


def _tells(text: str) -> bool:
    """Return whether words tell what a post says, and are no answer to a colleague: 我看看, 谁去办一下."""
    return says_something(text) and not asks(text) and _TALK.match(normalize(text)) is None


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
    if waiting := await _may_answer(context, forward.text):
        raise Refusal("forward.answer_or_post", cases=waiting, url=next(iter(find(forward.text)), ""))
    if not forward.explicit and not context.person.has("officer", "office"):
        raise Refusal("forward.is_it_a_post")
    came = before_post(forward.text) or Came(text=forward.text)
    await take_in(context, came.text, came)


async def _may_answer(context: Context, text: str) -> list[Case]:
    """Return the matters of which a bare address may be the answer: those that the speaker's department is to publish.

    The desk forwards bare addresses all day; behind `上报` it is a post. Words that name a matter are asked about it.
    """
    if spoken(clean(context.message.text, context.office.bot_names), VERBS, glued=True):
        return []
    if named := await _named(context, text):
        return [named]
    if context.person.has("officer", "office") or len(find(text)) != 1 or without_labels(text):
        return []
    return await waiting_to_publish(context)


async def _named(context: Context, text: str) -> Case | None:
    """Return the open matter that words beside one address or picture name, if it is the speaker's or the desk's."""
    pictures = any(one.kind == "picture" for one in context.message.attachments)
    number = named_beside(without_addresses(text))
    if number is None or (len(find(text)) != 1 and not pictures):
        return None
    found = next(iter(await context.cases([number])), None)
    if found is None or found.incident.stage not in OPEN_STAGES:
        return None
    return found if relations(found, context.person) or context.person.has("officer", "office") else None
