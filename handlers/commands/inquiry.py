"""`媒体询问 12 晨报问检测结果` / `press asks 12 …`: what the press asks about a matter; an answer is owed in time."""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.handling import handling, inquiries
from handlers.common.whole_words import for_others
from handlers.rules.incident.inquiries import asked, next_number
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.people import recusal

VERBS = ("媒体询问", "媒体来询", "记者询问", "press asks", "press inquiry")
EXAMPLES = {"zh": ("媒体询问 12 晨报记者问检测结果何时公布",), "en": ("press asks 12 the Post asks for the result",)}


class Inquiry(NamedTuple):
    number: int | None
    text: str


def parse(utterance: Utterance) -> Inquiry | None:
    found = utterance.command(VERBS, free=True)
    return Inquiry(found.number, found.rest) if found and found.numbers else None


async def handle(context: Context, said: Inquiry) -> None:
    case = await context.meant(said.number, EXAMPLES)
    who, known = await handling(case), await inquiries(case)
    n = next_number(known)
    decision = asked(case, context.person, said.text, n, who.spokesman, context.now)
    institution = context.office.institution
    person = institution.person(who.spokesman) if who.spokesman else None
    people = institution.present((person,)) if person else recusal.desk(case.incident.about, institution)
    facts = {"n": n, "text": said.text, "due": decision.opened[0].due.at, "people": people}
    text = context.text("inquiry.done", case=case, by=context.person.id, **facts)
    reply = await for_others(context, case, Reply(text=text, mentions=tuple(one.id for one in people)), said.text)
    await context.commit(case, decision, lambda _: (reply,))
