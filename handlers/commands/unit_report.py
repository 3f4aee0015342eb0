"""`交办报告 12 已整改，见附件` / `unit report 12 …`: a unit reports to the office on what it was handed down.

A document number, a receipt or a file proves it, or an end of the matter. Only the unit that owes it may say it.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.units import unit_report
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.people import recusal

VERBS = ("交办报告", "交办反馈", "unit report")
EXAMPLES = {
    "zh": ("交办报告 12 已更换筛网，实小函〔2026〕3号",),
    "en": ("unit report 12 the sieve was replaced, No. 3/2026",),
}


class UnitReport(NamedTuple):
    number: int | None
    text: str


def parse(utterance: Utterance) -> UnitReport | None:
    found = utterance.command(VERBS, free=True) if utterance.units else None
    return UnitReport(found.number, found.rest) if found else None


async def handle(context: Context, asked: UnitReport) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    files = [one.id for one in context.message.attachments if one.id is not None]
    decision = unit_report(case, context.person, asked.text, files)
    people = recusal.desk(case.incident.about, context.office.institution)
    told = decision.events[0].data
    facts = {"case": case, "by": context.person.id, "told": told, "people": people}
    reply = Reply(text=context.text("unit.reported", **facts), mentions=tuple(person.id for person in people))
    reply = await for_others(context, case, reply, asked.text)
    await context.commit(case, decision, lambda _: (reply,))
