"""`响应 12 二级 家长聚集` / `response 12 level 2 …`: a leader raises or lowers the response to a matter.

`终止响应 12 理由` / `end response 12 reason` ends it.
"""

import re
from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.handling import handling
from handlers.common.whole_words import for_others
from handlers.rules.incident.handling import ENDED, set_response
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern

RAISING = ("响应", "启动响应", "应急响应", "response")
ENDING = ("终止响应", "结束响应", "解除响应", "end response")
VERBS = (*ENDING, *RAISING)
EXAMPLES = {
    "zh": ("响应 12 二级 家长聚集", "终止响应 12 事态平息"),
    "en": ("response 12 level 2 parents gather", "end response 12 it is over"),
}
_LEVEL = LazyPattern(
    r"(?:(?P<zh>[一二三四1-4])级|level (?P<en>[1-4])\b|(?P<roman>[ⅰⅱⅲⅳ]|iii|ii|iv|i)级)[\s,，:：]*", re.IGNORECASE
)
_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4, "ⅰ": 1, "ⅱ": 2, "ⅲ": 3, "ⅳ": 4}


class ResponseLevel(NamedTuple):
    """`level` is None if the words name none, 0 if the response ends."""

    number: int | None
    level: int | None
    reason: str


def parse(utterance: Utterance) -> ResponseLevel | None:
    found = utterance.command(ENDING)
    if found is not None:
        return ResponseLevel(found.number, ENDED, found.rest) if found.numbers else None
    found = utterance.command(RAISING)
    if found is None or not found.numbers:
        return None
    named = _LEVEL.match(normalize(found.rest))
    if named is None:
        return ResponseLevel(found.number, None, found.rest)
    said = (named["zh"] or named["en"] or named["roman"]).casefold()
    return ResponseLevel(found.number, _NUMBERS.get(said) or int(said), found.rest[named.end() :].strip())


async def handle(context: Context, said: ResponseLevel) -> None:
    case = await context.meant(said.number, EXAMPLES)
    who = await handling(case)
    decision = set_response(case, context.person, said.level, said.reason, who.level)
    institution = context.office.institution
    people = institution.present(one for id in who.team if (one := institution.person(id)))
    facts = {"level": said.level, "reason": said.reason, "before": who.level, "people": people}
    text = context.text("response_level.done", case=case, by=context.person.id, **facts)
    reply = await for_others(context, case, Reply(text=text, mentions=tuple(one.id for one in people)), said.reason)
    await context.commit(case, decision, lambda _: (reply,))
