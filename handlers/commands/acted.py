"""`已整改 12 冷链车已更换` / `action done 12 the truck is replaced`: who owes an action item says what was done.

With several of them `已整改 12 第2项 …` / `action done 12 item 2 …` says which; after a merger `#12 第2项` says of
which matter. The desk confirms it.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.items_named import item_named, now_owing
from handlers.common.whole_words import for_others
from handlers.rules.incident.actions import ItemNamed, done
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.people import recusal

VERBS = ("已整改", "整改完成", "已完成整改", "action done", "done action")
EXAMPLES = {
    "zh": ("已整改 12 冷链车已更换并验收", "已整改 12 第2项 台账已建立"),
    "en": ("action done 12 the truck is replaced", "action done 12 item 2 the log is kept"),
}


class Acted(NamedTuple):
    number: int | None
    item: ItemNamed
    text: str


def parse(utterance: Utterance) -> Acted | None:
    found = utterance.command(VERBS)
    if found is None or not (found.numbers or utterance.message.quote):
        return None
    return Acted(found.number, *item_named(utterance.text, found.rest))


async def handle(context: Context, acted: Acted) -> None:
    case, named = await now_owing(context, await context.meant(acted.number, EXAMPLES), acted.item)
    item, decision = done(case, context.person, named, acted.text, context.acted_in(case))
    waits = decision.opened[0]
    institution = context.office.institution
    people = institution.leaders(case.incident.department) if waits.owner == "leader" else institution.desk()
    people = recusal.told(people, case.incident.about, institution)
    facts = {"case": case, "by": context.person.id, "item": item, "text": acted.text, "people": people}
    text = context.text("acted.done", due=waits.due.at, late=item.duty.due_at < context.acted_in(case), **facts)
    reply = await for_others(context, case, Reply(text=text, mentions=tuple(one.id for one in people)), acted.text)
    await context.commit(case, decision, lambda _: (reply,))
