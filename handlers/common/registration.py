"""Register a forwarded post: it opens a matter, or joins the one that it belongs to."""

from tortoise.exceptions import IntegrityError

from handlers.common.context import CONFLICT_TRIES, Context, message_key
from handlers.common.joining_posts import join_known
from handlers.common.known_orders import must_be_new
from handlers.common.opening_matters import open_new
from handlers.common.posts_of_a_message import pictures_in, posts_in
from handlers.common.units import must_be_its_own_group
from handlers.rules.incident.orders import SuperiorOrder
from handlers.rules.posts.forwarded_post import read
from handlers.rules.posts.origins import FOUND, Came
from handlers.rules.refusal import Refusal
from storage import opening, publications
from storage.incidents import Conflict
from storage.opening import NewPost


async def register(
    context: Context, words: str, *, came: Came = FOUND, order: SuperiorOrder | None = None, brief: bool = False
) -> int | None:
    """Open a matter for a post and return its number, or record the post with the matter that it belongs to.

    `came` says how it came here, and `order` is what handed it down; `brief` if it is one of several.
    """
    must_be_its_own_group(context)
    institution = context.office.institution
    links = context.message.links
    text = "\n".join((words, *(link.url for link in links)))
    post = read(text, tuple(link.title for link in links if link.title), context.said_at, institution.zone)
    posts = posts_in(post) if text.strip() else await pictures_in(context)
    for _ in range(CONFLICT_TRIES):
        if order:
            await must_be_new(context, order)
        known = await opening.known_posts([one.fingerprint for one in posts])
        posts = await _without_answers(context, posts, known)
        try:
            if not known:
                return await open_new(context, post, posts, came, order, brief=brief)
            await join_known(context, post, posts, known, order)
        except IntegrityError:
            await opening.must_be_new(message_key(context))
            continue  # another process registered the same post a moment ago
        except Conflict:
            continue
        return None
    raise RuntimeError("a post could neither be opened nor joined")


async def _without_answers(context: Context, posts: list[NewPost], known: dict[str, int]) -> list[NewPost]:
    """Leave out the pages of our own answers. Refusal that names the answered matter if nothing else was forwarded."""
    answers = await publications.answered_at([one.fingerprint for one in posts if one.fingerprint not in known])
    others = [one for one in posts if one.fingerprint not in answers]
    if answers and not others:
        raise Refusal("forward.an_answer", case=await context.case(max(answers.values())))
    return others
