"""Tell an order on a matter from posts that a superior hands over: `上级交办：1、… 2、…` names no matter."""

from handlers.rules.language.commands import Spoken
from handlers.rules.language.messages import quoted_code
from handlers.rules.language.utterance import Utterance
from handlers.rules.posts.links import find
from handlers.rules.posts.several_posts import posts_in

HANDED_OVER = "交办"


def hands_over_posts(found: Spoken, utterance: Utterance) -> bool:
    """Return whether a command 交办 that names and quotes no matter is followed by posts: a list, or an address."""
    if found.number is not None or quoted_code(utterance.message) or not found.verb.endswith(HANDED_OVER):
        return False
    return bool(find(found.rest)) or len(posts_in(found.rest).texts) > 1
