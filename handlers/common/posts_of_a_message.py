"""The posts that a message brings: its addresses, its pictures and files, else its text."""

from handlers.common.context import Context
from handlers.rules.posts.forwarded_post import Forwarded
from handlers.rules.posts.links import fingerprint, platform, text_fingerprint
from storage import files
from storage.opening import NewPost


def posts_in(post: Forwarded) -> list[NewPost]:
    """Return a post for each address, or one for a text without any."""
    if not post.urls:
        mark = text_fingerprint(post.text)
        return [NewPost(fingerprint=mark, url=None, platform="text", posted_at=post.posted_at)]
    return [
        NewPost(fingerprint=fingerprint(url), url=url, platform=platform(url), posted_at=post.posted_at)
        for url in post.urls
    ]


async def pictures_in(context: Context) -> list[NewPost]:
    """Return a post for each picture; the same picture is the same post."""
    kept = await files.facts([one.id for one in context.message.attachments if one.id is not None])
    return [
        NewPost(fingerprint=f"file:{one.digest}", url=None, platform=_shape(one.type), posted_at=None) for one in kept
    ]


def _shape(type: str) -> str:
    return "picture" if type.startswith("image/") else "file"


def untitled(context: Context, platform: str) -> str:
    """Return the title of a matter of which nobody knows yet what it is about."""
    return context.text("forward.untitled", platform=platform)
