"""Take in what somebody forwards: each post becomes a matter of its own, all in one answer.

Where it is open how many matters they are, each is opened with its own clock, so that nobody of the public waits for an
answer to the preview; `合为一件` makes them one afterwards.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from handlers.common.cards import to_unite
from handlers.common.context import Context, part_of_message
from handlers.common.registration import register
from handlers.common.together import together
from handlers.rules.incident.permissions import may_ever
from handlers.rules.language.messages import Message, Reply
from handlers.rules.posts.origins import FOUND, Came
from handlers.rules.posts.several_posts import Posts, posts_in
from handlers.rules.refusal import Refusal
from storage.outbox import OutgoingMessage

MOST_POSTS = 100
"""Maximum number of matters that one message opens; what is beyond them is kept with the last one, which is said."""


async def take_in(context: Context, words: str, came: Came = FOUND) -> None:
    """Open a matter for each post in the words and link cards of a message, or join those that are known.

    `came` says how they came here.
    """
    cards = [link.url for link in context.message.links if link.url not in words]
    posts = posts_in("\n".join(filter(None, (words, *cards))))
    if len(posts.texts) < 2:
        await register(context, words, came=came)
        return

    async def each(part: Context) -> None:
        told = part.kept = [] if part.kept is None else part.kept
        before = len(told)
        opened = [await _one(part, n, text, came) for n, text in enumerate(_within_limit(posts.texts), 1)]
        told[before:before] = _preview(part, [number for number in opened if number], posts)

    await together(context, each)


def _within_limit(texts: tuple[str, ...]) -> tuple[str, ...]:
    if len(texts) <= MOST_POSTS:
        return texts
    return (*texts[: MOST_POSTS - 1], "\n".join(texts[MOST_POSTS - 1 :]))


async def _one(part: Context, n: int, text: str, came: Came) -> int | None:
    """Register one of the posts; return the number of the matter that it opened. A refusal is said."""
    message = _part(part.message, n, text)
    report = part.checked_in if n == 1 else None
    kept = len(part.kept or ())
    try:
        return await register(replace(part, message=message, checked_in=report), text, came=came, brief=True)
    except Refusal as refusal:
        del (part.kept or [])[kept:]
        await part.answer(Reply(text=part.text(refusal.sentence, **refusal.facts)))
        return None


def _part(message: Message, n: int, text: str) -> Message:
    """Return the message as it would be with this post alone; its files are of all."""
    links = tuple(link for link in message.links if link.url in text)
    return replace(message, id=part_of_message(message.id, n), text=text, material="", links=links)


def _preview(part: Context, numbers: Sequence[int], posts: Posts) -> list[OutgoingMessage]:
    """Say before the answers how many posts there are, and how to make one matter of them where that is open."""
    asks = not posts.sure and len(numbers) > 1 and may_ever(part.person, "merge")
    beyond = len(posts.texts) - MOST_POSTS + 1 if len(posts.texts) > MOST_POSTS else 0
    facts = {"count": len(posts.texts), "numbers": numbers, "asks": asks, "beyond": beyond}
    card = to_unite(part.office, numbers) if asks else None
    return part.to_group(Reply(text=part.text("forward.several", **facts), card=card))
