"""`印发 12` / `issue case 12`: a matter that has ended is issued to the units as a case; each owes to have read it."""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.whole_words import for_others
from handlers.rules.incident.issuing import issue
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.people import recusal

VERBS = ("印发案例", "印发", "issue case")
EXAMPLES = {"zh": ("印发 12 请各部门对照自查",), "en": ("issue case 12 please check your own",)}


class Issuing(NamedTuple):
    number: int | None
    text: str


def parse(utterance: Utterance) -> Issuing | None:
    found = utterance.command(VERBS)
    if found is None or not (found.numbers or utterance.message.quote):
        return None
    return Issuing(found.number, found.rest)


async def handle(context: Context, asked: Issuing) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    decision = issue(case, context.person, asked.text, context.now)
    institution = context.office.institution
    names, left_out = (decision.events[0].data[one] for one in ("departments", "left_out"))
    people = tuple(dict.fromkeys(one for name in names for one in institution.owners(name)))
    facts = {"case": case, "by": context.person.id, "text": asked.text, "people": people}
    facts |= {"departments": names, "left_out": left_out, "desk": recusal.desk(case.incident.about, institution)}
    text = context.text("issue.done", due=decision.opened[0].due.at, **facts)
    reply = Reply(text=text, mentions=tuple(one.id for one in people))
    reply = await for_others(context, case, reply, asked.text)
    await context.commit(case, decision, lambda _: (reply,))
