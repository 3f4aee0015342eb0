"""`主题 12 食堂` / `topic 12 canteen`: the topics of a matter by hand, in place of those that its words gave it.

`主题 12 食堂、收费` names several, `主题 12 无` none. The configuration's `[[topic]]` tables say which there are.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.rules.incident.linking import set_topics
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.posts.topics import topics_named
from handlers.rules.refusal import Refusal

VERBS = ("主题", "topic", "topics")
EXAMPLES = {"zh": ("主题 12 食堂",), "en": ("topic 12 canteen",)}
NONE = ("无", "没有", "none")
LONGEST, MOST = 20, 5
_BETWEEN = LazyPattern(r"[、,，;；]|\s+(?:和|与|and)\s+")


class TopicSaid(NamedTuple):
    number: int | None
    words: str


def parse(utterance: Utterance) -> TopicSaid | None:
    found = utterance.command(VERBS)
    if found is None or not (found.numbers or utterance.message.quote):
        return None
    return TopicSaid(found.number, found.rest)


async def handle(context: Context, said: TopicSaid) -> None:
    case = await context.meant(said.number, EXAMPLES)
    known = context.office.institution.topics
    words = [one.strip(" 。.!！") for one in _BETWEEN.split(said.words) if one.strip(" 。.!！")]
    none = normalize(said.words).casefold().strip(" 。.") in NONE
    topics, unknown = ((), ()) if none else topics_named(words, known)
    if (not topics and not none) or len(topics) > MOST or any(len(one) > LONGEST for one in topics):
        raise Refusal("topic.which", case=case, topics=[one.name for one in known], unknown=unknown)
    if unknown:
        raise Refusal("topic.which", case=case, topics=[one.name for one in known], unknown=unknown)
    decision = set_topics(case, context.person, topics)
    text = context.text("topic.done", case=case, by=context.person.id, topics=topics)
    await context.commit(case, decision, lambda _: (Reply(text=text),))
