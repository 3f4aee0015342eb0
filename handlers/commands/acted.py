"""`已整改 12 冷链车已更换` / `action done 12 the truck is replaced`: who owes an action item says what was done.

With several of them `已整改 12 第2项 …` / `action done 12 item 2 …` says which. The desk confirms it.
"""

import re
from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.actions import done
from handlers.rules.language.folding import normalize
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people import recusal

VERBS = ("已整改", "整改完成", "已完成整改", "action done", "done action")
EXAMPLES = {
    "zh": ("已整改 12 冷链车已更换并验收", "已整改 12 第2项 台账已建立"),
    "en": ("action done 12 the truck is replaced", "action done 12 item 2 the log is kept"),
}
_ITEM = LazyPattern(r"(?:第\s?(\d{1,3})\s?项|item (\d{1,3})\b)[\s,，:：]*", re.IGNORECASE)


class Acted(NamedTuple):
    number: int | None
    item: int | None
    text: str


def parse(utterance: Utterance) -> Acted | None:
    found = utterance.command(VERBS)
    if found is None or not (found.numbers or utterance.message.quote):
        return None
    item = _ITEM.match(normalize(found.rest))
    rest = found.rest[item.end() :].strip() if item else found.rest
    return Acted(found.number, int(item[1] or item[2]) if item else None, rest)


async def handle(context: Context, acted: Acted) -> None:
    case = await context.meant(acted.number, EXAMPLES)
    item, decision = done(case, context.person, acted.item, acted.text, context.acted_in(case))
    waits = decision.opened[0]
    institution = context.office.institution
    people = institution.leaders(case.incident.department) if waits.owner == "leader" else institution.desk()
    people = recusal.told(people, case.incident.about, institution)
    facts = {"case": case, "by": context.person.id, "n": item.n, "text": acted.text, "people": people}
    text = context.text("acted.done", due=waits.due.at, late=item.duty.due_at < context.acted_in(case), **facts)
    reply = await for_others(context, case, Reply(text=text, mentions=tuple(one.id for one in people)), acted.text)
    await context.commit(case, decision, lambda _: (reply,))
