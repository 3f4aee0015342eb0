"""`整改 12 总务处 周五前 更换冷链车` / `action 12 General Services by Friday replace the truck`: an action item.

It is chased like a duty. `确认整改 12` / `confirm action 12` confirms what its owner did (`已整改`), and
`整改不实 12 理由` / `not done 12 reason` gives it back. `handlers/commands/acted.py` is what the owner says.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from handlers.common.context import Context
from handlers.common.cosigners import cosigners
from handlers.common.items_named import item_named, now_owing
from handlers.common.whole_words import for_others
from handlers.rules.incident.actions import DONE, ItemNamed, NewAction, Source, add, items, judge, latest_by_item
from handlers.rules.incident.case import Case
from handlers.rules.incident.duties import CONFIRM
from handlers.rules.incident.taken_back import UNDONE, standing
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from handlers.rules.time.limits import limit_in
from storage import audit
from storage.tables import EPOCH

ADDING = ("整改事项", "整改任务", "整改", "action", "action item")
CONFIRMING = ("确认整改", "整改属实", "confirm action")
REFUSING = ("整改不实", "整改未完成", "not done")
VERBS = (*CONFIRMING, *REFUSING, *ADDING)
EXAMPLES = {
    "zh": ("整改 12 总务处 周五前 更换冷链车", "确认整改 12", "整改不实 12 现场仍是旧车"),
    "en": (
        "action 12 General Services by Friday replace the truck",
        "confirm action 12",
        "not done 12 the old one runs",
    ),
}
SOURCES: dict[Source, tuple[str, ...]] = {
    "meeting": ("会议", "会商", "meeting"),
    "instruction": ("批示", "批办", "instruction"),
    "summary": ("总结", "summary"),
}


class ActionSaid(NamedTuple):
    """`act` is "add", "confirm" or "refuse"; `item` is what the words of a judgement name."""

    act: str
    number: int | None
    text: str
    item: ItemNamed = ItemNamed()


def parse(utterance: Utterance) -> ActionSaid | None:
    for act, verbs in (("confirm", CONFIRMING), ("refuse", REFUSING), ("add", ADDING)):
        found = utterance.command(verbs)
        if found is not None:
            if not (found.numbers or utterance.message.quote):
                return None
            item, text = (ItemNamed(), found.rest) if act == "add" else item_named(utterance.text, found.rest)
            return ActionSaid(act, found.number, text, item)
    return None


async def handle(context: Context, said: ActionSaid) -> None:
    case = await context.meant(said.number, EXAMPLES)
    if said.act == "add":
        await _add(context, case, said.text)
    else:
        await _judge(context, *await now_owing(context, case, said.item), said.text, confirmed=said.act == "confirm")


async def _add(context: Context, case: Case, words: str) -> None:
    source, rest = _source(words)
    named = cosigners(rest, case)
    owners = [*(f"person:{one.id}" for one in named.people), *(f"department:{one.name}" for one in named.departments)]
    if len(owners) != 1:
        raise Refusal("action.whom", case=case, departments=case.institution.departments)
    limit = limit_in(named.rest, context.said_at, case.institution.calendar)
    if limit is None:
        raise Refusal("action.limit", case=case)
    new = NewAction(owners[0], limit.at, limit.said, limit.rest, source)
    decision = add(case, context.person, new, context.now)
    data = decision.events[0].data
    people = context.office.institution.owning(owners[0])
    facts = {"case": case, "by": context.person.id, "text": new.text, "owner": owners[0], "people": people}
    facts |= {"n": int(data["item"].partition("-")[2]), "due": limit.at, "source": source}
    reply = Reply(text=context.text("action.added", **facts), mentions=tuple(one.id for one in people))
    reply = await for_others(context, case, reply, new.text)
    await context.commit(case, decision, lambda _: (reply,))


def _source(words: str) -> tuple[Source, str]:
    """Return where the item comes from, by a word at the beginning, else the summary; and the words behind it."""
    for source, names in SOURCES.items():
        for name in names:
            if words.casefold().startswith(name) and words[len(name) : len(name) + 1] in (" ", "：", ":", "，", ","):
                return source, words[len(name) + 1 :].strip()
    return "summary", words


async def _reports(case: Case) -> list[Mapping[str, Any]]:
    """Load what was reported done of the items, also in the matters that were merged into this one."""
    numbers = sorted({case.number, *(one.matter for one in items(case, CONFIRM))})
    return [line for n in numbers for line in standing(await audit.of_incident(n, (DONE, UNDONE), EPOCH))]


async def _judge(context: Context, case: Case, named: ItemNamed, text: str, *, confirmed: bool) -> None:
    reports = latest_by_item(await _reports(case), DONE)
    item, decision = judge(case, context.person, named, text, reports, context.now, confirmed=confirmed)
    people = () if confirmed else context.office.institution.owning(decision.opened[0].owner)
    due = None if confirmed else decision.opened[0].due.at
    facts = {"case": case, "by": context.person.id, "item": item, "text": text, "people": people, "due": due}
    sentence = context.text("action.confirmed", **facts) if confirmed else context.text("action.refused", **facts)
    reply = await for_others(context, case, Reply(text=sentence, mentions=tuple(one.id for one in people)), text)
    await context.commit(case, decision, lambda _: (reply,))
